"""Schemas that change while programs run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.preparing import CannotStart, prepare
from storage import upgrade
from storage.engine import Database
from tests import postgres
from tests.databases import POSTGRESQL, SQLITE
from tests.moving.conftest import Types
from tests.town import Town

NEXT = '''
"""What the program after this one might add."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import gently

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("checkins", sa.Column("weather", sa.String(20)))
    op.add_column("persons", sa.Column("visits", sa.Integer(), nullable=False, server_default="0"))
    op.create_table("weathers", sa.Column("id", sa.BigInteger(), primary_key=True))
    gently.create_index("ix_owed_created", "owed", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_owed_created", table_name="owed")
    op.drop_table("weathers")
    op.drop_column("persons", "visits")
    op.drop_column("checkins", "weather")
'''

Newer = Callable[[], None]


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Newer]:
    """Call it, and migrations are those of the next program; the test's end brings back this one's."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "next.py").write_text(NEXT.format(head=upgrade.newest()))
    yield lambda: upgrade.EXTRA.append(tmp_path / "migrations")
    upgrade.EXTRA.clear()


async def test_people_check_in_while_the_schema_changes_and_after(town: Town, newer: Newer) -> None:
    """The program whose tables are this version's, on the next version's schema."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    newer()
    changing = asyncio.ensure_future(upgrade.upgrade(town.database))
    said = [await an.says(f"vneid {number}") for number in range(1, 6)]
    await changing
    said.append(await an.says("dvc 2"))
    assert all(one.startswith("Đã ghi") for one in said), said
    assert await upgrade.current(town.database) == "next"
    assert "VNeID" in await an.says("báo cáo")


@pytest.mark.only(POSTGRESQL)
async def test_on_postgresql_this_program_also_starts_beside_a_newer_one(
    town: Town, newer: Newer, caplog: pytest.LogCaptureFixture
) -> None:
    newer()
    await upgrade.upgrade(town.database)
    upgrade.EXTRA.clear()
    await prepare(town.database, datetime.now(UTC))
    assert "of a newer tocds: this one goes on beside it" in caplog.text


@pytest.mark.only(POSTGRESQL)
async def test_the_newer_program_waits_for_the_schema(town: Town, newer: Newer) -> None:
    newer()
    with pytest.raises(CannotStart, match="behind this program: run `tocds db upgrade` first"):
        await prepare(town.database, datetime.now(UTC))


@pytest.mark.only(SQLITE)
async def test_sqlite_is_not_shared_with_a_newer_program(town: Town, newer: Newer) -> None:
    newer()
    await upgrade.upgrade(town.database)
    upgrade.EXTRA.clear()
    with pytest.raises(CannotStart, match="made by a newer tocds"):
        await prepare(town.database, datetime.now(UTC))


@pytest.mark.only(POSTGRESQL)
async def test_a_busy_table_is_not_queued_for_and_the_next_try_goes_on(
    town: Town, newer: Newer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "_PATIENCE", "50ms")
    monkeypatch.setattr(upgrade, "_TRIES", 2)
    monkeypatch.setattr(upgrade, "_PAUSE", 0.01)
    newer()
    async with town.database.write() as connection:
        await connection.execute(text("LOCK TABLE checkins"))
        with pytest.raises(upgrade.Busy, match="run it again in a while"):
            await upgrade.upgrade(town.database)
    assert await upgrade.current(town.database) != "next"
    await upgrade.upgrade(town.database)
    assert await upgrade.current(town.database) == "next"


@pytest.mark.only(POSTGRESQL)
async def test_an_index_that_an_interruption_left_is_made_anew(town: Town, newer: Newer) -> None:
    async with town.database.engine.connect() as connection:
        free = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await free.execute(text("CREATE INDEX ix_owed_created ON owed (words)"))
        await free.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('ix_owed_created')")
        )
    newer()
    await upgrade.upgrade(town.database)
    async with town.database.read() as connection:
        made = await connection.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_owed_created'"))
        assert made.scalar_one().endswith("(created_at)")


async def test_two_operators_upgrade_at_once(types: Types, server: postgres.Server) -> None:
    url = await server.create("two_operators")
    ends = await asyncio.gather(*(types("db", "upgrade", DATABASE_URL=url) for _ in range(2)))
    assert [(code, err) for code, _, err in ends] == [(0, ""), (0, "")]
    database = Database(url)
    assert await upgrade.current(database) == upgrade.newest()
    await database.close()


async def test_the_service_does_not_start_on_a_schema_that_is_behind(types: Types, server: postgres.Server) -> None:
    url = await server.create("behind")
    code, out, err = await types("run", DATABASE_URL=url)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err == "tocds: the database's schema is behind this program: run `tocds db upgrade` first\n"
