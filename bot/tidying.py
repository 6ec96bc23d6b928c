"""Small duties that follow from what was sent: broadcasts that ended, and groups that cannot be reached any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.channels.base import Why
from bot.clock import Clock
from bot.thinking import think
from handlers.chat.broadcast.keeping_back import asking
from handlers.chat.broadcast.progress import told
from handlers.chat.events import group_lost
from handlers.turn import Surroundings
from locales import Reader, render
from storage import kept_back
from storage.claims import alone
from storage.engine import Connection, Database
from storage.known import Person, door_of, people_by_id
from storage.outbox import Lane, Owing, owe
from storage.progress import Progress, open_ones, settle
from storage.writing import apply

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks."""


class Tidying:
    """One for a process."""

    def __init__(
        self, database: Database, clock: Clock, around: Callable[[], Surroundings], on_owed: Callable[[], None]
    ) -> None:
        self._database, self._clock, self._around, self._on_owed = database, clock, around, on_owed

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.tidy()
            except Exception as error:
                log.error("action=tidy failed, tried again soon: %s", type(error).__name__)

    async def tidy(self) -> None:
        """Carry on what became of broadcasts; their authors hear of it, and are asked about what is held."""
        async with self._database.read() as connection:
            if not await open_ones(connection):
                return
        async with self._database.write() as connection:
            await alone(connection, "broadcasts' progress")  # or two processes would tell an author the same
            progressed = await settle(connection, self._clock.now())
            for one in progressed:
                await self._tell_author(connection, one)
            asked = [await self._ask_author(connection, one) for one in await kept_back.unasked(connection)]
        if progressed or any(asked):
            self._on_owed()

    async def _ask_author(self, connection: Connection, broadcast_id: int) -> bool:
        """What is held for a quota waits for its author's word; whether they were asked now."""
        now, around = self._clock.now(), self._around()
        here = now.astimezone(around.zone)
        kept = await kept_back.kept_back(connection, broadcast_id, here.date(), f"{here:%Y-%m}")
        door = await door_of(connection, kept.author_address_id) if kept else None
        if kept is None or door is None:
            return False
        author = await self._person(connection, kept.author_id)
        writes = await think(connection, asking(kept, door, author, around, now))
        await apply(connection, writes)
        return bool(writes)

    async def _person(self, connection: Connection, person_id: int) -> Person | None:
        day = self._clock.now().astimezone(self._around().zone).date()
        return (await people_by_id(connection, [person_id], day)).get(person_id)

    async def _tell_author(self, connection: Connection, progress: Progress) -> None:
        door = await door_of(connection, progress.author_address_id)
        if door is None:
            return
        now, around = self._clock.now(), self._around()
        author = await self._person(connection, progress.author_id)
        reader = Reader((author and author.language) or around.language, (author and author.address_form) or "bác")
        words = render(told(progress), reader)
        owing = Owing(door.account_id, door.id, progress.author_id, "notice", Lane.REPLY, words, cause_id=progress.id)
        await apply(connection, [owe(owing, now)])

    async def lost(self, address_id: int, why: Why) -> None:
        """A send to this chat failed for good: where it was a group, the leads of its place hear of it."""
        async with self._database.write() as connection:
            silenced = why is Why.NO_RIGHTS
            owed = await group_lost(connection, address_id, silenced, self._around(), self._clock.now())
        log.info("action=closed address=%d why=%s leads_told=%d", address_id, why, owed)
        if owed:
            self._on_owed()
