"""SQLite without a thread hop for each statement: for the journal and for turns, where hops are most of the cost.

aiosqlite hands every statement to a thread and back, which costs more than the statement itself. Here a batch is read
on the caller's own thread (its few statements take microseconds each, from the page cache), and a whole transaction
is written by one hop to one thread of its own, so that neither the lock of another process nor the disk ever stops
the event loop.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import Prepared
from storage.writing import Statement, Write, grouped


class Looking:
    """A connection that answers at once, in the shape of an asynchronous one: the same questions run on either."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)


class Straight:
    """One SQLite file, by a reader on the caller's thread and a writer on a thread of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._prepared: dict[tuple[int, tuple[str, ...]], tuple[Statement, Prepared]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view for a few small reads; awaiting on it never suspends. Nothing can be written by it."""
        with self.engine.connect() as connection:
            yield cast(AsyncConnection, Looking(connection))

    async def apply(self, writes: Sequence[Write]) -> None:
        """One transaction for these writes; returns when they are durable."""
        await self._in_thread(self._apply, writes)

    async def insert(self, statement: Callable[[int], str], rows: Sequence[Sequence[Any]]) -> None:
        """One transaction for rows of one table, several to a statement; returns when they are durable.

        `statement` gives the SQL that inserts so many rows at once.
        """
        await self._in_thread(self._insert, statement, rows)

    async def _in_thread(self, work: Callable[..., None], *given: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)

    def _apply(self, writes: Iterable[Write]) -> None:
        with self._writing() as connection:
            for statement, rows in grouped(writes):
                prepared = self._prepare(statement, rows[0])
                connection.executemany(prepared.sql, prepared.rows(rows))

    def _prepare(self, statement: Statement, row: Mapping[str, Any]) -> Prepared:
        known = (id(statement), tuple(row))
        if known not in self._prepared:
            # The statement is kept with it, so that its id stays its own.
            self._prepared[known] = statement, Prepared(statement, row, self.engine.dialect)
        return self._prepared[known][1]

    def _insert(self, statement: Callable[[int], str], rows: Sequence[Sequence[Any]]) -> None:
        with self._writing() as connection:
            for some in _chunks(rows):
                connection.execute(statement(len(some)), [value for row in some for value in row])

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        pooled = self.engine.raw_connection()
        connection = cast(sqlite3.Connection, pooled.driver_connection)
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            pooled.close()

    def close(self) -> None:
        self._thread.shutdown()
        self.engine.dispose()


def _chunks(rows: Sequence[Sequence[Any]]) -> Iterable[Sequence[Sequence[Any]]]:
    """Rows by powers of two: few different statements, so that each is prepared once."""
    start = 0
    while start < len(rows):
        size = min(64, 1 << ((len(rows) - start).bit_length() - 1))
        yield rows[start : start + size]
        start += size
