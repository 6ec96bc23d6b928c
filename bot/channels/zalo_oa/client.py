"""Zalo's OpenAPI: calls with the token of the day, within the package's requests a minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import aiohttp

from bot.channels.base import SendFailed, Why
from bot.channels.fields import thing
from bot.channels.zalo_oa.fields import document, number
from bot.channels.zalo_oa.refusals import TOKEN_DEAD, explain, not_spoken, refusal, unreachable
from bot.channels.zalo_oa.tokens import Pass, Tokens
from bot.channels.zalo_oa.wire import Answer, TooLarge, Unreachable, Wire

MINUTE = 60.0

Data = Mapping[str, Any]
Content = Callable[[], dict[str, Any]]
"""What goes with a request (json, data or params), made anew for each try: a form can be sent only once."""


class Refused(SendFailed):
    """A failure with Zalo's own number."""

    def __init__(self, code: int, failed: SendFailed) -> None:
        super().__init__(
            failed.why,
            str(failed).partition(": ")[2],
            retryable=failed.retryable,
            retry_after=failed.retry_after,
            whole_account=failed.whole_account,
        )
        self.code = code


class Client:
    """One Official Account at one address. Every call raises SendFailed and nothing else."""

    def __init__(self, base_url: str, wire: Wire, tokens: Tokens, per_minute: int, now: Callable[[], datetime]) -> None:
        self._base = base_url.rstrip("/")
        self._wire, self._tokens, self._now = wire, tokens, now
        self._asked: deque[float] = deque(maxlen=per_minute)

    async def post(self, path: str, body: Mapping[str, Any]) -> Data:
        """POST with a JSON body; returns what is under `data`."""
        return await self._call("POST", path, lambda: {"json": body})

    async def ask(self, path: str, body: Mapping[str, Any]) -> Data:
        """POST with a JSON body; returns the whole answer, whose `data` may be a list."""
        return await self._call("POST", path, lambda: {"json": body}, whole=True)

    async def get(self, path: str, **params: str | int) -> Data:
        """GET with plain parameters; returns the whole answer."""
        return await self._call("GET", path, lambda: {"params": params}, whole=True)

    async def upload(self, path: str, content: bytes, name: str, kind: str) -> Data:
        """POST one file as multipart; returns what is under `data`."""

        def form() -> dict[str, Any]:
            fields = aiohttp.FormData(quote_fields=False)
            fields.add_field("file", content, filename=name, content_type=kind)
            return {"data": fields, "slowly": True}

        return await self._call("POST", path, form)

    async def _call(self, method: str, path: str, content: Content, *, whole: bool = False) -> Data:
        using = await self._tokens.current()
        try:
            return await self._once(method, path, content, using, whole)
        except Refused as refused:
            if refused.code not in TOKEN_DEAD:
                raise
        using = await self._tokens.renewed(using)
        return await self._once(method, path, content, using, whole)

    async def _once(self, method: str, path: str, content: Content, using: Pass, whole: bool) -> Data:
        self._keep_pace()
        headers = {"access_token": using.access}
        try:
            answer = await self._wire.exchange(method, self._base + path, headers, **content())
        except (Unreachable, TooLarge) as trouble:
            failed = unreachable(trouble)
        else:
            return self._data(answer, using, whole)
        finally:
            self._asked.append(time.monotonic())
        raise failed

    def _data(self, answer: Answer, using: Pass, whole: bool) -> Data:
        found = refusal(answer, (using.access,))
        if found is not None:
            raise Refused(found.code, explain(found, self._now()))
        said = document(answer.body)
        done = number(said, "error") == 0 or ("error" not in said and "data" in said)
        if answer.status != 200 or not done:
            raise not_spoken(answer, self._now())
        return said if whole else thing(said, "data")

    def _keep_pace(self) -> None:
        """Uploads, group lists and messages share one limit, which the sender's pace knows only in part."""
        if len(self._asked) < (self._asked.maxlen or 0):
            return
        wait = self._asked[0] + MINUTE - time.monotonic()
        if wait > 0:
            raise SendFailed(
                Why.RATE, "the minute's requests are used up", retryable=True, retry_after=wait, whole_account=True
            )
