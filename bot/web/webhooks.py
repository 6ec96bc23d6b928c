"""The webhook doors: checked in a fixed order, journaled, and only then acknowledged."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from aiohttp import web

from bot.channels.base import Channel, Discards, Probed
from bot.journaling import JournalUnavailable, journaled
from storage.journal import Event

log = logging.getLogger(__name__)

MOST = 1 << 20
"""Bytes of a body at most."""

Find = Callable[[str, str], Channel | None]
Keep = Callable[[Channel, list[Event]], Awaitable[None]]
After = Callable[[Channel, Mapping[str, object]], None]
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]

_EXPECT = "Expect"
"""A client that asks first whether it may send its body; the router answers it."""


class Webhooks:
    """POST /webhook/{channel}/{account}. `find` gives the channel of an account, `keep` makes an event durable,
    `after` is told of it once the vendor has its answer."""

    def __init__(self, find: Find, keep: Keep, after: After) -> None:
        self._find, self._keep, self._after = find, keep, after

    def routes(self) -> list[web.RouteDef]:
        """The way in by the router, which knows everything of HTTP."""

        async def webhook(request: web.Request) -> web.Response:
            return await self._answered(request, request.match_info["channel"], request.match_info["account"])

        return [web.post("/webhook/{channel}/{account}", webhook)]

    def before(self, others: Handler) -> Handler:
        """The way in for the plain requests that vendors send, past the router, which costs a quarter of an event;
        everything else is for the others."""

        async def first(request: web.BaseRequest) -> web.StreamResponse:
            match request.path.split("/"):
                case ["", "webhook", channel, account] if request.method == "POST" and _EXPECT not in request.headers:
                    return await self._answered(request, channel, account)
            return await others(request)

        return first

    async def _answered(self, request: web.BaseRequest, name: str, account: str) -> web.Response:
        channel = self._find(name, account)
        if channel is None:
            return web.Response(status=404)
        if (request.content_length or 0) > MOST:
            return web.Response(status=413)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        if not body.strip() and isinstance(channel, Probed) and channel.is_probe(body):
            return web.Response()
        if not channel.verify(request.headers, body):
            return web.Response(status=401)
        try:
            payload = json.loads(body)
        except (ValueError, RecursionError):  # nested deeper than anybody's payload
            return web.Response(status=400)
        if isinstance(payload, dict) and _discards(channel, payload):
            return web.Response()
        try:
            await self._keep(channel, [journaled(channel, body, payload)])
        except JournalUnavailable:
            return web.Response(status=503)
        if isinstance(payload, dict):
            self._after(channel, payload)
        return web.Response()


def _discards(channel: Channel, payload: Mapping[str, object]) -> bool:
    return _may_discard(type(channel)) and isinstance(channel, Discards) and channel.discards(payload)


@cache
def _may_discard(kind: type) -> bool:
    """Asked of a class once: looking through a protocol's methods costs more than parsing the event."""
    return issubclass(kind, Discards)
