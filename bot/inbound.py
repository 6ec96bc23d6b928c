"""From a raw event to what is owed: journal first, then batches of turns, each batch one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

from bot.ahead import Ahead
from bot.channels.base import Channel
from bot.clock import Clock
from bot.delivery import Sender
from bot.handover import Handover
from bot.journaling import Journal, in_short, journaled, parsed
from bot.living import Lived, Living
from bot.rush import Rush
from handlers.turn import Surroundings
from storage import journal
from storage.engine import Database
from storage.writing import apply

log = logging.getLogger(__name__)

BATCH = 200
SHARED_BATCH = 64
"""Where processes share the work: each event holds a few locks, and PostgreSQL has room for some thousands."""
WINDOW = 5
"""So many batches are looked through for events that can be lived side by side."""
TRIES = 3
"""How often an event is tried alone before it is given up."""
_SMALL = 16
"""Turns in a batch while requests crowd at the door: acknowledging comes first."""
_CATCH_BREATH = 1.0
"""Seconds until the next try where the database cannot be used; also the longest sleep while nothing comes."""
_IN_ANOTHER_HAND = 0.02
"""Seconds until the next look where all that waits is in other processes' hands."""


class _BeingWritten(NamedTuple):
    """A batch that was decided, and the transaction that keeps it."""

    lived: Lived
    writing: asyncio.Future[None]


