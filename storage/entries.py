"""What a person recorded: asked by the conversations that add to it and mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

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
        table, value = checkins.c, checkin_values.c
        rows = await connection.execute(
            counted(
                select(table.person_id, table.team_id, table.day, value.code, func.sum(value.number).label("number"))
            )
            .where(
                table.week.in_({monday_of(one.day) for one in questions}),
                table.unit_id.in_({one.unit_id for one in questions}),
                table.person_id.in_({one.person_id for one in questions}),
                table.day.in_({one.day for one in questions}),
                replacements.c.replaced_id.is_(None),
            )
            .group_by(table.person_id, table.team_id, table.day, value.code)
        )
        totals: dict[tuple[int, int, date], dict[str, int]] = {}
        for row in rows:
            if row.code is not None:
                totals.setdefault((row.person_id, row.team_id, row.day), {})[row.code] = int(row.number)
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
        numbers: dict[int, dict[str, int]] = {}
        for row in await connection.execute(
            counted(select(checkins.c.id, checkin_values.c.code, checkin_values.c.number)).where(wanted)
        ):
            if row.code is not None:
                numbers.setdefault(row.id, {})[row.code] = row.number
        found: dict[int, list[Entry]] = {}
        for row in await connection.execute(_entries().where(wanted).order_by(checkins.c.id.desc())):
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


def counted(query: Select[Any], *only: ColumnElement[bool]) -> Select[Any]:
    """Entries with their numbers (`only` some of them), beside what has replaced them.

    An outer join, though entries without numbers are of no use here: it makes SQLite begin with the few entries of a
    place. Left to choose, it reads every number of the week in the whole country first.
    """
    of_entry = and_(checkin_values.c.checkin_id == checkins.c.id, checkin_values.c.week == checkins.c.week, *only)
    return query.select_from(checkins).outerjoin(checkin_values, of_entry).outerjoin(replacements, REPLACED)


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
