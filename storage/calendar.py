"""Days that the government moves: off, or made up for. An operator writes them down (`tocds calendar`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Column, Date, String, Table, delete, insert, select

from storage.engine import Connection
from storage.questions import Question
from storage.schema import Moment, metadata

calendar_days = Table(
    "calendar_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("name", String(100), nullable=False),
    Column("changed_at", Moment, nullable=False),
)
"""`kind`: off (nobody works, nothing is sent), working (offices work, whatever weekday or holiday it is)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One day that is otherwise than the law's calendar says. `kind`: off, working."""

    day: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class MovedDays:
    """What the table holds, in the order of days. `broken`: why it cannot be read, in words for the operator."""

    days: tuple[Moved, ...] = ()
    broken: str = ""


@dataclass(frozen=True, slots=True)
class EveryMovedDay(Question[MovedDays]):
    """The whole table: a few rows a year. A row that cannot be read is an answer, not an error: whoever asks for a
    reply's sake goes on without it."""

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[EveryMovedDay]) -> Sequence[MovedDays]:
        found = await moved_days(connection)
        return [found for _ in questions]


async def moved_days(connection: Connection) -> MovedDays:
    """The table, read."""
    try:
        rows = (await connection.execute(select(calendar_days).order_by(calendar_days.c.day))).all()
    except (ValueError, TypeError) as error:  # SQLite takes any text for a date
        return MovedDays(broken=f"calendar_days: {error}")
    return MovedDays(tuple(Moved(row.day, row.kind, row.name) for row in rows))


async def write_down(connection: Connection, days: Iterable[Moved], now: datetime) -> int:
    """Write days down, over what was there for them; returns how many."""
    rows = {one.day: {"day": one.day, "kind": one.kind, "name": one.name, "changed_at": now} for one in days}
    if rows:
        await connection.execute(delete(calendar_days).where(calendar_days.c.day.in_(rows)))
        await connection.execute(insert(calendar_days), list(rows.values()))
    return len(rows)


async def strike_out(connection: Connection, day: date) -> bool:
    """Take a day out of the table; whether it was there."""
    return bool((await connection.execute(delete(calendar_days).where(calendar_days.c.day == day))).rowcount)
