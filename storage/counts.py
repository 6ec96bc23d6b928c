"""The raw counts of a week, each in one grouped pass over its rows, whatever the number of places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, false, func, select

from storage.checkins import checkin_values, checkins, replacements
from storage.engine import Connection
from storage.schema import Moment
from storage.somewhere import Somewhere, at
from storage.tutorials import lesson_requests, requests

MANY = 500
"""Above so many places a statement reads all rows of the week instead of naming the places."""


class Spot(NamedTuple):
    """Where an entry belongs: the team of that day, and the place of that day should the team be gone."""

    team_id: int | None
    unit_id: int | None


def in_force() -> ColumnElement[bool]:
    """The condition on `checkins` outer-joined with `replacements`: counts today."""
    return and_(replacements.c.replaced_id.is_(None), checkins.c.kind != "withdrawal", checkins.c.trial == false())


def replaced_in(week: Any) -> ColumnElement[bool]:
    """How `replacements` is joined where a whole week is read: of all that was ever replaced, only that week's is."""
    return and_(replacements.c.replaced_id == checkins.c.id, replacements.c.replaced_week == week)


def numbers_of(week: Any, replaced: ColumnElement[bool] | None = None) -> Select[Any]:
    """The values of entries in force in a week, summed: to be grouped. Both tables are told the week, so that on
    PostgreSQL no other partition of either is read. `replaced`: how `replacements` is joined; by the entry, usually."""
    return (
        select(func.sum(checkin_values.c.number).label("sum"))
        .select_from(checkins)
        .join(checkin_values, checkin_values.c.checkin_id == checkins.c.id)
        .outerjoin(replacements, _by_entry if replaced is None else replaced)
        .where(checkins.c.week == week, checkin_values.c.week == week, in_force())
    )


_by_entry = replacements.c.replaced_id == checkins.c.id
_week: Any = bindparam("b_week", type_=Date)
_first: Any = bindparam("b_first", type_=Moment)
_last: Any = bindparam("b_last", type_=Moment)


def _summed(query: Select[Any]) -> Select[Any]:
    group = (checkins.c.team_id, checkins.c.unit_id, checkin_values.c.code)
    return query.add_columns(*group).group_by(*group)


_values = Somewhere(
    _summed(numbers_of(_week, replaced_in(_week))),
    checkins.c.unit_id,
    at(_summed(numbers_of(_week)), checkins.c.unit_id),
)


async def values(connection: Connection, week: date, units: Sequence[int] | None) -> list[tuple[Spot, str, int]]:
    """Sums of entries in force: (spot, code, number)."""
    rows = await _values.rows(connection, units, b_week=week)
    return [(Spot(row.team_id, row.unit_id), row.code, int(row.sum)) for row in rows]


_entries = Somewhere(
    select(checkins.c.team_id, checkins.c.unit_id, checkins.c.kind, func.count().label("times"))
    .outerjoin(replacements, _by_entry)
    .where(checkins.c.week == _week, in_force())
    .group_by(checkins.c.team_id, checkins.c.unit_id, checkins.c.kind),
    checkins.c.unit_id,
)


async def entries(connection: Connection, week: date, units: Sequence[int] | None) -> list[tuple[Spot, str, int]]:
    """How many entries in force: (spot, kind, count)."""
    rows = await _entries.rows(connection, units, b_week=week)
    return [(Spot(row.team_id, row.unit_id), row.kind, row.times) for row in rows]


_lessons = Somewhere(
    select(
        lesson_requests.c.team_id,
        lesson_requests.c.unit_id,
        lesson_requests.c.lesson,
        func.count().label("times"),
    )
    .where(lesson_requests.c.week == _week, lesson_requests.c.unit_id.is_not(None))
    .group_by(lesson_requests.c.team_id, lesson_requests.c.unit_id, lesson_requests.c.lesson),
    lesson_requests.c.unit_id,
)


async def lessons(
    connection: Connection, week: date, units: Sequence[int] | None
) -> list[tuple[Spot, int | None, int]]:
    """Lessons asked for: (spot, lesson number or None where none was found, times)."""
    rows = await _lessons.rows(connection, units, b_week=week)
    return [(Spot(row.team_id, row.unit_id), row.lesson, row.times) for row in rows]


_questions = Somewhere(
    select(requests.c.unit_id, func.count().label("times"))
    .where(requests.c.kind == "question", requests.c.asked_at >= _first, requests.c.asked_at < _last)
    .group_by(requests.c.unit_id),
    requests.c.unit_id,
)


async def questions(
    connection: Connection, first: datetime, last: datetime, units: Sequence[int] | None
) -> list[tuple[Spot, int]]:
    """Questions sent to the leads from a moment up to another: (spot, count)."""
    rows = await _questions.rows(connection, units, b_first=first, b_last=last)
    return [(Spot(None, row.unit_id), row.times) for row in rows]


async def last_heard(connection: Connection, upto: date, weeks: int) -> dict[int, date]:
    """The latest week with an entry in force, by place."""
    query = (
        select(checkins.c.unit_id, func.max(checkins.c.week).label("week"))
        .outerjoin(replacements, _by_entry)
        .where(checkins.c.week <= upto, checkins.c.week > upto - timedelta(weeks=weeks), in_force())
        .group_by(checkins.c.unit_id)
    )
    return {row.unit_id: row.week for row in await connection.execute(query)}
