"""Which events may be lived in one batch: at most one a conversation, a person and a place, in the order they came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import NamedTuple

from bot.clock import Clock
from handlers.messages import Incoming
from handlers.turn import Surroundings
from storage import journal
from storage.engine import Connection
from storage.known import Known, Origin, known

MOST_PLACES = 50_000
"""Conversations of which is remembered who wrote from where; more are not worth their memory."""


class Read(NamedTuple):
    """A journaled event in our own words, and where it comes from."""

    event: journal.Event
    incoming: Incoming
    origin: Origin

    @classmethod
    def of(cls, event: journal.Event, incoming: Incoming) -> Read:
        return cls(event, incoming, Origin(incoming.account_id, incoming.chat, incoming.speaker, incoming.group))


class Batches:
    """Fills batches. One for a process."""

    def __init__(self, clock: Clock, around: Callable[[], Surroundings]) -> None:
        self._clock, self._around = clock, around
        self._places: dict[tuple[int, str], tuple[object, ...]] = {}
        """Who wrote from where lately: a hint for filling batches, never relied on."""

    def hinted(self, event: journal.Event) -> tuple[object, ...]:
        """The marks of an event as far as they are known before it is looked at: its conversation's at least."""
        conversation = (event.account_id, event.conversation)
        return self._places.get(conversation) or (conversation,)

    def side_by_side(
        self, ahead: list[journal.Event], most: int, but: Set[object] = frozenset()
    ) -> list[journal.Event]:
        """Of what waits, what can probably be lived in one batch: neighbours tend to write one after another.
        `but`: marks of turns that are being written just now."""
        picked, taken = list[journal.Event](), set(but)
        for event in ahead:
            marks = self.hinted(event)
            if taken.isdisjoint(marks):
                picked.append(event)
            taken.update(marks)
            if len(picked) == most:
                break
        return picked

    async def choose(
        self, connection: Connection, reads: list[Read], but: Set[object] = frozenset()
    ) -> list[tuple[Read, Known]]:
        """At most one event a conversation, a person and a place; the others wait for the next batch. `but`: marks of
        turns that are being written just now."""
        today = self._clock.now().astimezone(self._around().zone).date()
        first: dict[str, Read] = {}
        for read in reads:
            first.setdefault(f"{read.event.account_id}:{read.event.conversation}", read)
        facts = await known(connection, [read.origin for read in first.values()], today)
        chosen, taken = list[tuple[Read, Known]](), set(but)
        if len(self._places) > MOST_PLACES:
            self._places.clear()
        for read in first.values():
            own = set(marks(read, facts[read.origin]))
            self._places[read.event.account_id, read.event.conversation] = tuple(own)
            free = not own & taken
            taken |= own  # also of one that waits: nothing that comes later may overtake it
            if free:
                chosen.append((read, facts[read.origin]))
        return chosen


def marks(read: Read, facts: Known) -> Iterator[object]:
    """What two turns at one time may not share, since each must see what the other did."""
    yield (read.event.account_id, read.event.conversation)
    yield ("chat", read.incoming.account_id, read.incoming.chat)
    if facts.person is not None:
        yield ("person", facts.person.id)
        yield from (("unit", service.unit_id) for service in facts.person.services)
