"""On PostgreSQL: what a process that was frozen in the middle of a statement holds is taken from it."""

from __future__ import annotations

import asyncio
import logging

from storage.engine import Database
from storage.silence import end_silent

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks. With the silence that is borne (5 s) well within the length of a lease (15 s)."""


class Silence:
    """One for a process: each looks after all the others. On SQLite there are none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._look()
            except Exception as error:  # the database is away; other tasks say so
                log.debug("action=silence nobody was looked after: %s", type(error).__name__)

    async def _look(self) -> None:
        async with self._database.read() as connection:
            ended = await end_silent(connection)
        if ended:
            log.warning("action=silence sessions_ended=%d: a process is frozen, or its machine is very busy", ended)
