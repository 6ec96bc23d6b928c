"""Where events wait while the database is away: into the spool, and from it into the journal as soon as it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from bot import spool
from bot.clock import Clock
from bot.spool import Spool
from bot.trouble import DatabaseTrouble
from storage import journal, outages
from storage.engine import Database
from storage.outages import Outage
from storage.schema import made_at

log = logging.getLogger(__name__)

_AWAY = ConnectionError("it is away, or answers too late")
TRY_AGAIN = 1.0
"""Seconds between two tries to bring sheltered events into the journal."""


class Shelter:
    """That of one process. `opened` makes it; only where several processes share a database that can be away."""

    def __init__(self, folder: Path, mine: Spool, database: Database, clock: Clock, trouble: DatabaseTrouble) -> None:
        self._folder, self._mine, self._database, self._clock = folder, mine, database, clock
        self._trouble = trouble
        trouble.meanwhile = f"events are kept in {mine.path.name}"
        self._files = asyncio.Lock()
        self._filled = asyncio.Event()

    @property
    def in_use(self) -> bool:
        """Whether events wait here: those that come later must wait behind them."""
        return self._filled.is_set()

    async def keep(self, events: Sequence[journal.Event]) -> None:
        """Keep events, durably when this returns. Raises OSError."""
        async with self._files:
            await asyncio.to_thread(self._mine.append, events)
        self._trouble.failed(_AWAY)
        self._trouble.sheltered += len(events)
        self._filled.set()

    async def run(self) -> None:
        """Bring into the journal what was sheltered, for ever."""
        while True:
            await self._filled.wait()
            try:
                await self._bring_in(self._mine)
                self._trouble.worked()
            except Exception as error:
                log.debug("sheltered events wait on: %s", type(error).__name__)
                await asyncio.sleep(TRY_AGAIN)

    async def _bring_in(self, file: Spool) -> list[int]:
        """Piece by piece while others still come; the last ones, and the emptying, while nobody can add to them.
        Returns the ids of what came in."""
        begin, came = 0, list[int]()
        while file.size - begin > spool.AT_ONCE:
            begin = await self._piece(file, begin, came)
        async with self._files:
            while begin < file.size:
                begin = await self._piece(file, begin, came)
            await asyncio.to_thread(file.forget)
            self._filled.clear()
        log.info("%d sheltered events are in the journal", len(came))
        return came

    async def _piece(self, file: Spool, begin: int, came: list[int]) -> int:
        events, end = await asyncio.to_thread(file.read, begin)
        if events:
            await journal.append(self._database, events, self._clock.now())
        came += [one.id for one in events]
        return end

    async def adopt(self) -> None:
        """Bring in what dead processes left, before anything new is taken, and write down the outage that they met:
        as far as it is known, from the first to the last event that they kept aside."""
        for file in await asyncio.to_thread(spool.left_behind, self._folder):
            if file.size and (came := await self._bring_in(file)):
                met = Outage(made_at(came[0]), made_at(came[-1]), sheltered=len(came))
                await self._database.apply([outages.noted(met)])
                log.warning("%d events that an earlier process had kept aside are in the journal", len(came))
            file.close()

    def close(self) -> None:
        self._mine.close()


def opened(folder: Path, database: Database, clock: Clock, trouble: DatabaseTrouble) -> Shelter:
    """Raises SpoolUnwritable."""
    return Shelter(folder, spool.opened(folder), database, clock, trouble)
