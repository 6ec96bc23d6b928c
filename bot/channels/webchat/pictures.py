"""Pictures as the page sends and shows them: base64 in our payload, data: URLs in `PictureRef`, signed links."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets

MOST_BYTES = 2 * 1024 * 1024
_DATA_URL = re.compile(r"data:(image/(?:jpeg|png|webp));base64,", re.ASCII)


class NotAPicture(ValueError):
    """The bytes are no JPEG, PNG or WebP, or there are too many of them."""


def kind_of(content: bytes) -> str:
    """The media type, told by the bytes: what a browser claims is served back to others. Raises NotAPicture."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    raise NotAPicture("neither JPEG, PNG nor WebP")


def decode(data: str) -> tuple[bytes, str]:
    """Base64 -> the bytes and their true media type. Raises NotAPicture."""
    if len(data) > MOST_BYTES * 4 // 3 + 4:
        raise NotAPicture("too large")
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAPicture("not base64") from error
    return content, kind_of(content)


def data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def from_data_url(url: str) -> tuple[bytes, str]:
    """The picture inside a data: URL of ours. Raises NotAPicture."""
    head = _DATA_URL.match(url)
    if head is None:
        raise NotAPicture("not a picture's data: URL")
    return decode(url[head.end() :])


class PictureLinks:
    """Links that only somebody who was shown the picture knows: media ids can be guessed, these cannot.

    The key lives as long as the process; a page that reconnects reads its history, and fresh links, again.
    """

    prefix = "/chat/pictures/"

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def sign(self, url: str) -> str:
        """Our own picture addresses with their proof; any other address as it is."""
        media_id = url.removeprefix(self.prefix)
        if media_id == url or not media_id.isdecimal():
            return url
        return f"{url}?k={self._proof(media_id)}"

    def allows(self, media_id: str, proof: str) -> bool:
        return hmac.compare_digest(self._proof(media_id).encode(), proof.encode())

    def _proof(self, media_id: str) -> str:
        return hmac.new(self._key, media_id.encode(), hashlib.sha256).hexdigest()[:32]
