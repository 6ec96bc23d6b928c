"""On PostgreSQL: next weeks' partitions of the check-ins, made before they are needed."""

from __future__ import annotations

import asyncio
import logging

from bot.clock import Clock
from locales import local
from storage import partitions
from storage.engine import Database

log = logging.getLogger(__name__)

EVERY = 3600.0
"""Seconds between two looks; there are weeks of reserve."""


class Partitioning:
    """One for a process; of several, whoever comes first makes them. On SQLite there is nothing to make."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def run(self) -> None:
        while True:
            try:
                made = await partitions.keep_ahead(self._database, local(self._clock.now()).date())
                if made:
                    log.info("action=partitions made=%d last=%s", len(made), made[-1])
            except Exception as error:
                log.error("action=partitions failed, tried again in an hour: %s", type(error).__name__)
            await asyncio.sleep(EVERY)
