"""Our own pictures at addresses that nobody can guess and that end: for messengers that fetch a picture themselves."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.secrets import Vault

LASTS = timedelta(days=7)
"""So long an address works at least: people open old messages, and the messenger may fetch the picture again."""
SHOWN = ("image/jpeg", "image/png")
"""What every phone and every messenger can show."""
_DAY = 24 * 3600
_SIGNATURE = 32
"""Hex digits: 128 bits, which nobody guesses."""

Content = Callable[[int], Awaitable[tuple[bytes, str] | None]]
"""The bytes and media type of a picture; None where there is none (any more)."""


class PictureAddresses:
    """Makes the addresses and knows them again. `base_url`: where this service is found from outside; `now`: its
    clock. Nothing is stored: the signature says that an address is ours, and until when."""

    def __init__(self, vault: Vault, base_url: str, now: Callable[[], datetime]) -> None:
        self._vault, self._base_url, self._now = vault, base_url.rstrip("/"), now

    def address(self, media_id: int) -> str:
        """Where a picture can be fetched for a week. The same all day long, so that it can be cached."""
        ends = int((self._now() + LASTS).timestamp()) // _DAY * _DAY + _DAY
        return f"{self._base_url}/p/{media_id}.{ends}.{self._sign(media_id, ends)}"

    def opens(self, name: str) -> tuple[int, int] | None:
        """The picture that the last part of an address leads to, and for how many seconds yet; None for one that is
        not ours, or has ended."""
        parts = name.split(".")
        if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 20 for one in parts[:2]):
            return None
        media_id, ends = int(parts[0]), int(parts[1])
        left = ends - int(self._now().astimezone(UTC).timestamp())
        ours = hmac.compare_digest(self._sign(media_id, ends).encode(), parts[2].encode("utf-8", "replace"))
        return (media_id, left) if ours and left > 0 else None

    def _sign(self, media_id: int, ends: int) -> str:
        return self._vault.derive(f"picture {media_id} {ends}")[:_SIGNATURE]


def routes(addresses: PictureAddresses, content: Content) -> list[web.RouteDef]:
    """GET /p/{media}.{expires}.{signature}: the picture, or 404 for whatever reason: it tells a stranger nothing."""

    async def picture(request: web.Request) -> web.Response:
        found = addresses.opens(request.match_info["name"])
        kept = await content(found[0]) if found else None
        if found is None or kept is None or kept[1] not in SHOWN:
            return web.Response(status=404)
        # Whoever has the address may see it, and no longer than it works; people can have a picture erased.
        headers = {
            "Cache-Control": f"private, max-age={min(found[1], 3600)}",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        return web.Response(body=kept[0], content_type=kept[1], headers=headers)

    return [web.get("/p/{name}", picture)]
