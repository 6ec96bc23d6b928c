"""What waits to be lived, oldest first, as far as it was looked at: each event is read from the database once."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable

from storage import journal
from storage.engine import Database

ANEW = 5.0
"""Seconds after which everything that waits is read anew: another process may have written what has an older id."""


class Ahead:
    """The head of the queue, in memory."""

    def __init__(self, database: Database, served: Collection[int]) -> None:
        """`served`: the accounts that this process serves. On a shared database the events of others are for
        processes that know those accounts."""
        self._database, self._served = database, served
        self._events: dict[int, journal.Event] = {}
        self._last = 0
        self._began = time.monotonic()

    async def look(self, most: int) -> list[journal.Event]:
        """The oldest events that wait, so many at most."""
        if not self._events or time.monotonic() - self._began > ANEW:
            self.forget()
        if len(self._events) <= most // 2:
            async with self._database.look() as connection:
                found = await journal.waiting(connection, most, self._last, self._accounts())
            for event in found:
                self._events[event.id] = event
                self._last = event.id
        return list(self._events.values())

    def _accounts(self) -> Collection[int] | None:
        return list(self._served) if self._database.shared else None

    def ended(self, events: Iterable[journal.Event]) -> None:
        """These wait no more."""
        for event in events:
            self._events.pop(event.id, None)

    def forget(self) -> None:
        """Something went otherwise than thought: look at everything anew."""
        self._events.clear()
        self._last, self._began = 0, time.monotonic()
