"""Each firing of a timed job for one place and one period: once, and with what it posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    false,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import Connection
from storage.questions import Question
from storage.schema import Json, Moment, key, metadata, new_id, refers
from storage.somewhere import Somewhere

occurrences = Table(
    "occurrences",
    metadata,
    key(),
    Column("job", String(24), nullable=False),
    refers("unit_id", "units"),
    Column("period", String(24), nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(200)),
    Column("numbers", Json),
    Column("words", Text),
    refers("media_id", "media", nullable=True),
    Column("fired_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("job", "unit_id", "period", "provisional"),
)
"""`state`: open, done, skipped (with a reason)."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One firing of a job for one place. `state`: done, or skipped with a `reason`."""

    job: str
    unit_id: int
    period: str
    provisional: bool
    state: str
    reason: str | None = None
    numbers: Mapping[str, Any] | None = None
    words: str | None = None
    media_id: int | None = None
    id: int = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Posted:
    """When a place's tallies went out: the last one before a period, and the period's own."""

    before: datetime | None = None
    own: datetime | None = None
    last_period: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """The newest period of a job: done while none of its rows is open, else running. `reason`: why nothing was posted,
    or why what was posted waits."""

    period: str
    state: str
    reason: str | None


_COLUMNS = ("job", "unit_id", "period", "provisional")
_claim = {
    "sqlite": sqlite.insert(occurrences).on_conflict_do_nothing(index_elements=_COLUMNS),
    "postgresql": postgresql.insert(occurrences).on_conflict_do_nothing(index_elements=_COLUMNS),
}


def _over_skipped(insert: Any) -> Any:
    """The same, but in the place of a row that was skipped."""
    fresh = {column.name: insert.excluded[column.name] for column in occurrences.c if column.name not in _COLUMNS}
    return insert.on_conflict_do_update(index_elements=_COLUMNS, set_=fresh, where=occurrences.c.state == "skipped")


_claim_again = {
    "sqlite": _over_skipped(sqlite.insert(occurrences)),
    "postgresql": _over_skipped(postgresql.insert(occurrences)),
}


async def fired(
    connection: Connection, job: str, period: str, provisional: bool, *, by_hand: bool = False
) -> frozenset[int]:
    """The places for which this firing has been decided already; by hand, one that was skipped is open again."""
    query = select(occurrences.c.unit_id).where(
        occurrences.c.job == job, occurrences.c.period == period, occurrences.c.provisional == provisional
    )
    if by_hand:
        query = query.where(occurrences.c.state != "skipped")
    rows = await connection.execute(query)
    return frozenset(row.unit_id for row in rows)


@dataclass(frozen=True, slots=True)
class HandedOver(Question[frozenset[int]]):
    """The places whose skipped firing was put into its leads' hands: `to_paste` stands in its numbers."""

    job: str
    period: str
    provisional: bool

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[HandedOver]) -> Sequence[frozenset[int]]:
        return [await _handed_over(connection, one) for one in questions]


async def _handed_over(connection: Connection, question: HandedOver) -> frozenset[int]:
    rows = await connection.execute(
        select(occurrences.c.unit_id, occurrences.c.numbers).where(
            occurrences.c.job == question.job,
            occurrences.c.period == question.period,
            occurrences.c.provisional == question.provisional,
            occurrences.c.state == "skipped",
        )
    )
    return frozenset(row.unit_id for row in rows if (row.numbers or {}).get("to_paste"))


async def claim(
    connection: Connection, wanted: Sequence[Occurrence], now: datetime, *, by_hand: bool = False
) -> frozenset[int]:
    """Write the rows; returns the places whose row is ours. Another process that was quicker keeps its row, so what
    is owed for a place may be written only if it is among the returned ones, in this same transaction. By hand, a
    row that was skipped (nothing was posted) gives way."""
    if not wanted:
        return frozenset()
    await connection.execute(
        (_claim_again if by_hand else _claim)[connection.dialect.name],
        [
            {
                "id": one.id,
                "job": one.job,
                "unit_id": one.unit_id,
                "period": one.period,
                "provisional": one.provisional,
                "state": one.state,
                "reason": one.reason and one.reason[:200],
                "numbers": dict(one.numbers) if one.numbers is not None else None,
                "words": one.words,
                "media_id": one.media_id,
                "fired_at": now,
                "ended_at": now,
            }
            for one in sorted(wanted, key=lambda one: one.unit_id)  # in one order, so that two never wait crosswise
        ],
    )
    rows = await connection.execute(
        select(occurrences.c.unit_id).where(occurrences.c.id.in_([one.id for one in wanted]))
    )
    return frozenset(row.unit_id for row in rows)


_period: Any = bindparam("b_period", type_=String)
_posted = Somewhere(
    select(
        occurrences.c.unit_id,
        (occurrences.c.period == _period).label("own"),
        func.max(occurrences.c.fired_at).label("at"),
        func.max(occurrences.c.period).label("period"),
    )
    .where(
        occurrences.c.job == bindparam("b_job", type_=String),
        occurrences.c.period <= _period,
        occurrences.c.provisional == false(),
        occurrences.c.state == "done",
    )
    .group_by(occurrences.c.unit_id, "own"),
    occurrences.c.unit_id,
)


async def posted(
    connection: Connection, job: str, period: str, units: Sequence[int] | None = None
) -> dict[int, Posted]:
    """For every place (or these): when the job last went out for an earlier period, and for this one (not
    provisional)."""
    found: dict[int, Posted] = {}
    for row in await _posted.rows(connection, units, b_job=job, b_period=period):
        known = found.get(row.unit_id, Posted())
        found[row.unit_id] = (
            replace(known, own=row.at) if row.own else replace(known, before=row.at, last_period=row.period)
        )
    return found


async def states(connection: Connection) -> dict[str, JobState]:
    """The newest period of each job that ever fired, by the job's name. The reason is one of a skipped place's where
    every place was skipped; else that of a place whose post is held."""
    newest = (
        select(occurrences.c.job, func.max(occurrences.c.period).label("period"))
        .where(occurrences.c.provisional == false())
        .group_by(occurrences.c.job)
        .subquery()
    )
    rows = await connection.execute(
        select(
            occurrences.c.job,
            occurrences.c.period,
            func.sum(case((occurrences.c.state == "open", 1), else_=0)).label("open"),
            func.sum(case((occurrences.c.state == "skipped", 1), else_=0)).label("skipped"),
            func.count().label("times"),
            func.max(case((occurrences.c.state == "skipped", occurrences.c.reason))).label("reason"),
            func.max(case((occurrences.c.state == "done", occurrences.c.reason))).label("held"),
        )
        .join(newest, and_(newest.c.job == occurrences.c.job, newest.c.period == occurrences.c.period))
        .where(occurrences.c.provisional == false())
        .group_by(occurrences.c.job, occurrences.c.period)
    )
    return {
        row.job: JobState(
            row.period,
            "running" if row.open else "done",
            row.reason if row.skipped == row.times else row.held,
        )
        for row in rows
    }
