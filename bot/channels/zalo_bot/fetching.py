"""Pictures that people sent, from the vendor's own picture hosts only, before their addresses expire.

An address comes from outside, so it is not trusted: https, a known host, no address of a private network behind its
name, no way led elsewhere, and no more bytes than a phone's picture has.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Sequence

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.channels.base import SendFailed, Why
from bot.channels.media_types import media_type

PICTURE_HOSTS = ("zdn.vn", "zadn.vn", "zaloplatforms.com")
"""Domains of Zalo's public pictures. An entry with a scheme ("http://127.0.0.1:8090") allows just that origin."""
LARGEST_PICTURE = 10 * 1024 * 1024
_STEPS = 3
"""Addresses on the way to one picture, redirections within the allowed hosts included."""


class PublicOnly(AbstractResolver):
    """Resolves names, and forgets answers that point into a private network."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises OSError where no public address is left."""
        found = [one for one in await self._inner.resolve(host, port, family) if _public(one["host"])]
        if not found:
            raise OSError("no public address")
        return found

    async def close(self) -> None:
        await self._inner.close()


class Pictures:
    """Fetches pictures for one account. Raises SendFailed and nothing else."""

    def __init__(self, hosts: Sequence[str] = PICTURE_HOSTS, patience: float = 30.0) -> None:
        self._hosts = tuple(host.lower() for host in hosts)
        self._patience = patience

    async def fetch(self, address: str) -> tuple[bytes, str]:
        """The bytes of the picture at an address, and its media type."""
        timeout = aiohttp.ClientTimeout(total=self._patience, sock_connect=10)
        connector = aiohttp.TCPConnector(resolver=PublicOnly(ThreadedResolver()))
        try:
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                content = await self._follow(session, address)
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError, ValueError) as error:
            reason = type(error).__name__
        else:
            kind = media_type(content)
            if not kind:
                raise SendFailed(Why.MALFORMED, "the file is not a picture")
            return content, kind
        raise SendFailed(Why.NETWORK, reason, retryable=True)

    async def _follow(self, session: aiohttp.ClientSession, address: str) -> bytes:
        url = self._allowed(address)
        for _ in range(_STEPS):
            async with session.get(url, allow_redirects=False) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await _content(response)
                url = self._allowed(response.headers.get("Location", ""), url)
        raise SendFailed(Why.MALFORMED, "the picture's address leads in circles")

    def _allowed(self, address: str, base: URL | None = None) -> URL:
        """The address, if it may be asked."""
        with contextlib.suppress(ValueError):
            url = base.join(URL(address)) if base else URL(address)
            if self._known(url):
                return url
        raise SendFailed(Why.MALFORMED, "the address is not one of Zalo's picture hosts")

    def _known(self, url: URL) -> bool:
        host = (url.raw_host or "").lower().rstrip(".")
        ours = any(host == known or host.endswith(f".{known}") for known in self._hosts)
        plain = url.scheme == "https" and url.port == 443 and url.raw_user is None
        return (plain and ours) or f"{url.scheme}://{url.raw_authority}" in self._hosts


async def _content(response: aiohttp.ClientResponse) -> bytes:
    if response.status >= 500 or response.status in (408, 429):
        raise SendFailed(Why.VENDOR, f"picture: {response.status}", retryable=True)
    if response.status != 200:
        raise SendFailed(Why.MALFORMED, f"picture: {response.status}")
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > LARGEST_PICTURE:
            response.close()
            raise SendFailed(Why.MALFORMED, "a picture that is too large")
    return bytes(body)


def _public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_global
    except ValueError:
        return False
