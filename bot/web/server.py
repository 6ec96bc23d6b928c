"""The web server: health, metrics, webhooks, and the web chat where it is on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.web.webhooks import MOST, Webhooks


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether this process can do its work; `troubles` names what is wrong with vendors, which is no fault of ours."""

    ready: bool
    troubles: Mapping[str, str]
    sends_for: Sequence[str] = ()
    """The accounts for which this process, and no other, sends just now."""


def application(
    webhooks: Webhooks,
    readiness: Callable[[], Awaitable[Readiness]],
    metrics: Callable[[], Awaitable[bytes]],
    chat: web.Application | None = None,
    more: Sequence[web.RouteDef] = (),
) -> web.Application:
    """The whole web application. `more`: routes of other rooms."""
    app = web.Application(client_max_size=MOST)

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_request: web.Request) -> web.Response:
        state = await readiness()
        body = {"ready": state.ready, "troubles": dict(state.troubles), "sends_for": list(state.sends_for)}
        return web.json_response(body, status=200 if state.ready else 503)

    async def figures(_request: web.Request) -> web.Response:
        return web.Response(body=await metrics(), content_type="text/plain", charset="utf-8")

    async def home(_request: web.Request) -> web.Response:
        raise web.HTTPFound("/chat")

    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", figures)])
    app.add_routes(webhooks.routes())
    app.add_routes(more)
    if chat is not None:
        app.add_routes([web.get("/", home)])
        app.add_subapp("/chat", chat)
    return app


class Server:
    """Listens until it is stopped."""

    def __init__(self, app: web.Application, webhooks: Webhooks, host: str, port: int) -> None:
        self._webhooks = webhooks
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
        self._host, self._port = host, port
        self.port = port

    async def start(self) -> None:
        """Raises OSError where the port is taken."""
        await self._runner.setup()
        assert self._runner.server is not None  # made by the setup
        self._runner.server.request_handler = self._webhooks.before(self._runner.server.request_handler)
        site = web.TCPSite(self._runner, self._host, self._port, backlog=1024)
        await site.start()
        addresses = self._runner.addresses
        self.port = int(addresses[0][1]) if addresses else self._port

    async def stop(self) -> None:
        await self._runner.cleanup()
