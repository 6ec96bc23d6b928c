"""What an earlier process, or the former holder of a lease, left in its hand: nobody knows whether it arrived."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.books import Books
from bot.channels.base import Channel
from bot.clock import Clock
from bot.pacing import Pacer
from storage import parcels, waiting
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel
from storage.writing import Write

LONGER_THAN_A_MINUTE = timedelta(seconds=90)
"""In which messages of another process are counted: its clock may be a little ahead of ours or behind."""


class Orphans:
    """Those of one account."""

    def __init__(self, channel: Channel, database: Database, clock: Clock, books: Books, pacer: Pacer) -> None:
        self._channel, self._database, self._clock = channel, database, clock
        self._books, self._pacer = books, pacer

    async def found(self) -> list[Parcel]:
        """All that is in a hand, at a time when nobody sends."""
        async with self._database.read() as connection:
            return await waiting.orphans(connection, self._channel.account_id, self._clock.now())

    async def adopt(self, orphans: Iterable[Parcel]) -> None:
        """Resent once and marked, but never a broadcast."""
        writes: list[Write] = []
        now = self._clock.now()
        for one in orphans:
            if one.lane is Lane.BULK or one.maybe_twice:
                writes += parcels.ended(one, "failed", now, "the answer never came")
            else:
                writes.append(parcels.put_back(one, now, "the service was cut off", maybe_twice=True))
        await self._books.note(writes)

    async def keep_distance(self, orphans: Iterable[Parcel]) -> None:
        """The former holder may have written a moment ago: one full window passes, and what it wrote to groups counts
        against their minute as if it had been written just now."""
        self._pacer.hold(max(self._pacer.window, self._channel.limits.per_chat_interval))
        since = self._clock.now() - LONGER_THAN_A_MINUTE
        async with self._database.read() as connection:
            written = await waiting.written_to_groups(connection, self._channel.account_id, since)
        for one in orphans:
            if one.group:
                written[one.chat] += len(one.pieces)
        for chat, times in written.items():
            self._pacer.remember(chat, times)
