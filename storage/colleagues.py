"""What the colleagues of a team recorded: asked before a session is counted twice or a village reported as silent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, exists, func, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.checkins import EntryKind, checkin_values, checkins, monday_of, replacements
from storage.entries import REPLACED, counted
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
        table = checkins.c
        rows = await connection.execute(
            counted(
                select(
                    table.id,
                    table.person_id,
                    table.team_id,
                    table.day,
                    table.sent_at,
                    checkin_values.c.code,
                    checkin_values.c.number,
                    person_details.c.name,
                    persons.c.address_form,
                ),
                checkin_values.c.code.in_({code for one in questions for code, _ in one.values}),
                checkin_values.c.number.in_({number for one in questions for _, number in one.values}),
            )
            .join(persons, persons.c.id == table.person_id)
            .outerjoin(person_details, person_details.c.person_id == table.person_id)
            .where(
                table.week.in_({monday_of(one.day) for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.day.in_({one.day for one in questions}),
                replacements.c.replaced_id.is_(None),
                # coalesce, as a plain test of the outer join's column would make it an inner one, and SQLite would
                # then read every number of the week first
                func.coalesce(checkin_values.c.number, -1) >= 0,
            )
            .order_by(table.sent_at, table.id)
        )
        entries: dict[tuple[int, date], dict[int, list[Any]]] = {}
        for row in rows:
            entries.setdefault((row.team_id, row.day), {}).setdefault(row.id, []).append(row)
        return [one._first_among(entries.get((one.team_id, one.day), {}).values()) for one in questions]

    def _first_among(self, entries: Iterable[list[Any]]) -> Colleague | None:
        mine = dict(self.values)
        for rows in entries:
            first = rows[0]
            if first.person_id == self.person_id:
                continue
            equal = {row.code: row.number for row in rows if mine.get(row.code) == row.number}
            if any(code in equal for code in self.telling):
                return Colleague(first.id, first.person_id, first.name or "", first.address_form, first.sent_at, equal)
        return None


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
