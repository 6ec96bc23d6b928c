"""Pictures that people sent: fetched from Zalo's own hosts only, since an event may name any address."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.channels.base import SendFailed, Why
from bot.channels.media_types import media_type
from bot.channels.zalo_oa.refusals import unreachable
from bot.channels.zalo_oa.wire import TooLarge, Unreachable, Wire

HOSTS = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com", "zaloplatforms.com")
"""Media lie on public hosts below zdn.vn (seen in the bot product's events); the others are Zalo's too."""


async def fetch(wire: Wire, url: str, origins: tuple[str, ...] = ()) -> tuple[bytes, str]:
    """The bytes of a picture of at most 10 MB and their media type. `origins`: further places that are trusted
    ("http://127.0.0.1:8001"). Raises SendFailed."""
    if not _trusted(url, origins):
        raise SendFailed(Why.MALFORMED, "not a picture on one of Zalo's hosts")
    try:
        answer = await wire.exchange("GET", url, {}, slowly=True)
    except TooLarge:
        failed = SendFailed(Why.MALFORMED, "the file is too large")
    except Unreachable as trouble:
        failed = unreachable(trouble)
    else:
        if answer.status != 200:
            gone = answer.status in (403, 404, 410)
            raise SendFailed(Why.MALFORMED if gone else Why.VENDOR, f"{answer.status}", retryable=not gone)
        kind = media_type(answer.body)
        if not kind:
            raise SendFailed(Why.MALFORMED, "the file is not a picture")
        return answer.body, kind
    raise failed


def _trusted(url: str, origins: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None:
        return False
    if f"{parts.scheme}://{parts.netloc}" in origins:
        return True
    ours = any(host == known or host.endswith(f".{known}") for known in HOSTS)
    return ours and parts.scheme == "https" and port in (None, 443)
