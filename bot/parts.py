"""One message as it goes over the wire, with its picture read from where it is kept."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.base import Button, Limits, Part, Pictures, SendFailed, Why
from storage.engine import Database
from storage.media import content
from storage.parcels import Parcel, Piece

Address = Callable[[int], str]
"""The public address of a picture, by its id."""


class Parts:
    """Makes those of one account. `address`: None where pictures of this service have no public address."""

    def __init__(self, database: Database, limits: Limits, address: Address | None) -> None:
        self._database, self._limits, self._address = database, limits, address

    async def part(self, parcel: Parcel, piece: Piece) -> Part:
        """The next message of a parcel. Raises SendFailed where nothing is left of it."""
        picture: tuple[bytes, str] | None = None
        if piece.media_id is not None:
            async with self._database.read() as connection:
                picture = await content(connection, piece.media_id)
            if picture is None and not piece.words:
                raise SendFailed(Why.MALFORMED, "the picture is gone")
        fetches = picture is not None and self._limits.pictures is Pictures.URL
        return Part(
            chat=parcel.chat,
            group=parcel.group,
            text=piece.words,
            buttons=tuple(Button(label, data) for label, data in piece.buttons),
            picture=picture[0] if picture else None,
            picture_type=picture[1] if picture else "",
            picture_url=self._address(piece.media_id) if fetches and self._address and piece.media_id else "",
        )
