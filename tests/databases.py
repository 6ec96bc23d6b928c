"""The one place from which tests get a database: SQLite or PostgreSQL, whichever the fixture `database_kind` says.

A template is made once a test process and copied: a file on SQLite, `CREATE DATABASE … TEMPLATE` on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Awaitable, Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import make_url, text

from bot.defaults import default_fields
from storage import forms
from storage.engine import Database
from storage.upgrade import upgrade
from tests import postgres

SQLITE, POSTGRESQL = KINDS = ("sqlite", "postgresql")

Fill = Callable[[Database], Awaitable[None]]
_T = TypeVar("_T")


async def newest(database: Database) -> None:
    """The newest schema, without rows."""
    await upgrade(database)


async def with_form(database: Database) -> None:
    """The newest schema with the default form."""
    await upgrade(database)
    async with database.write() as connection:
        await forms.keep(connection, default_fields(), date(2025, 1, 1))


class Databases:
    """Those of this test process. `kind`: what `make` makes now."""

    def __init__(self) -> None:
        self.kind = SQLITE
        self._serial = itertools.count(1)
        self._templates: dict[tuple[str, Fill], str] = {}
        self.made: list[str] = []

    async def make(self, folder: Path, fill: Fill | None = newest, *, keep: bool = False) -> str:
        """A database of the current kind; returns its URL. On SQLite it is `folder/tocds.db`; on PostgreSQL it goes
        when the test ends, unless told to `keep` it. Without `fill` it is empty."""
        if self.kind == POSTGRESQL:
            name = f"t{next(self._serial)}"
            if not keep:
                self.made.append(name)
            template = await self._template(fill) if fill else "template0"
            return await postgres.started().create(name, template)
        if fill:
            shutil.copy(await self._template(fill), folder / "tocds.db")
        return f"sqlite+aiosqlite:///{folder / 'tocds.db'}"

    async def _template(self, fill: Fill) -> str:
        made = self._templates.get((self.kind, fill))
        if made is None:
            made, url = await self._blank(f"template_{fill.__name__}")
            database = Database(url)
            await fill(database)
            await database.close()
            self._templates[self.kind, fill] = made
        return made

    async def _blank(self, name: str) -> tuple[str, str]:
        if self.kind == POSTGRESQL:
            return name, await postgres.started().create(name)
        file = Path(tempfile.mkdtemp(prefix="tocds-template-")) / f"{name}.db"
        return str(file), f"sqlite+aiosqlite:///{file}"

    async def drop(self) -> None:
        """Remove what the test that just ended made."""
        while self.made:
            await postgres.started().drop(self.made.pop())


databases = Databases()


def rows(url: str, statement: str) -> list[Any]:
    """Look at a database from beside, without a loop; returns tuples."""
    made = make_url(url)
    if made.get_backend_name() == SQLITE:
        with sqlite3.connect(str(made.database), timeout=10) as connection:
            return connection.execute(statement).fetchall()
    return apart(_rows(url, statement))


async def _rows(url: str, statement: str) -> list[Any]:
    database = Database(url)
    try:
        async with database.engine.begin() as connection:
            found = await connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []
    finally:
        await database.close()


def apart(work: Coroutine[Any, Any, _T]) -> _T:
    """Run something on a loop of its own, from anywhere: also where a loop is running already."""
    done: list[_T] = []
    thread = threading.Thread(target=lambda: done.append(asyncio.run(work)))
    thread.start()
    thread.join()
    return done[0]
