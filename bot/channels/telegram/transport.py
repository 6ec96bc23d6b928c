"""The wire to Telegram: python-telegram-bot's transport on aiohttp, eleven times as quick as its own.

It alone knows the token: put in at the last moment, taken out of refusals that come back (error pages like to quote
the address), and never in an exception, since those of aiohttp are replaced by words of our own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.channels.gate import GatedRequest

HIDDEN = "hidden"
"""Stands where the token was."""
CONNECT = 10.0
"""Seconds to reach the vendor."""
ANSWER = 20.0
"""Seconds from a request to its answer; an upload from a weak line gets as long again."""
KEEPALIVE = 30.0
"""An idle connection is closed before the vendor does, since a request on a dying one has an unknown outcome."""
LARGEST_DOWNLOAD = 10 * 1024 * 1024


_Body = aiohttp.FormData | aiohttp.Payload | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal of the Bot API; `spoken` is False where something else answered (a proxy's page, garbage)."""

    status: int
    description: str
    spoken: bool = True
    retry_after: float | None = None
    moved_to: str = ""


class Refused(TelegramError):
    """The request was answered, but not with what was asked for."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status}: {answer.description}")
        self.answer = answer


class Unreachable(TelegramError):
    """No answer came. `written`: the request had left, so it may have been carried out all the same."""

    def __init__(self, reason: str, written: bool) -> None:
        super().__init__(reason)
        self.written = written


class Transport(BaseRequest):
    """Requests to one account at one address. Opened and closed by the channel."""

    __slots__ = ("_addresses", "_api", "_connections", "_files", "_patience", "_secret", "_session")

    def __init__(self, base_url: str, token: str, patience: float = ANSWER, connections: int = 64) -> None:
        base = base_url.rstrip("/")
        self._api = f"{base}/bot{token}/"
        self._addresses: dict[str, URL] = {}
        self._files = f"{base}/file/bot{token}/"
        self._secret = token.partition(":")[2].encode() or token.encode()
        self._patience = patience
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer where a call does not say."""
        return self._patience

    async def initialize(self) -> None:
        """Make ready; asks nothing of the vendor."""
        if self._session is not None:
            return
        trace = aiohttp.TraceConfig()
        trace.on_request_headers_sent.append(_note_written)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEPALIVE, ttl_dns_cache=300),
            trace_configs=[trace],
            request_class=GatedRequest,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
        )

    async def shutdown(self) -> None:
        """Close what is open; a second call changes nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """What the library asks of a transport. Raises Refused or Unreachable and nothing else."""
        wait = read_timeout if isinstance(read_timeout, int | float) else self._patience
        if request_data is not None and request_data.contains_files:
            wait *= 2
        return 200, await self._exchange(method, self._api + url.rpartition("/")[2], _form(request_data), wait)

    async def call(self, method: str, fields: Mapping[str, Any], wait: float) -> Any:
        """A method of the Bot API by its name, its fields and its result as plain JSON (core.telegram.org/bots/api,
        "Making requests"). Raises Refused or Unreachable."""
        body = aiohttp.BytesPayload(json.dumps(fields).encode(), content_type="application/json")
        return self.parse_json_payload(await self._exchange("POST", self._address(method), body, wait))["result"]

    def _address(self, method: str) -> URL:
        """Made once a method: taking an address apart costs a tenth of a request."""
        if method not in self._addresses:
            self._addresses[method] = URL(self._api + method)
        return self._addresses[method]

    async def download(self, path: str) -> bytes:
        """A file that getFile named, from the API's own host only. Raises Refused (413 above the cap), Unreachable."""
        return await self._exchange("GET", self._files + path, None, 2 * self._patience, LARGEST_DOWNLOAD)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer to a call that went well; anything but an answer of the Bot API is Refused, quietly."""
        document = _document(payload)
        if document.get("ok") is not True or "result" not in document:
            raise Refused(Answer(200, "an answer that is not one", spoken=False))
        return dict(document)

    async def _exchange(self, method: str, url: str | URL, data: _Body, wait: float, cap: int | None = None) -> bytes:
        if self._session is None:
            raise Unreachable("the channel is closed", written=False)
        progress = SimpleNamespace(written=False)
        timeout = aiohttp.ClientTimeout(total=CONNECT + wait, sock_connect=CONNECT, sock_read=wait)
        try:
            async with self._session.request(
                method, url, data=data, timeout=timeout, allow_redirects=False, trace_request_ctx=progress
            ) as response:
                body = await _body(response, cap)
                status = response.status
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError) as error:
            reason = type(error).__name__  # never its text: aiohttp quotes the address, and the token is in it
        else:
            if 200 <= status < 300:
                return body
            raise Refused(answer_of(status, body.replace(self._secret, HIDDEN.encode())))
        raise Unreachable(reason, progress.written)


async def _note_written(session: aiohttp.ClientSession, context: SimpleNamespace, _: Any) -> None:
    context.trace_request_ctx.written = True


async def _body(response: aiohttp.ClientResponse, cap: int | None) -> bytes:
    if cap is None:
        return await response.read()
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > cap:
            response.close()
            raise Refused(Answer(413, "a file that is too large"))
    return bytes(body)


def _form(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    if data.contains_files:
        for name, (filename, content, media_type) in data.multipart_data.items():
            form.add_field(name, content, filename=filename, content_type=media_type)
    return form


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def answer_of(status: int, body: bytes) -> Answer:
    """What a refusal says, as far as it can be trusted."""
    document = _document(body)
    description = document.get("description")
    if document.get("ok") is not False or not isinstance(description, str):
        return Answer(status, "a page that is not the Bot API's", spoken=False)
    parameters = document.get("parameters")
    more = parameters if isinstance(parameters, dict) else {}
    wait, moved = more.get("retry_after"), more.get("migrate_to_chat_id")
    return Answer(
        status,
        description[:200],
        retry_after=float(wait) if isinstance(wait, int | float) and 0 <= wait < 1e6 else None,
        moved_to=str(moved) if isinstance(moved, int) else "",
    )
