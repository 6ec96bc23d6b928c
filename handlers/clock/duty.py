"""A timed duty: what a firing is told, and what it answers for every place it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from handlers.clock.sending import Hearer, Rules, Verdict, may_send_at
from handlers.turn import Surroundings, Thinking
from locales import Reader, Text, Week, render
from storage.known import Door, Person
from storage.outbox import Lane, Owing
from storage.pauses import Pause
from storage.schema import new_id
from storage.tally import Tally
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class Firing:
    """One job at one time. `at` is the time it fires for; `now` the real one, from which what is owed lives."""

    job: str
    at: datetime
    now: datetime
    week: Week
    period: str
    too_late: timedelta
    around: Surroundings
    provisional: bool = False
    decided: frozenset[int] = frozenset()
    """Places whose row of this period is there already: nothing is done for them again."""
    by_hand: bool = False
    """An operator fires it: what was skipped (no group then, or too late) is tried once more."""
    rules: Rules = field(default_factory=Rules)
    pauses: Mapping[int, Pause] = field(default_factory=dict)
    """Those in force, by place; a place below one of them is paused with it."""
    id: int = field(default_factory=new_id)

    @property
    def day(self) -> date:
        """The day on which it fires, on the clock people look at."""
        return self.at.astimezone(self.around.zone).date()

    @property
    def as_of(self) -> date:
        """The day whose tree and memberships count: today's, unless it fires for a day to come. A firing made up for
        a past day sees the places as they are now, for its people may have been put down since."""
        return max(self.day, self.now.astimezone(self.around.zone).date())

    @property
    def due(self) -> datetime:
        """From when lateness counts: when it might first be sent. By hand that is from now on."""
        due = may_send_at(self.now if self.by_hand else self.at, self.rules, self.job).at
        assert due is not None  # there is nobody yet who could refuse
        return due

    @property
    def expires_at(self) -> datetime:
        return self.due + self.too_late

    def paused_until(self, *units: int) -> datetime | None:
        """Until when the first of these places is paused, by its own pause or that of a place above it."""
        ends = [self.pauses[unit].ends_at for unit in units if unit in self.pauses]
        return max(ends, default=None)

    def goes_on(self, *units: int) -> date | None:
        """The day on which reminders and posts go on at a paused place, on the clock people look at."""
        until = self.paused_until(*units)
        return None if until is None else until.astimezone(self.around.zone).date()

    def may_send(self, door: Door, person: Person | None = None, *units: int) -> Verdict:
        """When something of this firing may go to somebody, on behalf of a place and those above it; not at all where
        that would be too late."""
        hearer = Hearer(person is not None and person.stopped, door.state, None, self.paused_until(*units))
        verdict = may_send_at(self.now, self.rules, self.job, hearer)
        if verdict.at is not None and verdict.at > self.expires_at:
            return Verdict(None, f"{verdict.reason} until {verdict.at.astimezone(self.around.zone):%Y-%m-%d %H:%M}")
        return verdict

    def reader_of(self, person: Person | None) -> Reader:
        if person is None:
            return Reader(self.around.language)
        return Reader(person.language or self.around.language, person.address_form or "bác")

    def labels(self, language: str) -> dict[str, str]:
        return {one.code: one.label(language).full for one in self.around.form.fields}

    def owing(
        self,
        door: Door,
        text: Text,
        verdict: Verdict,
        person: Person | None = None,
        choices: tuple[tuple[str, Text], ...] = (),
        question: str | None = None,
        media_id: int | None = None,
    ) -> Owing:
        """Something owed by this firing, in its reader's words, due when `may_send` said."""
        reader = self.reader_of(person)
        return Owing(
            account_id=door.account_id,
            address_id=door.id,
            person_id=person.id if person else None,
            kind=self.job,
            lane=Lane.CLOCK,
            words=render(text, reader),
            choices=tuple((key, render(label, reader)) for key, label in choices),
            question=question,
            media_id=media_id,
            due_at=verdict.at,
            expires_at=self.expires_at,
            cause_id=self.id,
            held_for=verdict.reason,
        )


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be drawn before anything is written: `draw` holds the GIL and belongs into a thread."""

    media_id: int
    draw: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Post:
    """What one firing does for one place: something owed, or a reason why not."""

    unit_id: int
    skipped: str = ""
    """In the operator's words: "no group is bound"."""
    numbers: Mapping[str, Any] | None = None
    words: str = ""
    """The exact text that is posted (the first one, where readers have their own)."""
    owing: tuple[Owing, ...] = ()
    writes: tuple[Write, ...] = ()
    picture: Picture | None = None


Duty = Callable[[Firing], Thinking[Iterable[Post]]]
"""Reads what it needs by questions and says what is owed, place by place. Changes nothing itself. Where there are
thousands, each is put into words when it is taken."""


def out_of_reach(going: Sequence[tuple[Door, Verdict]]) -> str:
    """Why nothing can go to any of these groups, in the operator's words; empty where one can be reached."""
    if any(verdict.at for _door, verdict in going):
        return ""
    paused = [verdict.reason for door, verdict in going if door.state == "open"]
    return paused[0] if paused else "the bound group cannot be reached"


def brief(tally: Tally) -> dict[str, Any]:
    """The numbers kept with a firing."""
    return {
        "expected": tally.expected,
        "reported": tally.reported,
        "checkins": tally.checkins,
        "indicators": dict(tally.indicators),
        "silent": tally.silent,
    }
