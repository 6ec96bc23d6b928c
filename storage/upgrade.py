"""Bringing a database's schema to the newest revision, and asking how far it is."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.alone import alone
from storage.engine import Database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def knows(revision: str) -> bool:
    """Whether a revision is one of this program's; a newer program's is not."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


async def current(database: Database) -> str | None:
    """The revision a database is at; None for an empty one."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up, in one transaction where the database can."""
    async with database.write() as connection:
        await alone(connection, "upgrade")
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    async with database.write() as connection:
        await connection.run_sync(lambda sync: command.downgrade(_config(sync), revision))