class Inbound:
    """Takes raw events from the doors and lives their turns."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        clock: Clock,
        around: Callable[[], Surroundings],
        on_owed: Callable[[], None] = lambda: None,
        senders: Mapping[int, Sender] | None = None,
    ) -> None:
        """`on_owed`: called where senders have to look what is owed. `senders`: by account; None where nothing is sent
        (tests)."""
        self._database, self._clock = database, clock
        self._on_owed = on_owed
        self.came: Counter[int] = Counter()
        """Events that came to their end since the start, by account. One that was brought twice is one, as the vendor
        counts it."""
        self.ended: Counter[str] = Counter()
        """Events ended since the start, by how: done, ignored, failed."""
        self._living = Living(database, channels, clock, around, Handover({} if senders is None else senders, on_owed))
        self._ahead = Ahead(database, channels.keys())
        self._being_written: _BeingWritten | None = None
        self._one_at_a_time = asyncio.Lock()
        self._batch = SHARED_BATCH if database.shared else BATCH
        self.journal = Journal(database, clock)
        self._rush = Rush(self.journal)

    async def take(self, channel: Channel, raw: Sequence[bytes]) -> None:
        """Keep raw events of one account; returns when they are durable. Raises JournalUnavailable."""
        if raw:
            await self.keep(channel, [journaled(channel, body, parsed(body)) for body in raw])

    async def keep(self, channel: Channel, events: list[journal.Event]) -> None:
        """Keep events that were read already; returns when they are durable. Raises JournalUnavailable."""
        await self.journal.append(events)

    async def run(self) -> None:
        """Live turns for ever, as events come; what was left by an earlier process comes first."""
        while True:
            self.journal.written.clear()
            began = time.monotonic()
            try:
                lived = await self.live(_SMALL if self._rush.is_on() else None)
                rest = _IN_ANOTHER_HAND if lived is None else _CATCH_BREATH
            except Exception as error:  # the database is away: the events are safe in it, and wait
                log.error("turns cannot be lived just now: %s", in_short(error))
                lived, rest = 0, _CATCH_BREATH
            if not lived:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.journal.written.wait(), rest)
            else:
                await self._rush.give_way(time.monotonic() - began)

    async def drain(self) -> None:
        """Live all turns that wait (demo, tests, benchmarks)."""
        while await self.live() != 0:
            pass

    async def close(self) -> None:
        """Wait for what is being written."""
        async with self._one_at_a_time:
            await self._finish()

    async def live(self, most: int | None = None) -> int | None:
        """One batch of turns, never two at once in a process. Returns how many events it looked at, 0 where nothing
        waits; None where all that waits is in other processes' hands just now."""
        async with self._one_at_a_time:
            try:
                return await self._live(most or self._batch)
            except BaseException:
                self._ahead.forget()
                raise

    async def _live(self, most: int) -> int | None:
        marks = self._being_written.lived.marks if self._being_written else frozenset[object]()
        waiting = self._living.batches.side_by_side(await self._ahead.look(WINDOW * most), most, marks)
        retried = [event for event in waiting if event.attempts]
        if retried or not waiting:
            finished = await self._finish()
            if retried:
                await self._live_alone(retried[0])
                self._ahead.forget()
            return finished or len(retried[:1])
        live = self._live_shared if self._database.shared else self._live_ahead
        return await live(waiting, marks)

    async def _live_ahead(self, waiting: list[journal.Event], marks: Set[object]) -> int:
        """Decide a batch while the one before it is being written (`marks`): they have nothing in common."""
        try:
            lived = await self._living.decided(waiting, marks)
        except Exception as error:
            await self._finish()
            await self._lived_in_vain(waiting, error)
            return len(waiting)
        finished = await self._finish()
        if lived.raised:
            await self._live_one_by_one(lived.raised)
            self._ahead.forget()
        if lived.writes:
            self._begin(lived, asyncio.ensure_future(self._living.keep(lived)))
        return finished or len(waiting)

    def _begin(self, lived: Lived, writing: asyncio.Future[None]) -> None:
        """A batch is on its way to the disk."""
        self._being_written = _BeingWritten(lived, writing)

    async def _finish(self) -> int:
        """Wait until the last batch is written; returns how many events it ended. Where it could not be written, its
        events are lived one by one."""
        if self._being_written is None:
            return 0
        (lived, writing), self._being_written = self._being_written, None
        try:
            await writing
            self._count(lived)
        except Exception as error:
            await self._lived_in_vain([*lived.done, *lived.ignored], error)
        return len(lived.done) + len(lived.ignored)

    async def _live_shared(self, waiting: list[journal.Event], marks: Set[object]) -> int | None:
        """The same where processes share the work: each batch has a transaction from its first question on."""
        decided: asyncio.Future[Lived] = asyncio.get_running_loop().create_future()
        writing = asyncio.ensure_future(self._living.claimed(waiting, marks, decided))
        try:
            lived = await decided
        except Exception as error:
            await self._finish()
            await self._lived_in_vain(waiting, error)
            return len(waiting)
        except BaseException:
            writing.cancel()
            raise
        try:
            finished = await self._finish()
        finally:  # it is on its way, whatever became of the one before
            self._begin(lived, writing)
        if lived.raised:
            await self._finish()
            await self._live_one_by_one(lived.raised)
            self._ahead.forget()
        elif not (lived.done or lived.ignored):
            await self._finish()
            self._ahead.forget()
            return finished or None
        return len(waiting)

    async def _lived_in_vain(self, events: Sequence[journal.Event], error: Exception) -> None:
        log.warning("a batch of %d turns could not be kept, living them one by one: %s", len(events), in_short(error))
        await self._live_one_by_one(events)
        self._ahead.forget()

    def _count(self, lived: Lived) -> None:
        self._ahead.ended([*lived.done, *lived.ignored])
        self.ended.update(done=len(lived.done), ignored=len(lived.ignored))
        self.came.update(event.account_id for event in (*lived.done, *lived.ignored))

    async def _live_one_by_one(self, events: Sequence[journal.Event]) -> None:
        """Each in a transaction of its own; what comes after one that failed waits until that one has ended."""
        stuck = set[tuple[int, str]]()
        for event in events:
            conversation = (event.account_id, event.conversation)
            if conversation not in stuck and not await self._live_alone(event):
                stuck.add(conversation)

    async def _live_alone(self, event: journal.Event) -> bool:
        """One event by itself; returns whether it has ended. After three failures it is given up, kindly and
        visibly."""
        try:
            lived = await self._living.alone(event)
        except Exception as error:
            return await self._failed(event, error)
        if lived is None:
            return False
        self._count(lived)
        return True

    async def _failed(self, event: journal.Event, error: Exception) -> bool:
        """Note a failure; the last one ends the event. Returns whether it did."""
        reason = in_short(error)
        if event.attempts + 1 < TRIES:
            async with self._database.write() as connection:
                await apply(connection, [journal.failed_once(event.id, reason)])
            return False
        log.error(
            "event %d of account %d failed %d times and was given up: %s",
            *(event.id, event.account_id, TRIES, reason),
        )
        log.debug("event %d", event.id, exc_info=error)
        end = journal.ended(event.id, "failed", self._clock.now(), reason)
        try:
            await self._living.end_kindly(event, end)
        except Exception as another:  # not even a kind word can be written: the event must not block its chat for it
            log.error("event %d: no answer could be owed: %s", event.id, in_short(another))
            async with self._database.write() as connection:
                await apply(connection, [end])
        self.ended["failed"] += 1
        self.came[event.account_id] += 1
        self._on_owed()
        return True
