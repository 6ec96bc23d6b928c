"""On PostgreSQL check-ins are partitioned by week; these are made ahead, and a default one takes every other week.

Nobody who checks in ever waits for a partition: a row of a week without one goes to the default. Making one needs the
default for an instant, asks for it no longer than `PATIENCE`, and takes along the rows that were kept there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError

from storage.checkins import checkin_values, checkins, monday_of
from storage.engine import Connection, Database

BY_WEEK: tuple[Table, ...] = (checkins, checkin_values)

BEHIND, AHEAD = 13, 8
"""Weeks around the present one that have a partition: late reports, and a service that nobody looks at for a while."""
PATIENCE = "500ms"
"""How long the making of one may wait for others, and so make them wait behind it. Less than the second after which
PostgreSQL looks for deadlocks: it is always this side that gives way."""
_ALONE = 0x70A7


def name_of(table: Table, week: date) -> str:
    """A partition's name: by its Monday, which no new year divides."""
    return f"{table.name}_{week:%Y%m%d}"


def around(day: date) -> list[date]:
    """The Mondays of the weeks that should have partitions on a day."""
    monday = monday_of(day)
    return [monday + timedelta(weeks=number) for number in range(-BEHIND, AHEAD + 1)]


async def keep_ahead(database: Database, day: date) -> list[str]:
    """Make what is missing around a day, each in a transaction of its own; returns the names of those made.

    Where another process is at it, or the table is busy, the rest is left for the next time.
    """
    made: list[str] = []
    if database.is_sqlite:
        return made
    try:
        for table in BY_WEEK:
            for week in around(day):
                async with database.write() as connection:
                    made += await make(connection, table, [week])
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "55P03":  # lock_not_available
            raise
    return made


async def make(connection: Connection, table: Table, weeks: Iterable[date]) -> list[str]:
    """Make the partitions of these weeks (Mondays) that are missing; nothing on SQLite. Returns their names."""
    if connection.dialect.name != "postgresql":
        return []
    missing = [week for week in weeks if not await _exists(connection, name_of(table, week))]
    if not missing or not await _alone(connection):
        return []
    # Looked at again: whoever was at it before us may have made them since.
    missing = [week for week in missing if not await _exists(connection, name_of(table, week))]
    await connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    for week in missing:
        await _make(connection, table, week)
    return [name_of(table, week) for week in missing]


async def _exists(connection: Connection, name: str) -> bool:
    """Read from the catalogue's table: `to_regclass` may answer from what this connection remembers, and so miss a
    partition that another process has just made."""
    of_name = "SELECT 1 FROM pg_class WHERE relname = :name AND relnamespace = current_schema()::regnamespace"
    return (await connection.execute(text(of_name), {"name": name})).first() is not None


async def _alone(connection: Connection) -> bool:
    """Whether no other process makes partitions now; holds until the transaction ends."""
    return bool((await connection.execute(text(f"SELECT pg_try_advisory_xact_lock({_ALONE})"))).scalar_one())


async def _make(connection: Connection, table: Table, week: date) -> None:
    """A table like its parent is filled with what the default holds of its week, and attached."""
    name, rest, end = name_of(table, week), f"{table.name}_other", week + timedelta(days=7)
    its = f"week >= '{week}' AND week < '{end}'"
    for statement in (
        f"LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE",
        f"CREATE TABLE {name} (LIKE {table.name} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        f"WITH its AS (DELETE FROM {rest} WHERE {its} RETURNING *) INSERT INTO {name} SELECT * FROM its",
        f"ALTER TABLE {table.name} ATTACH PARTITION {name} FOR VALUES FROM ('{week}') TO ('{end}')",
    ):
        await connection.execute(text(statement))
