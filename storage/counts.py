"""The raw counts of a week, each in one grouped pass over its rows, whatever the number of places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, select, union_all

from storage.checkins import checkin_values, checkins, replacements
from storage.engine import Connection
from storage.tutorials import lesson_requests, requests

MANY = 500
"""Above so many places a statement reads all rows of the week instead of naming the places."""

LATE_WEEKS = 8
"""How far back an addition to an earlier week is still told."""

Query = TypeVar("Query", bound=Select[Any])


class Spot(NamedTuple):
    """Where an entry belongs: the team of that day, and the place of that day should the team be gone."""

    team_id: int | None
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class LateEntry:
    """An entry of an earlier week (one row a value) that came, or was replaced, after that week had been posted."""

    spot: Spot
    week: date
    kind: str
    recorded_at: datetime
    replaced_at: datetime | None
    code: str | None
    number: int

    def sign(self, since: datetime, until: datetime | None) -> int:
        """What it does to the numbers between two posts: 1 adds, -1 takes away what was known before, 0 neither."""
        new = self.recorded_at > since and (until is None or self.recorded_at <= until)
        gone = self.replaced_at is not None and (until is None or self.replaced_at <= until)
        if new:
            return 0 if gone else 1
        return -1 if gone and self.recorded_at <= since and (self.replaced_at or since) > since else 0


def in_force() -> ColumnElement[bool]:
    """The condition on `checkins` outer-joined with `replacements`: counts today."""
    return and_(replacements.c.replaced_id.is_(None), checkins.c.kind != "withdrawal", checkins.c.trial == false())


def _at(query: Query, column: Any, units: Sequence[int] | None) -> Query:
    return query if units is None else query.where(column.in_(units))


def numbers_of(week: date) -> Select[Any]:
    """The values of entries in force in a week, summed: to be grouped. Both tables are told the week, so that on
    PostgreSQL no other partition of either is read."""
    return (
        select(func.sum(checkin_values.c.number).label("sum"))
        .select_from(checkins)
        .join(checkin_values, checkin_values.c.checkin_id == checkins.c.id)
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .where(checkins.c.week == week, checkin_values.c.week == week, in_force())
    )


async def values(connection: Connection, week: date, units: Sequence[int] | None) -> list[tuple[Spot, str, int]]:
    """Sums of entries in force: (spot, code, number)."""
    group = (checkins.c.team_id, checkins.c.unit_id, checkin_values.c.code)
    query = _at(numbers_of(week).add_columns(*group).group_by(*group), checkins.c.unit_id, units)
    rows = (await connection.execute(query)).all()
    return [(Spot(row.team_id, row.unit_id), row.code, int(row.sum)) for row in rows]


async def entries(connection: Connection, week: date, units: Sequence[int] | None) -> list[tuple[Spot, str, int]]:
    """How many entries in force: (spot, kind, count)."""
    query = (
        select(checkins.c.team_id, checkins.c.unit_id, checkins.c.kind, func.count().label("times"))
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .where(checkins.c.week == week, in_force())
        .group_by(checkins.c.team_id, checkins.c.unit_id, checkins.c.kind)
    )
    rows = (await connection.execute(_at(query, checkins.c.unit_id, units))).all()
    return [(Spot(row.team_id, row.unit_id), row.kind, row.times) for row in rows]


async def lessons(
    connection: Connection, week: date, units: Sequence[int] | None
) -> list[tuple[Spot, int | None, int]]:
    """Lessons asked for: (spot, lesson number or None where none was found, times)."""
    query = (
        select(
            lesson_requests.c.team_id,
            lesson_requests.c.unit_id,
            lesson_requests.c.lesson,
            func.count().label("times"),
        )
        .where(lesson_requests.c.week == week, lesson_requests.c.unit_id.is_not(None))
        .group_by(lesson_requests.c.team_id, lesson_requests.c.unit_id, lesson_requests.c.lesson)
    )
    rows = await connection.execute(_at(query, lesson_requests.c.unit_id, units))
    return [(Spot(row.team_id, row.unit_id), row.lesson, row.times) for row in rows]


async def questions(
    connection: Connection, first: datetime, last: datetime, units: Sequence[int] | None
) -> list[tuple[Spot, int]]:
    """Questions sent to the leads from a moment up to another: (spot, count)."""
    query = (
        select(requests.c.unit_id, func.count().label("times"))
        .where(requests.c.kind == "question", requests.c.asked_at >= first, requests.c.asked_at < last)
        .group_by(requests.c.unit_id)
    )
    rows = await connection.execute(_at(query, requests.c.unit_id, units))
    return [(Spot(None, row.unit_id), row.times) for row in rows]


async def changed_since(
    connection: Connection, week: date, since: datetime, units: Sequence[int] | None
) -> list[LateEntry]:
    """Entries of the weeks before `week` that came, or were replaced, after a moment."""
    halves = (
        _at(half.add_columns(checkins.c.team_id, checkins.c.unit_id), checkins.c.unit_id, units)
        for half in changed(week, since)
    )
    rows = await connection.execute(union_all(*halves))
    return [late_entry(row, Spot(row.team_id, row.unit_id)) for row in rows]


def changed(week: date, since: datetime) -> tuple[Select[Any], Select[Any]]:
    """What came after a moment, and what had come before it and was replaced after it. Found by when it happened, so
    that the weeks themselves, which are many times as large, are not read."""
    first = week - timedelta(weeks=LATE_WEEKS)
    entries = select(
        checkins.c.week,
        checkins.c.kind,
        checkins.c.recorded_at,
        replacements.c.replaced_at,
        checkin_values.c.code,
        checkin_values.c.number,
    ).where(
        checkins.c.week < week,
        checkins.c.week >= first,
        checkins.c.kind != "withdrawal",
        checkins.c.trial == false(),
    )
    its_values = and_(
        checkin_values.c.week == checkins.c.week,
        checkin_values.c.checkin_id == checkins.c.id,
        checkin_values.c.week < week,
        checkin_values.c.week >= first,
    )
    came = (
        entries.select_from(checkins)
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .outerjoin(checkin_values, its_values)
        .where(checkins.c.recorded_at > since)
    )
    the_replaced = and_(checkins.c.week == replacements.c.replaced_week, checkins.c.id == replacements.c.replaced_id)
    gone = (
        entries.select_from(replacements)
        .join(checkins, the_replaced)
        .outerjoin(checkin_values, its_values)
        .where(
            replacements.c.replaced_week < week,
            replacements.c.replaced_week >= first,
            replacements.c.replaced_at > since,
            checkins.c.recorded_at <= since,
        )
    )
    return came, gone


def late_entry(row: Row[Any], spot: Spot) -> LateEntry:
    """A row of `changed`."""
    return LateEntry(spot, row.week, row.kind, row.recorded_at, row.replaced_at, row.code, row.number or 0)


async def last_heard(connection: Connection, upto: date, weeks: int, units: Sequence[int] | None) -> dict[int, date]:
    """The latest week with an entry in force, by place."""
    query = (
        select(checkins.c.unit_id, func.max(checkins.c.week).label("week"))
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .where(checkins.c.week <= upto, checkins.c.week > upto - timedelta(weeks=weeks), in_force())
        .group_by(checkins.c.unit_id)
    )
    rows = (await connection.execute(_at(query, checkins.c.unit_id, units))).all()
    return {row.unit_id: row.week for row in rows}
