"""The wire to Zalo: requests out, status and bytes back, and words of our own for what went wrong.

Exceptions of aiohttp are replaced by their kind's name: their text quotes addresses and headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.channels.gate import GatedRequest

CONNECT = 10.0
"""Seconds to reach the vendor."""
ANSWER = 20.0
"""Seconds from a request to its answer; an upload gets as long again."""
KEEPALIVE = 15.0
"""An idle connection is closed before the vendor does, since a request on a dying one has an unknown outcome."""
LARGEST = 10 * 1024 * 1024


class Unreachable(Exception):
    """No answer came. `written`: the request had left, so it may have been carried out all the same."""

    def __init__(self, reason: str, written: bool) -> None:
        super().__init__(reason)
        self.written = written


class TooLarge(Exception):
    """The answer has more bytes than anything that we ask for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


class Wire:
    """Connections to one vendor. Opened and closed by the channel."""

    def __init__(self, patience: float = ANSWER) -> None:
        self._patience = patience
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make ready; asks nothing of the vendor."""
        if self._session is not None:
            return
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_written)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=8, keepalive_timeout=KEEPALIVE, ttl_dns_cache=300),
            trace_configs=[trace],
            request_class=GatedRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "tocds"},
        )

    async def close(self) -> None:
        """Close what is open; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], *, slowly: bool = False, **content: Any
    ) -> Answer:
        """One request, followed nowhere else. `content`: json, data or params, as aiohttp takes them.
        Raises Unreachable, TooLarge."""
        if self._session is None:
            raise Unreachable("the channel is closed", written=False)
        progress = SimpleNamespace(written=False)
        wait = self._patience * 2 if slowly else self._patience
        timeout = aiohttp.ClientTimeout(total=CONNECT + wait, sock_connect=CONNECT, sock_read=wait)
        try:
            async with self._session.request(
                method,
                url,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                trace_request_ctx=progress,
                **content,
            ) as response:
                return Answer(response.status, await _body(response))
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError) as error:
            reason = type(error).__name__
        raise Unreachable(reason, progress.written)


async def _note_written(session: aiohttp.ClientSession, context: SimpleNamespace, _: Any) -> None:
    context.trace_request_ctx.written = True


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST:
            response.close()
            raise TooLarge
    return bytes(body)
