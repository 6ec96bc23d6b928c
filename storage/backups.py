"""A SQLite database into a file and back, while others use it. PostgreSQL has tools of its own for this."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from storage import upgrade
from storage.engine import Database

Told = Callable[[str, int, int], None]
"""Hears the stage, how much is done, and of how much."""
_PAGES = 2000
"""Pages a step of restoring."""


class CannotBackUp(Exception):
    """Why there is no copy, or no way back from it, in one line that says what to do."""


async def back_up(database: Database, file: Path) -> None:
    """A consistent copy in a new file. Raises CannotBackUp."""
    _check(_file_of(database, "pg_dump -Fc"), file)
    await database.copy_to(file)


async def restore(database: Database, file: Path, now: datetime, told: Told) -> Path | None:
    """Put a copy in the database's place, in one transaction: either all of it or nothing.

    Returns where the database that was there before is kept; None where there was none. Raises CannotBackUp.
    """
    target = _file_of(database, "pg_restore")
    revision = await asyncio.to_thread(_revision, file)
    if not upgrade.knows(revision):
        raise CannotBackUp(f"{file} was made by a newer tocds (its schema is {revision}): install that one")
    target.parent.mkdir(parents=True, exist_ok=True)
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.stem}-before-restore-{now:%Y%m%d%H%M%S}.db")
        await database.copy_to(kept)
    await database.close()
    await asyncio.to_thread(_put, file, target, told)
    return kept


def _check(source: Path, file: Path) -> None:
    if not source.exists():
        raise CannotBackUp(f"there is no database yet: {source}")
    if file.exists():
        raise CannotBackUp(f"{file} is there already: name a new file")
    if not file.parent.is_dir():
        raise CannotBackUp(f"there is no folder {file.parent}")


def _file_of(database: Database, instead: str) -> Path:
    if database.file is None:
        raise CannotBackUp(f"this is for SQLite; on PostgreSQL use `{instead}` (docs/scale.md)")
    return database.file


def _revision(file: Path) -> str:
    """The schema of a whole, sound copy."""
    if not file.is_file():
        raise CannotBackUp(f"there is no file {file}")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            ((sound,),) = copy.execute("PRAGMA quick_check(1)").fetchall()
            ((revision,),) = copy.execute("SELECT version_num FROM alembic_version").fetchall()
    except (sqlite3.DatabaseError, ValueError) as error:
        raise CannotBackUp(f"{file} is no copy of a tocds database ({error})") from error
    if sound != "ok":
        raise CannotBackUp(f"{file} is damaged ({sound})")
    return str(revision)


def _put(file: Path, target: Path, told: Told) -> None:
    def step(_status: int, left: int, total: int) -> None:
        told("pages", total - left, total)

    with (
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as copy,
        closing(sqlite3.connect(target, timeout=10)) as into,
    ):
        copy.backup(into, pages=_PAGES, progress=step)
