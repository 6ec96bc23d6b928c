"""Writes down when the database could not be written, as soon as it can: a restart forgets nothing of it."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.clock import Clock
from bot.journaling import in_short
from bot.trouble import DatabaseTrouble
from storage import health, outages
from storage.engine import Database
from storage.outages import Outage

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at whether there is something to write down."""


class Outages:
    """One for a process."""

    def __init__(self, database: Database, clock: Clock, trouble: DatabaseTrouble) -> None:
        self._database, self._clock, self._trouble = database, clock, trouble

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self.look()

    async def look(self) -> None:
        """Find out whether an outage is over, and write down those that are."""
        if self._trouble.kind and self._database.shared:  # a full disk takes small writes now and then: it tells itself
            await self._knock()
        try:
            await self.keep()
        except Exception as error:  # written down at another look
            log.debug("an outage cannot be written down just now: %s", in_short(error))

    async def keep(self) -> None:
        """Write down what is over. Raises where that cannot be done."""
        while self._trouble.over:
            one = self._trouble.over[0]
            ended_at = self._clock.now() - timedelta(seconds=self._trouble.ago(one.ended))
            began_at = ended_at - timedelta(seconds=one.seconds)
            await self.note(Outage(began_at, ended_at, one.refused, one.sheltered))
            self._trouble.over.remove(one)

    async def note(self, outage: Outage) -> None:
        await self._database.apply([outages.noted(outage)])

    async def close(self) -> None:
        """The service stops: what lasts still is written down up to now, if that can be done."""
        self._trouble.cut_off()
        await self.keep()

    async def _knock(self) -> None:
        try:
            async with self._database.write() as connection:
                await health.touch(connection)
        except Exception as error:
            self._trouble.failed(error)
        else:
            self._trouble.worked()
