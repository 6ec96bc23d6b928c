"""What a sender has in hand: parcels that are on record as taken, one a chat, and promises of such."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from storage.parcels import Parcel


class Hand:
    """One sender's. Its size is what a crash may send twice, so promises count as much as parcels."""

    def __init__(self) -> None:
        self._parcels: dict[int, Parcel] = {}
        self._since: dict[int, datetime] = {}
        self._chats: set[int] = set()

    def __len__(self) -> int:
        return len(self._chats)

    def __contains__(self, address_id: int) -> bool:
        """Whether a chat has something in hand: nothing else of it may be taken meanwhile."""
        return address_id in self._chats

    def __iter__(self) -> Iterator[int]:
        """The addresses of those chats."""
        return iter(self._chats)

    def promise(self, address_id: int) -> None:
        """Keep a place for a parcel that is being written down."""
        self._chats.add(address_id)

    def withdraw(self, address_id: int) -> None:
        """It was not written down."""
        self._chats.discard(address_id)

    def put(self, parcel: Parcel, now: datetime) -> None:
        """It is on record as taken."""
        self._parcels[parcel.id] = parcel
        self._since[parcel.id] = now
        self._chats.add(parcel.address_id)

    def since(self, parcel: Parcel, otherwise: datetime) -> datetime:
        """When it was taken."""
        return self._since.get(parcel.id, otherwise)

    def drop(self, parcel: Parcel) -> None:
        """It has ended, or waits for another try."""
        self._parcels.pop(parcel.id, None)
        self._since.pop(parcel.id, None)
        self._chats.discard(parcel.address_id)
