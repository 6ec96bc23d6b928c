"""The questions asked of check-ins in a conversation: what a person reported, and what the colleagues did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.checkins import EntryKind, checkin_texts, checkin_values, checkins, monday_of, replacements
from storage.people import person_details, persons
from storage.questions import Question
from storage.schema import holds
from storage.units import teams, unit_versions

_REPLACED = replacements.c.replaced_id == checkins.c.id


@dataclass(frozen=True, slots=True)
class DayTotals(Question[Mapping[str, int]]):
    """What has this person reported for a place and a day so far, by code? Only what is in force."""

    person_id: int
    team_id: int
    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[DayTotals]) -> Sequence[Mapping[str, int]]:
        table = checkins.c
        rows = await connection.execute(
            _counted(
                select(
                    table.person_id,
                    table.team_id,
                    table.day,
                    checkin_values.c.code,
                    func.sum(checkin_values.c.number).label("number"),
                )
            )
            .where(
                table.week.in_({monday_of(one.day) for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.person_id.in_({one.person_id for one in questions}),
                table.day.in_({one.day for one in questions}),
                replacements.c.replaced_id.is_(None),
            )
            .group_by(table.person_id, table.team_id, table.day, checkin_values.c.code)
        )
        totals: dict[tuple[int, int, date], dict[str, int]] = {}
        for row in rows:
            totals.setdefault((row.person_id, row.team_id, row.day), {})[row.code] = int(row.number)
        return [totals.get((one.person_id, one.team_id, one.day), {}) for one in questions]


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
            _counted(
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
                )
            )
            .join(persons, persons.c.id == table.person_id)
            .outerjoin(person_details, person_details.c.person_id == table.person_id)
            .where(
                table.week.in_({monday_of(one.day) for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.day.in_({one.day for one in questions}),
                checkin_values.c.code.in_({code for one in questions for code, _ in one.values}),
                checkin_values.c.number.in_({number for one in questions for _, number in one.values}),
                replacements.c.replaced_id.is_(None),
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
class Entry:
    """An entry as it was kept. `replaced_by`: the entry that stands for it now, if any."""

    id: int
    week: date
    membership_id: int
    unit_id: int
    unit_name: str
    unit_kind: str
    team_id: int
    kind: EntryKind
    day: date
    recorded_at: datetime
    note: str
    joint_with_id: int | None
    replaced_by: int | None
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def in_force(self) -> bool:
        return self.replaced_by is None and self.kind is not EntryKind.WITHDRAWAL


@dataclass(frozen=True, slots=True)
class History(Question[tuple[Entry, ...]]):
    """Everything that a person recorded since a time, replaced entries and withdrawals included, newest first."""

    person_id: int
    since: datetime

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[History]) -> Sequence[tuple[Entry, ...]]:
        since = min(one.since for one in questions)
        people = {one.person_id for one in questions}
        wanted = and_(checkins.c.person_id.in_(people), checkins.c.recorded_at >= since)
        numbers: dict[int, dict[str, int]] = {}
        for row in await connection.execute(
            select(checkin_values.c.checkin_id, checkin_values.c.code, checkin_values.c.number)
            .join(
                checkins, and_(checkins.c.id == checkin_values.c.checkin_id, checkins.c.week == checkin_values.c.week)
            )
            .where(wanted)
        ):
            numbers.setdefault(row.checkin_id, {})[row.code] = row.number
        found: dict[int, list[Entry]] = {}
        for row in await connection.execute(_entries().where(wanted).order_by(checkins.c.id.desc())):
            found.setdefault(row.person_id, []).append(_entry(row, numbers.get(row.id, {})))
        return [
            tuple(entry for entry in found.get(one.person_id, ()) if entry.recorded_at >= one.since)
            for one in questions
        ]


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
            .outerjoin(replacements, _REPLACED)
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
            .outerjoin(replacements, _REPLACED)
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


@dataclass(frozen=True, slots=True)
class OwnTeam(Question[int | None]):
    """The village's or the commune's own team at a place, for somebody whose membership names none."""

    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[OwnTeam]) -> Sequence[int | None]:
        rows = await connection.execute(
            select(teams.c.unit_id, teams.c.id).where(
                teams.c.unit_id.in_({one.unit_id for one in questions}),
                teams.c.kind.in_(("village", "commune")),
                holds(teams, max(one.day for one in questions)),
            )
        )
        found = {row.unit_id: row.id for row in rows}
        return [found.get(one.unit_id) for one in questions]


def _counted(query: Select[Any]) -> Select[Any]:
    """Entries with their numbers, beside what has replaced them."""
    of_entry = and_(checkin_values.c.checkin_id == checkins.c.id, checkin_values.c.week == checkins.c.week)
    return query.select_from(checkins).join(checkin_values, of_entry).outerjoin(replacements, _REPLACED)


def _entries() -> Select[Any]:
    place = unit_versions.c
    held = and_(
        place.unit_id == checkins.c.unit_id,
        place.valid_from <= checkins.c.day,
        or_(place.valid_to.is_(None), place.valid_to > checkins.c.day),
    )
    return (
        select(
            checkins.c.id,
            checkins.c.week,
            checkins.c.person_id,
            checkins.c.membership_id,
            checkins.c.unit_id,
            checkins.c.team_id,
            checkins.c.kind,
            checkins.c.day,
            checkins.c.recorded_at,
            checkins.c.joint_with_id,
            checkin_texts.c.note,
            replacements.c.by_id,
            place.name.label("unit_name"),
            place.kind.label("unit_kind"),
        )
        .select_from(checkins)
        .outerjoin(replacements, _REPLACED)
        .outerjoin(checkin_texts, checkin_texts.c.checkin_id == checkins.c.id)
        .outerjoin(unit_versions, held)
    )


def _entry(row: Any, values: Mapping[str, int]) -> Entry:
    return Entry(
        id=row.id,
        week=row.week,
        membership_id=row.membership_id,
        unit_id=row.unit_id,
        unit_name=row.unit_name or "",
        unit_kind=row.unit_kind or "village",
        team_id=row.team_id,
        kind=EntryKind(row.kind),
        day=row.day,
        recorded_at=row.recorded_at,
        note=row.note or "",
        joint_with_id=row.joint_with_id,
        replaced_by=row.by_id,
        values=values,
    )
