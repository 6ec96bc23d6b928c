"""What a person recorded: asked by the conversations that add to it and mend it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.checkins import EntryKind, checkin_texts, checkin_values, checkins, monday_of, replacements
from storage.questions import Question
from storage.schema import holds
from storage.units import teams, unit_versions

REPLACED = replacements.c.replaced_id == checkins.c.id
"""Joins an entry with the row that names what stands for it now."""


@dataclass(frozen=True, slots=True)
class DayTotals(Question[Mapping[str, int]]):
    """What has this person reported for a place and a day so far, by code? Only what is in force."""

    person_id: int
    team_id: int
    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[DayTotals]) -> Sequence[Mapping[str, int]]:
        totals: dict[tuple[int, int, date], dict[str, int]] = {}
        for day in {one.day for one in questions}:
            asked = [one for one in questions if one.day == day]
            people = {one.person_id for one in asked}
            entries = await of_day(connection, day, {one.unit_id for one in asked}, people)
            numbers = await numbers_of(connection, monday_of(day), [entry for entry, _person, _team in entries])
            for entry, person, team in entries:
                total = totals.setdefault((person, team, day), {})
                for code, number in numbers.get(entry, {}).items():
                    total[code] = total.get(code, 0) + number
        return [totals.get((one.person_id, one.team_id, one.day), {}) for one in questions]


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
        rows = (await connection.execute(_entries().where(wanted).order_by(checkins.c.id.desc()))).all()
        weeks: dict[date, list[int]] = {}
        for row in rows:
            weeks.setdefault(row.week, []).append(row.id)
        numbers: dict[int, dict[str, int]] = {}
        for week, entries in weeks.items():
            numbers |= await numbers_of(connection, week, entries)
        found: dict[int, list[Entry]] = {}
        for row in rows:
            found.setdefault(row.person_id, []).append(_entry(row, numbers.get(row.id, {})))
        return [
            tuple(entry for entry in found.get(one.person_id, ()) if entry.recorded_at >= one.since)
            for one in questions
        ]


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


_of_day = (
    select(checkins.c.id, checkins.c.person_id, checkins.c.team_id)
    .outerjoin(replacements, REPLACED)
    .where(
        checkins.c.week == bindparam("b_week"),
        among(checkins.c.unit_id, "b_units"),
        checkins.c.day == bindparam("b_day"),
        replacements.c.replaced_id.is_(None),
    )
    .order_by(checkins.c.id)
)
_own_of_day = _of_day.where(among(checkins.c.person_id, "b_people"))


async def of_day(
    connection: AsyncConnection, day: date, units: Collection[int], people: Collection[int] | None = None
) -> Sequence[tuple[int, int, int]]:
    """(entry, person, team) of the entries in force at some places on a day, in the order in which they were kept;
    only those of some people, where they are given."""
    wanted = {"b_week": monday_of(day), "b_day": day, "b_units": units}
    if people is None:
        rows = await connection.execute(_of_day, wanted)
    else:
        rows = await connection.execute(_own_of_day, {**wanted, "b_people": people})
    return [(entry, person, team) for entry, person, team in rows.all()]


_value = checkin_values.c
_numbers_of = select(_value.checkin_id, _value.code, _value.number).where(
    _value.week == bindparam("b_week"), among(_value.checkin_id, "b_entries")
)
_these_of = _numbers_of.where(among(_value.code, "b_codes", String), among(_value.number, "b_numbers"))


async def numbers_of(
    connection: AsyncConnection, week: date, entries: Collection[int], these: Collection[tuple[str, int]] | None = None
) -> dict[int, dict[str, int]]:
    """The numbers of entries of a week (its Monday), by entry and code; at least `these` (code, number), where they
    are given.

    Asked once the entries are known, and not as a join with them: SQLite would begin with every number of the week in
    the whole country, and PostgreSQL, as long as a week's partition is new to it, would look through all of them for
    each entry (measured: half a second for what takes 3 ms).
    """
    numbers: dict[int, dict[str, int]] = {}
    if not entries:
        return numbers
    wanted: dict[str, Any] = {"b_week": week, "b_entries": entries}
    if these is None:
        rows = await connection.execute(_numbers_of, wanted)
    else:
        codes, values = zip(*these, strict=True) if these else ((), ())
        rows = await connection.execute(_these_of, {**wanted, "b_codes": set(codes), "b_numbers": set(values)})
    for entry, code, number in rows.all():
        numbers.setdefault(entry, {})[code] = number
    return numbers


def _entries() -> Select[Any]:
    """A place is called as on the entry's day; work of a day before it was written down, by its first name."""
    place, first = unit_versions.c, unit_versions.alias("first")
    begun = select(func.min(first.c.valid_from)).where(first.c.unit_id == checkins.c.unit_id).correlate(checkins)
    held = and_(
        place.unit_id == checkins.c.unit_id,
        or_(place.valid_from <= checkins.c.day, place.valid_from == begun.scalar_subquery()),
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
        .outerjoin(replacements, REPLACED)
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
