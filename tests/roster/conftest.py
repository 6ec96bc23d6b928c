"""An office with a database of its own: files go in, results come out."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from handlers.roster.exporting import export_roster
from handlers.roster.importing import Imported, import_roster
from storage.engine import Database
from tests.databases import databases

NOW = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
HEADERS = ("commune_code", "commune", "village", "team", "name", "phone", "role")


@dataclass
class Office:
    """Somebody who imports and exports rosters."""

    database: Database
    folder: Path
    now: datetime = NOW
    files: int = 0

    def later(self, now: datetime) -> Office:
        return replace(self, now=now)

    def file(self, content: bytes, name: str = "roster.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path

    async def imports(self, file: Path | bytes | str, **options: Any) -> Imported:
        path = file if isinstance(file, Path) else self.file(file if isinstance(file, bytes) else bytes(file, "utf-8"))
        return await import_roster(self.database, path, now=self.now, site_name="Văn Chấn", **options)

    async def imports_rows(self, *rows: Sequence[str], headers: Sequence[str] = HEADERS) -> Imported:
        file = io.StringIO()
        csv.writer(file).writerows([headers, *rows])
        return await self.imports(file.getvalue())

    async def exports(self, name: str = "export.csv") -> Path:
        path = self.folder / name
        await export_roster(self.database, path, now=self.now)
        return path

    async def exported(self) -> list[dict[str, str]]:
        path = await self.exports()
        return list(csv.DictReader(path.read_bytes().decode("utf-8-sig").splitlines()))

    async def asks(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows as plain SQL gives them, days in ISO's form on either database."""
        async with self.database.read() as connection:
            rows = await connection.execute(text(sql))
            return [tuple(str(one) if isinstance(one, date) else one for one in row) for row in rows]


@pytest.fixture
async def database(tmp_path: Path, database_kind: str) -> AsyncIterator[Database]:
    """The newest schema without rows."""
    opened = Database(await databases.make(tmp_path))
    yield opened
    await opened.close()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Office:
    return Office(database, tmp_path)
