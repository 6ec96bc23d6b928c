"""Where events wait while the database is away: into the spool, and from it into the journal as soon as it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from bot import spool
from bot.clock import Clock
from bot.spool import Spool
from storage import journal
from storage.engine import Database

log = logging.getLogger(__name__)

TRY_AGAIN = 1.0
"""Seconds between two tries to bring sheltered events into the journal."""


class Shelter:
    """That of one process. `opened` makes it; only where several processes share a database that can be away."""

    def __init__(self, folder: Path, mine: Spool, database: Database, clock: Clock) -> None:
        self._folder, self._mine, self._database, self._clock = folder, mine, database, clock
        self._files = asyncio.Lock()
        self._filled = asyncio.Event()
        self.sheltered = 0
        """Events kept in the spool since the start."""

    @property
    def in_use(self) -> bool:
        """Whether events wait here: those that come later must wait behind them."""
        return self._filled.is_set()

    async def keep(self, events: Sequence[journal.Event]) -> None:
        """Keep events, durably when this returns. Raises OSError."""
        async with self._files:
            await asyncio.to_thread(self._mine.append, events)
        self.sheltered += len(events)
        if not self._filled.is_set():
            log.error("the database is away: events are kept in %s until it is back", self._mine.path.name)
        self._filled.set()

    async def run(self) -> None:
        """Bring into the journal what was sheltered, for ever."""
        while True:
            await self._filled.wait()
            try:
                await self._bring_in(self._mine)
            except Exception as error:
                log.debug("sheltered events wait on: %s", type(error).__name__)
                await asyncio.sleep(TRY_AGAIN)

    async def _bring_in(self, file: Spool) -> None:
        """Piece by piece while others still come; the last ones, and the emptying, while nobody can add to them."""
        begin, count = 0, 0
        while file.size - begin > spool.AT_ONCE:
            begin, count = await self._piece(file, begin, count)
        async with self._files:
            while begin < file.size:
                begin, count = await self._piece(file, begin, count)
            await asyncio.to_thread(file.forget)
            self._filled.clear()
        log.warning("the database is back: %d sheltered events are in the journal", count)

    async def _piece(self, file: Spool, begin: int, count: int) -> tuple[int, int]:
        events, end = await asyncio.to_thread(file.read, begin)
        if events:
            await journal.append(self._database, events, self._clock.now())
        return end, count + len(events)

    async def adopt(self) -> None:
        """Bring in what dead processes left, before anything new is taken."""
        for file in await asyncio.to_thread(spool.left_behind, self._folder):
            if file.size:
                await self._bring_in(file)
            file.close()

    def close(self) -> None:
        self._mine.close()


def opened(folder: Path, database: Database, clock: Clock) -> Shelter:
    """Raises SpoolUnwritable."""
    return Shelter(folder, spool.opened(folder), database, clock)
