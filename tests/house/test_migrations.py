"""The schema: up, down, up; additive from step to step; and the tables are what the migrations make."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from storage import upgrade
from storage.engine import Database
from storage.tables import metadata
from tests.databases import databases


@pytest.fixture
async def empty(tmp_path: Path, database_kind: str) -> AsyncIterator[Database]:
    """A database without anything."""
    database = Database(await databases.make(tmp_path, None))
    yield database
    await database.close()


async def test_up_down_and_up_again_at_every_step(empty: Database) -> None:
    assert await upgrade.current(empty) is None
    before: str | None = None
    for revision in upgrade.revisions():
        await upgrade.upgrade(empty, revision)
        assert await upgrade.current(empty) == revision
        await upgrade.downgrade(empty, before or "base")
        assert await upgrade.current(empty) == before
        await upgrade.upgrade(empty, revision)
        before = revision
    assert before == upgrade.newest()
    await upgrade.downgrade(empty, "base")
    assert await upgrade.current(empty) is None
    await upgrade.upgrade(empty)
    assert await upgrade.current(empty) == upgrade.newest()


async def test_the_tables_are_what_the_migrations_make(empty: Database) -> None:
    def ours(thing: Any, name: str | None, type_: str, _reflected: bool, _compare: Any) -> bool:
        if type_ == "index":  # BRIN indexes are PostgreSQL's alone: alembic does not look at `ddl_if`
            return not empty.is_sqlite or thing.dialect_options["postgresql"]["using"] != "brin"
        return type_ != "table" or not (name or "").startswith(("checkins_", "checkin_values_"))  # partitions

    await upgrade.upgrade(empty)
    async with empty.read() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"include_object": ours}), metadata)
        )
    assert difference == []


async def test_every_step_leaves_the_older_program_what_it_knows(empty: Database) -> None:
    """docs/decisions/0008: a step adds; what a running program reads and writes stays, and it can leave new columns
    out. A step that takes away says `contract = "since when nobody needs it"`."""
    first, *later = upgrade.revisions()
    await upgrade.upgrade(empty, first)
    before = await columns(empty)
    for revision in later:
        await upgrade.upgrade(empty, revision)
        after = await columns(empty)
        if not upgrade.contract(revision):
            assert {one: after.get(one) for one in before} == before, f"{revision} changed or removed a column"
            tables = {table for table, _ in before}
            for (table, column), (_, may_be_left_out) in after.items():
                assert (table, column) in before or table not in tables or may_be_left_out, f"{revision}: {column}"
        before = after


async def columns(database: Database) -> dict[tuple[str, str], tuple[str, bool]]:
    """(table, column) -> its type, and whether an INSERT may leave it out."""
    async with database.read() as connection:
        return await connection.run_sync(lambda sync: _columns(inspect(sync)))


def _columns(inspector: Any) -> dict[tuple[str, str], tuple[str, bool]]:
    return {
        (table, one["name"]): (str(one["type"]), one["nullable"] or one["default"] is not None)
        for table in inspector.get_table_names()
        for one in inspector.get_columns(table)
    }


async def test_a_transaction_that_is_rolled_back_leaves_nothing(empty: Database) -> None:
    """SQLite is atomic only if asked: isolation_level=None and BEGIN IMMEDIATE (docs/decisions)."""
    from datetime import UTC, datetime

    from sqlalchemy import func, insert, select

    from storage.schema import new_id
    from storage.units import units

    await upgrade.upgrade(empty)
    try:
        async with empty.write() as connection:
            await connection.execute(insert(units), [{"id": new_id(), "created_at": datetime.now(UTC)}])
            async with connection.begin_nested():
                await connection.execute(insert(units), [{"id": new_id(), "created_at": datetime.now(UTC)}])
            raise RuntimeError("the machine stumbles")
    except RuntimeError:
        pass
    async with empty.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(units))).scalar_one() == 0
