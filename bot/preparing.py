"""What must hold before anything starts: a schema that this program understands, and a form to check in with."""

from __future__ import annotations

import logging
from datetime import date, datetime

from bot import defaults
from storage import forms, upgrade
from storage.alone import alone
from storage.engine import Database

log = logging.getLogger(__name__)

_FIRST_DAY = date(2025, 1, 1)
"""The default form holds from here, so that what is reported late for any week of the program has a form."""


class CannotStart(Exception):
    """Why the service does not start, in one line that says what to do."""


async def prepare(database: Database, now: datetime) -> None:
    """Bring the schema to the newest on SQLite, check it on PostgreSQL; keep the default form where there is none.

    Raises CannotStart where the database cannot be used at all, and where its schema is behind (PostgreSQL) or of a
    newer program.
    """
    try:
        await _schema(database, now)
    except CannotStart:
        raise
    except Exception as error:
        raise CannotStart(f"DATABASE_URL, DATA_DIR: the database cannot be used ({_first_line(error)})") from error
    async with database.write() as connection:
        await alone(connection, "start")
        try:
            await forms.current(connection, now.date())
        except LookupError:
            await forms.keep(connection, defaults.default_fields(), _FIRST_DAY)


async def _schema(database: Database, now: datetime) -> None:
    if database.is_sqlite:
        await _upgrade_sqlite(database, now)
    else:
        await _check_postgresql(database)


async def _check_postgresql(database: Database) -> None:
    """A newer program's schema is no hindrance: during a change of versions both run (docs/decisions/0008)."""
    revision = await upgrade.current(database)
    if revision is None or (upgrade.knows(revision) and revision != upgrade.newest()):
        raise CannotStart("the database's schema is behind this program: run `tocds db upgrade` first")
    if revision != upgrade.newest():
        log.warning("the schema (%s) is of a newer tocds: this one goes on beside it, replace it soon", revision)


def _first_line(error: Exception) -> str:
    """What follows the first line of a database's error may quote a statement."""
    return str(error).partition("\n")[0] or type(error).__name__


async def _upgrade_sqlite(database: Database, now: datetime) -> None:
    """A schema that is behind is copied before it is changed."""
    file = database.file
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    revision = await upgrade.current(database)
    if revision == upgrade.newest():
        return
    if revision is not None and not upgrade.knows(revision):
        raise CannotStart(f"the database was made by a newer tocds (its schema is {revision}): install that one")
    if revision is not None and file is not None:
        copy = file.with_name(f"{file.stem}-before-{upgrade.newest()}-{now:%Y%m%d%H%M%S}.db")
        await database.copy_to(copy)
        log.info("the schema is upgraded; a backup is in %s", copy.name)
    await upgrade.upgrade(database)
