"""Pictures at Zalo: uploaded once, shown to many, forgotten before Zalo forgets them."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_oa.client import Client
from bot.channels.zalo_oa.fields import identity

PATH = "/v2.0/oa/upload/image"
LARGEST = 1024 * 1024
KEPT = 6 * 24 * 3600.0
"""Seconds; Zalo keeps them seven days."""
MOST = 256
_BEGINNINGS = ((b"\xff\xd8\xff", "image/jpeg", "picture.jpg"), (b"\x89PNG\r\n\x1a\n", "image/png", "picture.png"))


class Uploads:
    """Attachment ids by the picture's content. A tally that goes to twenty groups is uploaded once: 5,000 a month."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()

    async def attachment(self, picture: bytes) -> str:
        """The id under which Zalo knows this picture. Raises SendFailed: MALFORMED for anything but JPEG and PNG of
        at most 1 MB."""
        mark = hashlib.sha256(picture).digest()
        known = self._known.get(mark)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        kind, name = _kind(picture)
        attachment_id = identity(await self._upload(picture, name, kind), "attachment_id")
        if not attachment_id:
            raise SendFailed(Why.VENDOR, "an upload without an attachment id", retryable=True)
        self._known[mark] = (attachment_id, time.monotonic() + KEPT)
        self._known.move_to_end(mark)
        while len(self._known) > MOST:
            self._known.popitem(last=False)
        return attachment_id

    def forget(self, picture: bytes) -> None:
        """Zalo does not know it any more."""
        self._known.pop(hashlib.sha256(picture).digest(), None)

    async def _upload(self, picture: bytes, name: str, kind: str) -> object:
        try:
            return await self._client.upload(PATH, picture, name, kind)
        except SendFailed as failed:
            failed.maybe_sent = False  # nobody has seen anything yet
            raise


def _kind(picture: bytes) -> tuple[str, str]:
    if len(picture) > LARGEST:
        raise SendFailed(Why.MALFORMED, "a picture of more than 1 MB")
    for beginning, kind, name in _BEGINNINGS:
        if picture.startswith(beginning):
            return kind, name
    raise SendFailed(Why.MALFORMED, "a picture that is neither JPEG nor PNG")
