"""Bringing a database's schema to the newest revision, and asking how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.engine import Database

_ALONE = 0x70C0D5
"""The advisory lock of whoever migrates."""
_PATIENCE = "3s"
"""How long a step may wait for a lock, and so make the service wait behind it (docs/decisions/0008-migrations.md)."""
_TRIES, _PAUSE = 5, 1.0
_OTHERS_ARE_AT_IT = ("55P03", "40P01")
"""lock_not_available, deadlock_detected: the step was rolled back, and goes through at a quieter moment."""

EXTRA: list[Path] = []
"""Folders with further migrations: for tests of how migrations run."""


class Busy(Exception):
    """A migration did not get its lock in time; what was done stays, and the next `tocds db upgrade` goes on."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    here = files("storage") / "migrations"
    config.set_main_option("script_location", str(here))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join([str(here / "versions"), *map(str, EXTRA)]))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def revisions() -> list[str]:
    """This program's revisions, oldest first."""
    return [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def knows(revision: str) -> bool:
    """Whether a revision is one of this program's; a newer program's is not."""
    return revision in revisions()


def contract(revision: str) -> str:
    """Why a revision may take something away (docs/decisions/0008-migrations.md); empty where it only adds."""
    script = ScriptDirectory.from_config(_config()).get_revision(revision)
    return str(getattr(script.module, "contract", ""))


async def current(database: Database) -> str | None:
    """The revision a database is at; None for an empty one."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up: on SQLite in one transaction; on PostgreSQL a transaction a step, one process at a time. Raises
    Busy."""
    await _migrate(database, lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Migrate down, which is for development: what later revisions kept is lost. Raises Busy."""
    await _migrate(database, lambda sync: command.downgrade(_config(sync), revision))


async def _migrate(database: Database, run: Callable[[Connection], None]) -> None:
    if database.is_sqlite:
        async with database.write() as connection:
            await connection.run_sync(run)
        return
    async with _alone(database):
        for attempt in range(1, _TRIES + 1):
            try:
                await _patiently(database, run)
                return
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in _OTHERS_ARE_AT_IT:
                    raise
                if attempt == _TRIES:
                    raise Busy("the database is too busy for a step of the upgrade: run it again in a while") from error
                await asyncio.sleep(_PAUSE)


async def _patiently(database: Database, run: Callable[[Connection], None]) -> None:
    async with database.engine.connect() as connection:
        await connection.execute(text(f"SET lock_timeout = '{_PATIENCE}'"))
        await connection.commit()
        try:
            await connection.run_sync(run)
        finally:
            await connection.rollback()
            await connection.execute(text("RESET lock_timeout"))
            await connection.commit()


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Hold the advisory lock. It is tried again and again rather than waited for: a waiting statement would be waited
    for in turn by CREATE INDEX CONCURRENTLY."""
    async with database.engine.connect() as bound:
        connection = await bound.execution_options(isolation_level="AUTOCOMMIT")
        while not (await connection.execute(text(f"SELECT pg_try_advisory_lock({_ALONE})"))).scalar_one():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        try:
            yield
        finally:
            await connection.execute(text(f"SELECT pg_advisory_unlock({_ALONE})"))
