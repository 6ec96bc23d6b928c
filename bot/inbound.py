"""From a raw event to what is owed: journal first, then batches of turns, each batch one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Channel
from bot.clock import Clock
from handlers.messages import Incoming
from handlers.receiving import receive
from handlers.sorry import sorry
from handlers.turn import Surroundings, Turn
from storage import journal
from storage.engine import Connection, Database
from storage.known import Known, Origin, known
from storage.questions import answer_all
from storage.writing import Write, apply

log = logging.getLogger(__name__)

BATCH = 200
TRIES = 3
_GIVE_WAY = 0.02
"""Seconds between two batches of turns while requests wait at the door: acknowledging comes first."""


class Journal:
    """Writes raw events, many to one commit; `append` returns when they are durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[tuple[list[journal.Event], asyncio.Future[None]]] = []
        self._something = asyncio.Event()
        self.written = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether the door has requests that wait for their commit."""
        return bool(self._waiting)

    async def append(self, events: list[journal.Event]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, done))
        self._something.set()
        await done

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            group, self._waiting = self._waiting, []
            if group:
                await self._write(group)

    async def _write(self, group: list[tuple[list[journal.Event], asyncio.Future[None]]]) -> None:
        try:
            async with self._database.write() as connection:
                await journal.append(connection, [event for events, _ in group for event in events], self._clock.now())
        except Exception as error:
            log.error("journal: %d events not written: %s", len(group), error)
            for _, done in group:
                if not done.done():
                    done.set_exception(JournalUnavailable(str(error)))
            return
        for _, done in group:
            if not done.done():
                done.set_result(None)
        self.written.set()


class JournalUnavailable(Exception):
    """The database cannot be written: the vendor is told to come back (503), polling waits."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A journaled event in our own words."""

    event: journal.Event
    incoming: Incoming

    @property
    def origin(self) -> Origin:
        event = self.incoming
        return Origin(event.account_id, event.chat, event.speaker, event.group)


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
        self._living = asyncio.Lock()
        self.journal = Journal(database, clock)

    async def take(self, channel: Channel, raw: Sequence[bytes]) -> None:
        """Keep raw events of one account; returns when they are durable. Raises JournalUnavailable."""
        events = [_journaled(channel, body) for body in raw]
        if events:
            await self.journal.append(events)

    async def run(self) -> None:
        """Live turns for ever, as events come; what was left by an earlier process comes first."""
        while True:
            self.journal.written.clear()
            if not await self.live():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.journal.written.wait(), 1.0)
            elif self.journal.busy:
                await asyncio.sleep(_GIVE_WAY)

    async def drain(self) -> None:
        """Live all turns that wait (demo, tests, benchmarks)."""
        while await self.live():
            pass

    async def live(self) -> int:
        """One batch of turns; returns how many events were ended by it. Never two at once in a process."""
        async with self._living:
            return await self._live()

    async def _live(self) -> int:
        async with self._database.read() as connection:
            waiting = await journal.waiting(connection, BATCH)
        if not waiting:
            return 0
        retried = [event for event in waiting if event.attempts]
        if retried:
            return await self._live_alone(retried[0])
        try:
            return await self._live_together(waiting)
        except Exception as error:
            log.warning("a batch of %d turns could not be kept, living them one by one: %s", len(waiting), error)
            for event in waiting[:BATCH]:
                await self._live_alone(event)
            return len(waiting)

    async def _live_together(self, waiting: list[journal.Event]) -> int:
        reads, writes = self._translate(waiting)
        async with self._database.write() as connection:
            chosen = await self._choose(connection, reads)
            writes += await self._turns(connection, chosen)
            await apply(connection, writes)
        self._on_owed()
        return len(writes)

    async def _live_alone(self, event: journal.Event) -> int:
        """One event in a transaction of its own; after three failures it is given up, kindly and visibly."""
        reads, writes = self._translate([event])
        try:
            async with self._database.write() as connection:
                chosen = await self._choose(connection, reads)
                for read, facts in chosen:
                    turn = self._turn(read, facts)
                    await _live_through([turn], connection, raising=True)
                    writes += [*turn.outcome(), journal.ended(event.id, "done", self._clock.now())]
                await apply(connection, writes)
        except Exception as error:
            await self._failed(event, reads, error)
        self._on_owed()
        return 1

    async def _failed(self, event: journal.Event, reads: list[_Read], error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        async with self._database.write() as connection:
            if event.attempts + 1 < TRIES:
                await apply(connection, [journal.failed_once(event.id, reason)])
                return
            log.error(
                "event %d of account %d failed %d times and was given up: %s",
                event.id,
                event.account_id,
                TRIES,
                type(error).__name__,
                exc_info=error,
            )
            writes = [journal.ended(event.id, "failed", self._clock.now(), reason)]
            for read, facts in await self._choose(connection, reads):
                turn = self._turn(read, facts)
                sorry(turn)
                writes += turn.outcome()
            await apply(connection, writes)

    def _translate(self, events: list[journal.Event]) -> tuple[list[_Read], list[Write]]:
        """Payloads in our own words; what means nothing to us is written off as ignored."""
        reads, writes, now = list[_Read](), list[Write](), self._clock.now()
        for event in events:
            channel = self._channels.get(event.account_id)
            incoming = channel.read(json.loads(event.body)) if channel else None
            if incoming is None:
                reason = "nothing to handle" if channel else "account is not served by this process"
                writes.append(journal.ended(event.id, "ignored", now, reason))
            else:
                reads.append(_Read(event, incoming))
        return reads, writes

    async def _choose(self, connection: Connection, reads: list[_Read]) -> list[tuple[_Read, Known]]:
        """At most one event a conversation, a person and a place; the others wait for the next batch."""
        today = self._clock.now().astimezone(self._around().zone).date()
        first: dict[str, _Read] = {}
        for read in reads:
            first.setdefault(f"{read.event.account_id}:{read.event.conversation}", read)
        facts = await known(connection, [read.origin for read in first.values()], today)
        chosen, taken = list[tuple[_Read, Known]](), set[object]()
        for read in first.values():
            marks = set(_marks(read, facts[read.origin]))
            if marks & taken:
                continue
            taken |= marks
            chosen.append((read, facts[read.origin]))
        return chosen

    async def _turns(self, connection: Connection, chosen: list[tuple[_Read, Known]]) -> list[Write]:
        turns = [self._turn(read, facts) for read, facts in chosen]
        failures = await _live_through(turns, connection)
        writes, now = list[Write](), self._clock.now()
        for (read, _), turn in zip(chosen, turns, strict=True):
            error = failures.get(id(turn))
            if error is None:
                writes += turn.outcome()
                writes.append(journal.ended(read.event.id, "done", now))
            else:
                log.warning("a turn raised, it is tried again alone: %s", error)
                writes.append(journal.failed_once(read.event.id, f"{type(error).__name__}: {error}"))
        return writes

    def _turn(self, read: _Read, facts: Known) -> Turn:
        return Turn(read.incoming, facts, self._clock.now(), self._around(), read.event.id)


def _journaled(channel: Channel, body: bytes) -> journal.Event:
    try:
        payload: Any = json.loads(body)
    except ValueError:
        payload = None
    key = channel.identify(payload) if isinstance(payload, dict) else None
    if key is None:
        digest = hashlib.sha256(body).hexdigest()[:40]
        return journal.Event(channel.account_id, f"?{digest}", "?", body, "ignored", "unknown shape")
    return journal.Event(channel.account_id, key.event_id[:100], key.conversation[:210], body)


def _marks(read: _Read, facts: Known) -> Iterator[object]:
    """What two turns of one batch may not share, since each must see what the other did."""
    yield ("chat", read.incoming.account_id, read.incoming.chat)
    if facts.person is not None:
        yield ("person", facts.person.id)
        yield from (("unit", service.unit_id) for service in facts.person.services)


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
