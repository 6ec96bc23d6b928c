"""The schema: up, down, up; and the tables are what the migrations make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import upgrade
from storage.engine import Database
from storage.tables import metadata


async def test_up_down_and_up_again_ends_where_it_began(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/stairway.db")
    assert await upgrade.current(database) is None
    await upgrade.upgrade(database)
    assert await upgrade.current(database) == upgrade.newest()
    await upgrade.downgrade(database, "base")
    assert await upgrade.current(database) is None
    await upgrade.upgrade(database)
    assert await upgrade.current(database) == upgrade.newest()
    await database.close()


async def test_the_tables_are_what_the_migrations_make(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/compare.db")
    await upgrade.upgrade(database)
    async with database.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"include_object": _is_meant_for_sqlite}), metadata
            )
        )
    assert difference == []
    await database.close()


def _is_meant_for_sqlite(thing: Any, _name: str | None, kind: str, *_: object) -> bool:
    """BRIN indexes are PostgreSQL's alone (alembic does not look at `ddl_if`)."""
    return kind != "index" or thing.dialect_options["postgresql"]["using"] != "brin"


async def test_a_transaction_that_is_rolled_back_leaves_nothing(tmp_path: Path) -> None:
    """SQLite is atomic only if asked: isolation_level=None and BEGIN IMMEDIATE (docs/decisions)."""
    from datetime import UTC, datetime

    from sqlalchemy import func, insert, select

    from storage.schema import new_id
    from storage.units import units

    database = Database(f"sqlite+aiosqlite:///{tmp_path}/atomic.db")
    await upgrade.upgrade(database)
    try:
        async with database.write() as connection:
            await connection.execute(insert(units), [{"id": new_id(), "created_at": datetime.now(UTC)}])
            async with connection.begin_nested():
                await connection.execute(insert(units), [{"id": new_id(), "created_at": datetime.now(UTC)}])
            raise RuntimeError("the machine stumbles")
    except RuntimeError:
        pass
    async with database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(units))).scalar_one() == 0
    await database.close()
