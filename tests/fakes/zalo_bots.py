"""Several pretend Zalo bots behind one address, as the vendor has it: the token in the path says which is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from aiohttp import web

from tests.fakes.zalo_bot import FakeZaloBot


class ZaloBots:
    """Open the bots first: each keeps its own people, groups and month."""

    def __init__(self, bots: Sequence[FakeZaloBot]) -> None:
        self.bots = list(bots)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=20 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        meant = next((bot for bot in self.bots if bot.token == token), self.bots[0])
        return await meant._call(request)
