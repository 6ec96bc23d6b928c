"""All rows of one database into another, of either kind; verified table by table by count and checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage import partitions, upgrade
from storage.engine import Connection, Database
from storage.tables import metadata

BATCH = 1000
"""Rows held in memory at once."""

Told = Callable[[str, int, int], None]
"""Hears the stage, how much is done, and of how much."""


class CannotCopy(Exception):
    """Why a database was not copied, in one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What a table holds: how many rows, and a checksum that does not depend on their order or on the database."""

    rows: int = 0
    checksum: int = 0

    def plus(self, rows: Iterable[Sequence[Any]]) -> Sum:
        """With more rows. Each row's digest is added up, so that a changed, lost or doubled row changes the sum."""
        count, checksum = self.rows, self.checksum
        for row in rows:
            count += 1
            checksum += int.from_bytes(hashlib.blake2b(canonical(row), digest_size=16).digest())
        return Sum(count, checksum % (1 << 128))

    def __str__(self) -> str:
        return f"{self.checksum:032x}"


@dataclass(frozen=True, slots=True)
class Copied:
    """A table that arrived: its name, and what both sides hold."""

    table: str
    sum: Sum


def canonical(row: Sequence[Any]) -> bytes:
    """A row's values as bytes, the same whichever database they came from: times in UTC, JSON with sorted keys."""
    return json.dumps([_plain(value) for value in row], ensure_ascii=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return ["time", value.astimezone(UTC).isoformat(timespec="microseconds")]
    if isinstance(value, date):
        return ["day", value.isoformat()]
    if isinstance(value, bytes | memoryview):
        return ["bytes", hashlib.blake2b(value, digest_size=32).hexdigest()]
    return ["json", json.dumps(value, sort_keys=True, ensure_ascii=True)]


async def copy(source: Database, target: Database, told: Told) -> AsyncIterator[Copied]:
    """Copy every table, as of one moment of the source; yields each table once it is verified.

    `target` is empty, or has the newest schema and no row. Ids are kept. Raises CannotCopy. A copy that did not end
    well leaves the tables before it filled: make the target anew.
    """
    await _fit(source, target)
    async with _moment_of(source) as reading:
        await _prepare_weeks(reading, target)
        for table in metadata.sorted_tables:
            yield Copied(table.name, await _copied(reading, target, table, told))
    if not target.is_sqlite:
        async with target.write() as connection:
            await connection.execute(text("ANALYZE"))


@asynccontextmanager
async def _moment_of(source: Database) -> AsyncIterator[Connection]:
    """Reads that all see the database as it was at the first of them."""
    async with source.engine.connect() as connection:
        if not source.is_sqlite:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


async def _fit(source: Database, target: Database) -> None:
    """The source has the newest schema; the target gets it where it is empty, and holds no row."""
    if source.file is not None and not source.file.exists():
        raise CannotCopy(f"FROM does not exist: {source.file}")
    revision, newest = await upgrade.current(source), upgrade.newest()
    if revision != newest:
        raise CannotCopy(f"FROM has the schema {revision or 'of nothing'}, not {newest}: run `tocds db upgrade` on it")
    there = await upgrade.current(target)
    if there is None:
        await _refuse_strangers(target)
        await upgrade.upgrade(target)
    elif there != newest:
        raise CannotCopy(f"TO has the schema {there}, not {newest}: give an empty database")
    async with target.read() as connection:
        for table in metadata.sorted_tables:
            if (await connection.execute(select(table).limit(1))).first() is not None:
                raise CannotCopy(f"TO is not empty (it has rows in {table.name}): give an empty database")


async def _refuse_strangers(target: Database) -> None:
    async with target.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    if names:
        raise CannotCopy(f"TO is not empty (it has a table {names[0]}): give an empty database")


async def _prepare_weeks(reading: Connection, target: Database) -> None:
    """Where weeks are partitions, one for each week that has rows."""
    async with target.write() as connection:
        for table in partitions.BY_WEEK:
            weeks = await reading.execute(select(table.c.week).distinct())
            await partitions.make(connection, table, sorted(week for (week,) in weeks))


async def _copied(reading: Connection, target: Database, table: Table, told: Told) -> Sum:
    total = (await reading.execute(select(func.count()).select_from(table))).scalar_one()
    sent = Sum()
    try:
        async with target.write() as writing:
            async for rows in _batches(reading, table):
                sent = sent.plus(rows)
                await writing.execute(insert(table), [dict(row._mapping) for row in rows])
                told(table.name, sent.rows, total)
    except DBAPIError as error:
        raise CannotCopy(f"{table.name}: TO refused a row ({_first_line(error)})") from error
    async with target.read() as connection:
        arrived = await summed(connection, table)
    if arrived != sent:
        raise CannotCopy(
            f"{table.name}: {sent.rows} rows with checksum {sent} left, {arrived.rows} with {arrived} arrived: "
            "make TO anew and copy again"
        )
    return arrived


async def summed(connection: Connection, table: Table) -> Sum:
    """Count and checksum of a table as it stands."""
    total = Sum()
    async for rows in _batches(connection, table):
        total = total.plus(rows)
    return total


async def _batches(connection: Connection, table: Table) -> AsyncIterator[Sequence[Row[Any]]]:
    async with connection.stream(select(table)) as streamed:
        async for rows in streamed.partitions(BATCH):
            yield rows


def _first_line(error: DBAPIError) -> str:
    """The reason, without the value: what follows the first line may quote the row, and the driver quotes arguments."""
    line = str(error.orig).partition("\n")[0].rpartition(">: ")[2]
    return line.rpartition("(")[2].rstrip(")") if "query argument" in line else line
