"""The engine, its pragmas, and the only two ways to talk to it: read() and write()."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.straight import Straight
from storage.writing import Write, apply

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "secure_delete=ON",
)


PROGRAM = "tocds"
"""What the sessions of this program are called at PostgreSQL."""
SILENCE = timedelta(seconds=5)
"""A process that is frozen while it writes must not keep its locks (a conversation, a lease) from the others: after so
long its transaction is ended. Nothing but SQL is awaited inside one, so a healthy process is never silent so long."""
_NO_IDLING = text(f"SET LOCAL idle_in_transaction_session_timeout = '{SILENCE.seconds}s'")
"""The server ends one that is silent between two statements; in the middle of one, others do (`storage.silence`)."""

Connection = AsyncConnection
"""What the questions and writes of `storage` run on; other floors pass it along and never use it themselves."""


class Database:
    """One database, SQLite or PostgreSQL. On SQLite the writers of this process queue here, not on the file lock."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)
        self.shared = not self.is_sqlite
        """Whether other processes of this program may work on it at the same time."""
        self._turnstile = asyncio.Lock()
        self.straight = _straight(self.file) if self.file else None
        """The quick way for the journal and for turns; None where the database is no SQLite file."""

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL and in memory."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view; whatever is written through it is rolled back."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that takes the write lock at once and commits at the end. Await nothing but SQL inside."""
        async with self.turn_at_writing(), self.engine.connect() as connection:
            await connection.execution_options(writes=True)
            async with connection.begin():
                if self.shared:
                    await connection.execute(_NO_IDLING)
                yield connection

    async def write_at_once(self, statement: str, values: Sequence[Any]) -> None:
        """One statement of PostgreSQL's own SQL that is a transaction by itself: one round trip instead of four.
        Returns when it is durable."""
        async with self.turn_at_writing(), self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql(statement, tuple(values))

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A consistent view for the few small reads of a batch: on SQLite it is read where the caller stands."""
        async with self.straight.look() if self.straight else self.read() as connection:
            yield connection

    async def apply(self, writes: Sequence[Write]) -> None:
        """One transaction for these writes; returns when they are durable."""
        if self.straight is None:
            async with self.write() as connection:
                await apply(connection, writes)
            return
        async with self.turn_at_writing():
            await self.straight.apply(writes)

    @asynccontextmanager
    async def turn_at_writing(self) -> AsyncIterator[None]:
        """Everything that writes waits here for its turn: a SQLite file has one writer, PostgreSQL as many as come."""
        if self.shared:
            yield
            return
        async with self._turnstile:
            yield

    async def copy_to(self, file: Path) -> None:
        """A consistent copy of a SQLite database, made while it is in use."""
        async with self.engine.connect() as connection:
            await connection.execution_options(bare=True)
            await connection.exec_driver_sql("VACUUM INTO ?", (str(file),))

    async def close(self) -> None:
        if self.straight is not None:
            self.straight.close()
        await self.engine.dispose()


def is_away(error: BaseException) -> bool:
    """Whether an error tells of the database (it cannot be reached or written, it does not answer), and not of what
    was to be written in it."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, DataError | IntegrityError | ProgrammingError | NotSupportedError)
    return isinstance(error, OSError | TimeoutError | sqlite3.OperationalError)


def _sqlite(url: str) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"isolation_level": None}, pool_size=4, hide_parameters=True)
    _made_atomic(engine.sync_engine)
    return engine


def _postgresql(url: str) -> AsyncEngine:
    """Each statement is planned for what it asks and for how large the tables are by now: a plan kept from when a
    week's partition was empty reads a grown one a thousand times over (measured: a second where it needs 8 ms)."""
    settings = {"application_name": PROGRAM, "plan_cache_mode": "force_custom_plan", "jit": "off"}
    given = {"server_settings": settings}
    return create_async_engine(url, connect_args=given, pool_size=8, hide_parameters=True)


def _straight(file: Path) -> Straight:
    given = {"isolation_level": None, "check_same_thread": False}
    engine = create_engine(f"sqlite:///{file}", connect_args=given, pool_size=2, hide_parameters=True)
    _made_atomic(engine)
    return Straight(engine)


def _made_atomic(engine: Engine) -> None:
    """SQLite is atomic only if asked (docs/decisions/0006): our own BEGIN, and the pragmas on every connection."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: SyncConnection) -> None:
        options = connection.get_execution_options()
        if not options.get("bare"):  # VACUUM runs outside of any transaction
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
