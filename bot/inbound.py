"""From a raw event to what is owed: journal first, then batches of turns, each batch one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.batching import Batches, Read
from bot.channels.base import Channel
from bot.clock import Clock
from bot.journaling import Journal, in_short, journaled, parsed
from handlers.receiving import receive
from handlers.sorry import sorry
from handlers.turn import Surroundings, Turn
from storage import journal
from storage.engine import Connection, Database
from storage.known import Known
from storage.questions import answer_all
from storage.writing import Write, apply

log = logging.getLogger(__name__)

BATCH = 200
WINDOW = 5
"""So many batches are looked through for events that can be lived side by side."""
TRIES = 3
"""How often an event is tried alone before it is given up."""
_SMALL = 16
"""Turns in a batch while requests come in at the door: acknowledging comes first."""
_REST = 9.0
"""So many times as long as a small batch took, the door then has the loop for itself: nine tenths of it."""
_CATCH_BREATH = 1.0
"""Seconds until the next try where the database cannot be used; also the longest sleep while nothing comes."""


class Inbound:
    """Takes raw events from the doors and lives their turns."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        clock: Clock,
        around: Callable[[], Surroundings],
        on_owed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._channels, self._clock, self._around = database, channels, clock, around
        self._on_owed = on_owed
        self.came: Counter[int] = Counter()
        """Events that came to their end since the start, by account. One that was brought twice is one, as the vendor
        counts it."""
        self.ended: Counter[str] = Counter()
        """Events ended since the start, by how: done, ignored, failed."""
        self._batches = Batches(clock, around)
        self._living = asyncio.Lock()
        self.journal = Journal(database, clock)

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
                lived = await self.live(_SMALL if self.journal.busy else BATCH)
            except Exception as error:  # the database is away: the events are safe in it, and wait
                log.error("turns cannot be lived just now: %s", in_short(error))
                lived = 0
            if not lived:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.journal.written.wait(), _CATCH_BREATH)
            elif self.journal.busy:
                await self.journal.quiet(_REST * (time.monotonic() - began))

    async def drain(self) -> None:
        """Live all turns that wait (demo, tests, benchmarks)."""
        while await self.live():
            pass

    async def live(self, most: int = BATCH) -> int:
        """One batch of turns; returns how many events were ended by it. Never two at once in a process."""
        async with self._living:
            return await self._live(most)

    async def _live(self, most: int) -> int:
        async with self._database.read() as connection:
            ahead = await journal.waiting(connection, WINDOW * most)
        waiting = self._batches.side_by_side(ahead, most)
        if not waiting:
            return 0
        retried = [event for event in waiting if event.attempts]
        if retried:
            await self._live_alone(retried[0])
            return 1
        try:
            alone = await self._live_together(waiting)
        except Exception as error:
            log.warning(
                "a batch of %d turns could not be kept, living them one by one: %s", len(waiting), in_short(error)
            )
            alone = waiting
        await self._live_one_by_one(alone)
        return len(waiting)

    async def _live_together(self, waiting: list[journal.Event]) -> list[journal.Event]:
        """One commit for as many as can be lived side by side; returns those whose turn raised."""
        reads, writes = self._translate(waiting)
        # Read and decided on a snapshot, so that the door's commits need not wait for handlers; what another process
        # may do at the same time (the CLI) is caught by conditions and constraints when the writes are applied.
        async with self._database.read() as connection:
            chosen = await self._batches.choose(connection, reads)
            lived, raised = await self._turns(connection, chosen)
        async with self._database.write() as connection:
            await apply(connection, [*writes, *lived])
        self.ended.update(done=len(chosen) - len(raised), ignored=len(waiting) - len(reads))
        mine = {read.event.id for read, _ in chosen} - {event.id for event in raised}
        others = {read.event.id for read in reads} - mine
        self.came.update(event.account_id for event in waiting if event.id not in others)
        self._on_owed()
        return raised

    async def _live_one_by_one(self, events: list[journal.Event]) -> None:
        """Each in a transaction of its own; what comes after one that failed waits until that one has ended."""
        stuck = set[tuple[int, str]]()
        for event in events:
            conversation = (event.account_id, event.conversation)
            if conversation not in stuck and not await self._live_alone(event):
                stuck.add(conversation)

    async def _live_alone(self, event: journal.Event) -> bool:
        """One event by itself; returns whether it has ended. After three failures it is given up, kindly and
        visibly."""
        reads = list[Read]()
        try:
            reads, writes = self._translate([event])
            async with self._database.write() as connection:
                if not await journal.is_new(connection, event.id):
                    return True  # its batch was kept, and only the news of that got lost
                for read, facts in await self._batches.choose(connection, reads):
                    turn = self._turn(read, facts)
                    await _live_through([turn], connection, raising=True)
                    writes += [*turn.outcome(), journal.ended(event.id, "done", self._clock.now())]
                await apply(connection, writes)
        except Exception as error:
            return await self._failed(event, reads, error)
        self.ended["done" if reads else "ignored"] += 1
        self.came[event.account_id] += 1
        self._on_owed()
        return True

    async def _failed(self, event: journal.Event, reads: list[Read], error: Exception) -> bool:
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
            await self._end_kindly(end, reads)
        except Exception as another:  # not even a kind word can be written: the event must not block its chat for it
            log.error("event %d: no answer could be owed: %s", event.id, in_short(another))
            async with self._database.write() as connection:
                await apply(connection, [end])
        self.ended["failed"] += 1
        self.came[event.account_id] += 1
        self._on_owed()
        return True

    async def _end_kindly(self, end: Write, reads: list[Read]) -> None:
        async with self._database.write() as connection:
            writes = [end]
            for read, facts in await self._batches.choose(connection, reads):
                turn = self._turn(read, facts)
                sorry(turn)
                writes += turn.outcome()
            await apply(connection, writes)

    def _translate(self, events: list[journal.Event]) -> tuple[list[Read], list[Write]]:
        """Payloads in our own words; what means nothing to us is written off as ignored."""
        reads, writes, now = list[Read](), list[Write](), self._clock.now()
        for event in events:
            channel = self._channels.get(event.account_id)
            incoming = channel.read(json.loads(event.body)) if channel else None
            if incoming is None:
                reason = "nothing to handle" if channel else "account is not served by this process"
                writes.append(journal.ended(event.id, "ignored", now, reason))
            else:
                reads.append(Read(event, incoming))
        return reads, writes

    async def _turns(
        self, connection: Connection, chosen: list[tuple[Read, Known]]
    ) -> tuple[list[Write], list[journal.Event]]:
        """What is to be written for the turns, and the events whose turns raised: those are tried again alone."""
        turns = [self._turn(read, facts) for read, facts in chosen]
        failures = await _live_through(turns, connection)
        writes, raised, now = list[Write](), list[journal.Event](), self._clock.now()
        for (read, _), turn in zip(chosen, turns, strict=True):
            error = failures.get(id(turn))
            if error is None:
                writes += turn.outcome()
                writes.append(journal.ended(read.event.id, "done", now))
            else:
                log.warning("a turn raised, it is tried again alone: %s", in_short(error))
                raised.append(read.event)
        return writes, raised

    def _turn(self, read: Read, facts: Known) -> Turn:
        return Turn(read.incoming, facts, self._clock.now(), self._around(), read.event.id)


async def _live_through(turns: list[Turn], connection: Connection, *, raising: bool = False) -> dict[int, Exception]:
    """Run the handlers of all turns, asking storage for what they yield, round by round."""
    failures: dict[int, Exception] = {}
    thinking = [(turn, receive(turn)) for turn in turns]
    answers: list[Any] = [None] * len(thinking)
    while thinking:
        asking, questions = [], []
        for (turn, thought), answer in zip(thinking, answers, strict=True):
            try:
                questions.append(thought.send(answer))
                asking.append((turn, thought))
            except StopIteration:
                pass
            except Exception as error:
                if raising:
                    raise
                failures[id(turn)] = error
        answers = await answer_all(connection, questions)
        thinking = asking
    return failures
