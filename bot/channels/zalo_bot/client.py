"""The wire to Zalo's Bot API.

It alone knows the token: put in at the last moment, taken out of refusals that come back (error pages like to quote
the address), and never in an exception, since those of aiohttp are replaced by words of our own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.channels.gate import GatedRequest
from bot.channels.zalo_bot.answers import Unreachable, result_of
from bot.channels.zalo_bot.outgoing import ANSWER

HIDDEN = b"hidden"
"""Stands where the token was."""
CONNECT = 10.0
"""Seconds to reach the vendor."""
KEEPALIVE = 15.0
"""An idle connection is closed before the vendor does, since a request on a dying one has an unknown outcome."""
LARGEST_ANSWER = 1024 * 1024


class Client:
    """One account at one address. Opened and closed by the channel. Its call raises Refused or Unreachable."""

    def __init__(self, base_url: str, token: str, patience: float = ANSWER) -> None:
        self._api = f"{base_url.rstrip('/')}/bot{token}/"
        secret = token.partition(":")[2] or token
        self._secrets = [one.encode() for one in (token, secret) if one]
        self.patience = patience
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
            headers={"User-Agent": "tocds", "Accept": "application/json"},
        )

    async def close(self) -> None:
        """Close what is open; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(self, method: str, fields: Mapping[str, str] | None = None, wait: float | None = None) -> Any:
        """The result of a method, as plain JSON (None where a success brings none); `wait`: seconds for its answer."""
        if self._session is None:
            raise Unreachable("the channel is closed", written=False)
        wait = self.patience if wait is None else wait
        progress = SimpleNamespace(written=False)
        timeout = aiohttp.ClientTimeout(total=CONNECT + wait, sock_connect=CONNECT, sock_read=wait)
        try:
            async with self._session.post(
                self._api + method,
                data=json.dumps(dict(fields or {}), ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json"},
                timeout=timeout,
                allow_redirects=False,
                trace_request_ctx=progress,
            ) as response:
                body = await _beginning(response)
                status, asked = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError) as error:
            reason = type(error).__name__  # never its text: aiohttp quotes the address, and the token is in it
        else:
            return result_of(status, self._hidden(body), asked)
        raise Unreachable(reason, progress.written)

    def _hidden(self, body: bytes) -> bytes:
        for secret in self._secrets:
            body = body.replace(secret, HIDDEN)
        return body


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            response.close()
            break
    return bytes(body)


async def _note_written(session: aiohttp.ClientSession, context: SimpleNamespace, _: Any) -> None:
    context.trace_request_ctx.written = True
