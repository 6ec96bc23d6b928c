"""What was added to weeks already told, or taken back from them; found by when it happened, not by reading weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Row, Select, and_, bindparam, false, or_, select, union_all

from storage.checkins import checkin_values, checkins, replacements
from storage.counts import Spot
from storage.engine import Connection
from storage.schema import Moment
from storage.somewhere import Somewhere, at

WEEKS = timedelta(weeks=8)
"""How far back an addition to an earlier week is still told."""


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


def changed(first: Any, week: Any, since: Any) -> tuple[Select[Any], Select[Any]]:
    """Of the weeks from `first` to before `week`: what came after a moment, and what had come before it and was
    replaced after it. Found by when it happened, so that the weeks themselves, many times as large, are not read."""
    entries = _columns(checkins).where(_told(first, week))
    came = (
        entries.select_from(checkins)
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .outerjoin(checkin_values, _values_of(checkins, first, week))
        .where(checkins.c.recorded_at > since)
    )
    the_replaced = and_(checkins.c.week == replacements.c.replaced_week, checkins.c.id == replacements.c.replaced_id)
    gone = (
        entries.select_from(replacements)
        .join(checkins, the_replaced)
        .outerjoin(checkin_values, _values_of(checkins, first, week))
        .where(
            replacements.c.replaced_week < week,
            replacements.c.replaced_week >= first,
            replacements.c.replaced_at > since,
            checkins.c.recorded_at <= since,
        )
    )
    return came, gone


def _columns(entries: FromClause) -> Select[Any]:
    own = (entries.c[name] for name in ("week", "kind", "recorded_at"))
    return select(*own, replacements.c.replaced_at, checkin_values.c.code, checkin_values.c.number)


def _told(first: Any, week: Any) -> ColumnElement[bool]:
    """Entries of the weeks before `week`, without those that only stand in the place of another."""
    own = checkins.c
    return and_(own.week < week, own.week >= first, own.kind != "withdrawal", own.trial == false())


def _values_of(entries: FromClause, first: Any, week: Any) -> ColumnElement[bool]:
    """The week is said twice, so that on PostgreSQL no other partition is read."""
    values = checkin_values.c
    return and_(
        values.week == entries.c.week, values.checkin_id == entries.c.id, values.week < week, values.week >= first
    )


_first: Any = bindparam("b_first", type_=Date)
_week: Any = bindparam("b_week", type_=Date)
_since: Any = bindparam("b_since", type_=Moment)
_where = (checkins.c.team_id, checkins.c.unit_id)
_halves = tuple(half.add_columns(*_where) for half in changed(_first, _week, _since))


def _in_one_pass() -> Select[Any]:
    """The same for a few places, whose entries are few enough to be looked at one by one. They are put aside first:
    PostgreSQL would else start several workers for what is done sooner than they are there."""
    names = ("id", "week", "kind", "recorded_at", "team_id", "unit_id")
    found = at(select(*(checkins.c[name] for name in names)).where(_told(_first, _week)), checkins.c.unit_id)
    own = found.cte("own").prefix_with("MATERIALIZED")
    return (
        _columns(own)
        .add_columns(own.c.team_id, own.c.unit_id)
        .select_from(own)
        .outerjoin(replacements, replacements.c.replaced_id == own.c.id)
        .outerjoin(checkin_values, _values_of(own, _first, _week))
        .where(or_(own.c.recorded_at > _since, replacements.c.replaced_at > _since))
    )


_changed = {
    "sqlite": Somewhere(
        union_all(*_halves), checkins.c.unit_id, union_all(*(at(half, checkins.c.unit_id) for half in _halves))
    ),
    "postgresql": Somewhere(union_all(*_halves), checkins.c.unit_id, _in_one_pass()),
}


async def changed_since(
    connection: Connection, week: date, since: datetime, units: Sequence[int] | None
) -> list[LateEntry]:
    """Entries of the weeks before `week` that came, or were replaced, after a moment."""
    asked = _changed[connection.dialect.name]
    rows = await asked.rows(connection, units, b_first=week - WEEKS, b_week=week, b_since=since)
    return [late_entry(row, Spot(row.team_id, row.unit_id)) for row in rows]


def late_entry(row: Row[Any], spot: Spot) -> LateEntry:
    """A row of `changed`."""
    return LateEntry(spot, row.week, row.kind, row.recorded_at, row.replaced_at, row.code, row.number or 0)
