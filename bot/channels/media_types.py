"""What kind of picture some bytes are, whatever a vendor or an address calls them."""

from __future__ import annotations

_BEGINNINGS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))


def media_type(content: bytes) -> str:
    """The media type of a picture; "" where it is none that we know."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    return "image/webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
