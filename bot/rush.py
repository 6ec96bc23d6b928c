"""When requests crowd at the door, turns leave it most of the loop: an event that is acknowledged is safe, and a
vendor that waits too long sends it again."""

from __future__ import annotations

import asyncio
import time

from bot.journaling import Journal

CROWD = 8
"""So many requests waiting for their commit at once are a rush; with fewer, the loop has time for everything."""
FIRST = 5.0
"""Seconds for which a rush is taken in first. One that goes on is an overload, in which people wait for answers too."""
_AT_FIRST, _LATER = 40.0, 2.0
"""So many times as long as a small batch took, the door then has the loop for itself."""
_LULL = 0.01


class Rush:
    """How the loop is shared between the door and turns."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._began: float | None = None

    def is_on(self) -> bool:
        """Whether requests crowd at the door now, or did a moment ago."""
        if self._journal.open >= CROWD:
            self._began = self._began or time.monotonic()
            return True
        if self._began is not None and self._journal.idle > _LULL:
            self._began = None
        return self._began is not None

    async def give_way(self, took: float) -> None:
        """Leave the loop to the door after a batch that took so many seconds, as long as the rush lasts."""
        share = _LATER if self._began and time.monotonic() - self._began > FIRST else _AT_FIRST
        until = time.monotonic() + share * took
        while self.is_on() and time.monotonic() < until:  # noqa: ASYNC110 - awaited is that nothing comes
            await asyncio.sleep(_LULL)
