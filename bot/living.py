"""Turns that are lived: many together in one transaction, or one alone. Decides nothing itself: handlers do."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from bot.batching import Batches, Read, marks
from bot.channels.base import Channel
from bot.clock import Clock
from bot.handover import Answer, Batch, Handover
from bot.journaling import in_short
from handlers.receiving import receive
from handlers.sorry import sorry
from handlers.turn import Surroundings, Turn
from storage import claims, journal
from storage.engine import Connection, Database
from storage.known import Known
from storage.outbox import owe
from storage.questions import answer_all
from storage.writing import Write, apply

log = logging.getLogger(__name__)

Chosen = list[tuple[Read, Known]]


@dataclass(slots=True)
class Lived:
    """What became of a batch. Events in neither list still wait for a later one."""

    writes: list[Write]
    answers: list[Answer] = field(default_factory=list)
    """To be written with the rest."""
    news: bool = False
    """Somebody else is owed something as well, which senders have to look for."""
    done: list[journal.Event] = field(default_factory=list)
    ignored: list[journal.Event] = field(default_factory=list)
    raised: list[journal.Event] = field(default_factory=list)
    """Their turns raised: they are tried again alone."""
    marks: set[object] = field(default_factory=set)
    """What others may not touch before this is written (see `bot.batching.marks`)."""


class Living:
    """Lives turns on one database."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        clock: Clock,
        around: Callable[[], Surroundings],
        handover: Handover,
    ) -> None:
        self._database, self._channels, self._clock, self._around = database, channels, clock, around
        self._handover = handover
        self.batches = Batches(clock, around)

    async def claimed(self, events: Sequence[journal.Event], but: Set[object], decided: asyncio.Future[Lived]) -> None:
        """Where processes share the work: those of the events that are ours, lived and kept in one transaction.

        `decided` is told what is to be written before that begins, or why nothing was decided; `but`: as there. Raises
        what the commit raised: nothing is kept then.
        """
        try:
            with self._handover.batch() as batch:
                async with self._database.write() as connection:
                    lived = await self._ours(connection, events, but)
                    decided.set_result(lived)
                    await apply(connection, self._with_answers(lived, batch))
        except Exception as error:
            if decided.done():
                raise
            decided.set_exception(error)

    async def keep(self, lived: Lived) -> None:
        """Write a batch down that was decided on a snapshot. Raises what the commit raised: nothing is kept then."""
        with self._handover.batch() as batch:
            await self._database.apply(self._with_answers(lived, batch))

    def _with_answers(self, lived: Lived, batch: Batch) -> list[Write]:
        batch.left_over = lived.news
        return [*lived.writes, *batch.writes(lived.answers, self._clock.now())]

    async def decided(self, events: Sequence[journal.Event], but: Set[object]) -> Lived:
        """As many as can be lived side by side, with what is to be written for them; `but`: marks of turns that are
        being written just now.

        Decided on a snapshot, so that neither the door's commits nor our own have to wait for handlers; what another
        program may do at the same time (the CLI) is caught by conditions and constraints when this is written.
        """
        async with self._database.look() as connection:
            return await self._decided(connection, events, but)

    async def alone(self, event: journal.Event) -> Lived | None:
        """One event in a transaction of its own; None while another process has a hand on it. Raises what its turn or
        the commit raised."""
        with self._handover.batch(at_once=False) as batch:
            async with self._database.write() as connection:
                if self._database.shared:
                    lived = await self._ours(connection, [event], raising=True)
                    if not (lived.done or lived.ignored):
                        return None if await journal.is_new(connection, event.id) else Lived([], done=[event])
                elif not await journal.is_new(connection, event.id):
                    return Lived([], done=[event])  # its batch was kept, and only the news of that got lost
                else:
                    lived = await self._decided(connection, [event], raising=True)
                await apply(connection, self._with_answers(lived, batch))
        return lived

    async def end_kindly(self, event: journal.Event, end: Write) -> None:
        """Write down how an event ended, and owe whoever sent it a kind word."""
        reads, _ignored = self._translated([event])
        async with self._database.write() as connection:
            writes = [end]
            for read, facts in await self.batches.choose(connection, reads):
                turn = self._turn(read, facts)
                sorry(turn)
                writes += turn.outcome()
                answer = turn.answer()
                writes += [owe(answer, self._clock.now())] if answer else []
            await apply(connection, writes)

    async def _ours(
        self,
        connection: Connection,
        events: Sequence[journal.Event],
        but: Set[object] = frozenset(),
        *,
        raising: bool = False,
    ) -> Lived:
        """Those that no other process has in hand and that are next in their conversations, decided."""
        wanted = {event.id: self.batches.hinted(event) for event in events}
        ours = await claims.taken(connection, {mark for marks in wanted.values() for mark in marks})
        free = [event for event in events if ours.issuperset(wanted[event.id])]
        first = await claims.still_first(connection, free)
        return await self._decided(connection, first, but, ours, raising=raising)

    async def _decided(
        self,
        connection: Connection,
        events: Sequence[journal.Event],
        but: Set[object] = frozenset(),
        ours: set[object] | None = None,
        *,
        raising: bool = False,
    ) -> Lived:
        """`ours`: the marks that this process holds, where processes share the work."""
        reads, ignored = self._translated(events)
        chosen = await self.batches.choose(connection, reads, but)
        if ours is not None:
            chosen = await self._free(connection, chosen, ours)
        turns = [self._turn(read, facts) for read, facts in chosen]
        failures = await _live_through(turns, connection, raising=raising)
        lived, now = Lived([], ignored=[event for event, _end in ignored]), self._clock.now()
        for event, end in ignored:
            lived.writes.append(end)
            lived.marks.add((event.account_id, event.conversation))
        for (read, facts), turn in zip(chosen, turns, strict=True):
            error = failures.get(id(turn))
            if error is None:
                lived.writes += turn.outcome()
                lived.news = lived.news or bool(turn.told)
                answer = turn.answer()
                if answer is not None:
                    lived.answers.append(Answer(answer, read.incoming.chat, turn.door.is_group, turn.door.answer_waits))
                lived.done.append(read.event)
                lived.marks.update(marks(read, facts))
            else:
                log.warning("a turn raised, it is tried again alone: %s", in_short(error))
                lived.raised.append(read.event)
        if lived.done:
            lived.writes.append(journal.done([event.id for event in lived.done], now))
        return lived

    async def _free(self, connection: Connection, chosen: Chosen, ours: set[object]) -> Chosen:
        """Those whose chat, person and places are in no other process's hand. Where that was not known beforehand,
        they are taken now and read again."""
        held = [(read, facts) for read, facts in chosen if ours.issuperset(marks(read, facts))]
        unknown = [(read, set(marks(read, facts))) for read, facts in chosen if not ours.issuperset(marks(read, facts))]
        if not unknown:
            return held
        more = ours | await claims.taken(connection, {mark for _, some in unknown for mark in some} - ours)
        but = {mark for read, facts in held for mark in marks(read, facts)}
        again = await self.batches.choose(connection, [read for read, some in unknown if some <= more], but)
        return held + [(read, facts) for read, facts in again if more.issuperset(marks(read, facts))]

    def _translated(self, events: Sequence[journal.Event]) -> tuple[list[Read], list[tuple[journal.Event, Write]]]:
        """Payloads in our own words; what means nothing to us, with the note that writes it off as ignored."""
        reads, ignored, now = list[Read](), list[tuple[journal.Event, Write]](), self._clock.now()
        for event in events:
            channel = self._channels.get(event.account_id)
            incoming = channel.read(json.loads(event.body)) if channel else None
            if incoming is None:
                reason = "nothing to handle" if channel else "account is not served by this process"
                ignored.append((event, journal.ended(event.id, "ignored", now, reason)))
            else:
                reads.append(Read.of(event, incoming))
        return reads, ignored

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
