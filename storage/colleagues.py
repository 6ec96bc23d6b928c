"""What the colleagues of a team recorded: asked before a session is counted twice or a village reported as silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, case, exists, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.checkins import EntryKind, checkins, monday_of, replacements
from storage.entries import REPLACED, numbers_of, of_day
from storage.people import person_details, persons
from storage.questions import Question
from storage.units import teams
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the same team and what they reported."""

    entry_id: int
    person_id: int
    name: str
    address_form: str | None
    sent_at: datetime
    values: Mapping[str, int]
    """Only the numbers that are equal to those asked about."""


_hold_team = update(teams).where(teams.c.id == bindparam("b_team")).values(kind=teams.c.kind)
_replaced = exists().where(replacements.c.replaced_id == bindparam("b_entry"))
_still_counts = (
    update(teams).where(teams.c.id == bindparam("b_team")).values(kind=case((_replaced, null()), else_=teams.c.kind))
)


def counts_still(team_id: int, entry_id: int) -> list[Write]:
    """Goes with what is counted in a colleague's entry: of two of a team who do this to each other at one moment, the
    second waits for the first, finds the entry replaced, and is refused (by a NULL); else nobody's would count."""
    return [Write(_hold_team, {"b_team": team_id}), Write(_still_counts, {"b_team": team_id, "b_entry": entry_id})]


@dataclass(frozen=True, slots=True)
class SameNumbers(Question[Colleague | None]):
    """Who else of the team reported the same number of a telling indicator on that day? The earliest one."""

    person_id: int
    team_id: int
    unit_id: int
    day: date
    values: tuple[tuple[str, int], ...]
    telling: tuple[str, ...]
    """Codes of which one at least must be equal."""

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[SameNumbers]) -> Sequence[Colleague | None]:
        found: dict[SameNumbers, tuple[int, dict[str, int]]] = {}
        colleagues: dict[int, Colleague] = {}
        for day in {one.day for one in questions}:
            asked = [one for one in questions if one.day == day]
            equal = await _equal_on(connection, day, asked)
            found |= equal
            colleagues |= await _colleagues(connection, monday_of(day), {entry for entry, _values in equal.values()})
        return [replace(colleagues[found[one][0]], values=found[one][1]) if one in found else None for one in questions]

    def first_among(self, entries: Iterable[tuple[int, int]], numbers: Mapping[int, Mapping[str, int]]) -> int | None:
        """The first of (entry, person) that answers this."""
        mine = [(code, number) for code, number in self.values if code in self.telling]
        for entry, person in entries:
            its = numbers.get(entry)
            if its and person != self.person_id and any(its.get(code) == number for code, number in mine):
                return entry
        return None

    def equal(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Of an entry's numbers those that are the same here."""
        mine = dict(self.values)
        return {code: number for code, number in numbers.items() if mine.get(code) == number}


async def _equal_on(
    connection: AsyncConnection, day: date, asked: Sequence[SameNumbers]
) -> dict[SameNumbers, tuple[int, dict[str, int]]]:
    """For each question of one day that has an answer: the entry, and the numbers that are equal."""
    week = monday_of(day)
    entries = await of_day(connection, day, {one.unit_id for one in asked})
    telling = {pair for one in asked for pair in one.values if pair[0] in one.telling}
    numbers = await numbers_of(connection, week, [entry for entry, _person, _team in entries], telling)
    of_team: dict[int, list[tuple[int, int]]] = {}
    for entry, person, team in entries:
        of_team.setdefault(team, []).append((entry, person))
    firsts = {one: one.first_among(of_team.get(one.team_id, ()), numbers) for one in asked}
    found = {one: entry for one, entry in firsts.items() if entry is not None}
    whole = await numbers_of(connection, week, set(found.values()))
    return {one: (entry, one.equal(whole[entry])) for one, entry in found.items()}


_colleagues_of = (
    select(checkins.c.id, checkins.c.person_id, person_details.c.name, persons.c.address_form, checkins.c.sent_at)
    .join(persons, persons.c.id == checkins.c.person_id)
    .outerjoin(person_details, person_details.c.person_id == checkins.c.person_id)
    .where(checkins.c.week == bindparam("b_week"), among(checkins.c.id, "b_entries"))
)


async def _colleagues(connection: AsyncConnection, week: date, entries: set[int]) -> dict[int, Colleague]:
    """Whose these entries are, without their numbers."""
    if not entries:
        return {}
    rows = await connection.execute(_colleagues_of, {"b_week": week, "b_entries": entries})
    return {entry: Colleague(entry, person, name or "", form, at, {}) for entry, person, name, form, at in rows}


@dataclass(frozen=True, slots=True)
class Word:
    """That somebody of a team has reported in a week, and how."""

    kind: EntryKind
    person_id: int
    name: str
    address_form: str | None
    day: date


@dataclass(frozen=True, slots=True)
class HeardThisWeek(Question[tuple[Word, ...]]):
    """Who of a team has sent word for a week? Entries in force, oldest first."""

    team_id: int
    unit_id: int
    week: date

    @classmethod
    async def answer(
        cls, connection: AsyncConnection, questions: Sequence[HeardThisWeek]
    ) -> Sequence[tuple[Word, ...]]:
        table = checkins.c
        rows = await connection.execute(
            select(
                table.team_id,
                table.week,
                table.kind,
                table.person_id,
                table.day,
                person_details.c.name,
                persons.c.address_form,
            )
            .join(persons, persons.c.id == table.person_id)
            .outerjoin(person_details, person_details.c.person_id == table.person_id)
            .outerjoin(replacements, REPLACED)
            .where(
                table.week.in_({one.week for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.kind != EntryKind.WITHDRAWAL.value,
                replacements.c.replaced_id.is_(None),
            )
            .order_by(table.id)
        )
        words: dict[tuple[int, date], list[Word]] = {}
        for row in rows:
            word = Word(EntryKind(row.kind), row.person_id, row.name or "", row.address_form, row.day)
            words.setdefault((row.team_id, row.week), []).append(word)
        return [tuple(words.get((one.team_id, one.week), ())) for one in questions]


@dataclass(frozen=True, slots=True)
class CountedWith(Question[tuple[str, ...]]):
    """The names of those whose entries in force leave a shared session to this entry."""

    entry_id: int
    week: date
    unit_id: int

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[CountedWith]) -> Sequence[tuple[str, ...]]:
        table = checkins.c
        rows = await connection.execute(
            select(table.joint_with_id, person_details.c.name)
            .join(person_details, person_details.c.person_id == table.person_id)
            .outerjoin(replacements, REPLACED)
            .where(
                table.week.in_({one.week for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.joint_with_id.in_({one.entry_id for one in questions}),
                replacements.c.replaced_id.is_(None),
            )
            .order_by(table.id)
        )
        names: dict[int, list[str]] = {}
        for row in rows:
            names.setdefault(row.joint_with_id, []).append(row.name)
        return [tuple(names.get(one.entry_id, ())) for one in questions]
