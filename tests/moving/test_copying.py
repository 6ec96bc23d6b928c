"""From one database into another: every row, or one line that says why not."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.inbound import Inbound
from storage import copying, upgrade
from storage.copying import CannotCopy, Copied, canonical, copy
from storage.engine import Database
from storage.tables import metadata
from tests import postgres
from tests.databases import KINDS, SQLITE, databases
from tests.moving.conftest import Types
from tests.town import Town


def _quiet(_stage: str, _done: int, _total: int) -> None: ...


async def empty(kind: str, folder: Path) -> Database:
    """A database without anything, of a kind."""
    folder.mkdir(exist_ok=True)
    before, databases.kind = databases.kind, kind
    try:
        return Database(await databases.make(folder, None))
    finally:
        databases.kind = before


async def copied(source: Database, target: Database) -> dict[str, Copied]:
    return {one.table: one async for one in copy(source, target, _quiet)}


@pytest.mark.parametrize("to", KINDS)
async def test_everything_arrives_and_life_goes_on(
    lived: Town, to: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: postgres.Server
) -> None:
    monkeypatch.setattr(copying, "BATCH", 3)
    target = await empty(to, tmp_path / "to")
    tables = await copied(lived.database, target)
    assert set(tables) == set(metadata.tables)
    for name, least in (("checkins", 3), ("checkin_texts", 2), ("media", 1), ("owed", 5), ("journal", 5)):
        assert tables[name].sum.rows >= least, name
    for table in metadata.sorted_tables:
        assert set(await rows_of(target, table)) == set(await rows_of(lived.database, table)), table.name
    before, lived.database = lived.database, target
    lived.inbound = Inbound(target, {lived.channel.account_id: lived.channel}, lived.clock, lambda: lived.around)
    hoa = next(row for row in await lived.rows(metadata.tables["addresses"]) if row.title == "Lò Thị Hoa")
    speaker = lived.stranger("Lò Thị Hoa")
    speaker.vendor_id = speaker.private.vendor_id = hoa.vendor_id
    await speaker.private.heard()
    assert await speaker.says("vneid 5") != ""
    await before.close()


async def rows_of(database: Database, table: object) -> list[bytes]:
    async with database.read() as connection:
        return [canonical(row) for row in await connection.execute(table.select())]  # type: ignore[attr-defined]


CHANGES = (
    "UPDATE checkin_values SET number = number + 1 WHERE code = 'vneid'",
    "UPDATE checkin_texts SET note = note || ' ' WHERE note IS NOT NULL",
    "DELETE FROM owed WHERE id = (SELECT min(id) FROM owed)",
    "UPDATE persons SET created_at = '2026-01-01 00:00:00'",
    "UPDATE media SET state = 'gone'",
    "UPDATE owed SET choices = '[]'",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_row_that_changed_on_the_way_is_noticed(
    lived: Town, change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes into the new database between a table's copying and its verification."""
    target = await empty(databases.kind, tmp_path / "to")
    table = change.removeprefix("DELETE FROM ").removeprefix("UPDATE ").split()[0]
    honest = copying.summed

    async def after_a_change(connection: copying.Connection, of: copying.Table) -> copying.Sum:
        if of.name == table:
            async with target.write() as writing:
                assert (await writing.execute(text(change))).rowcount > 0
        return await honest(connection, of)

    monkeypatch.setattr(copying, "summed", after_a_change)
    with pytest.raises(CannotCopy, match=f"^{table}: .* arrived: make TO anew"):
        await copied(lived.database, target)
    await target.close()


async def test_the_same_rows_have_the_same_sum_in_any_order_and_batch(lived: Town) -> None:
    rows = await lived.rows(metadata.tables["owed"])
    forth, back = copying.Sum().plus(rows), copying.Sum()
    for row in reversed(rows):
        back = back.plus([row])
    assert forth == back
    assert copying.Sum().plus([*rows, rows[0]]) != forth
    assert str(copying.Sum().plus(rows[1:])) != str(forth)


async def test_a_target_with_rows_is_left_alone(lived: Town, tmp_path: Path) -> None:
    target = await empty(databases.kind, tmp_path / "to")
    await copied(lived.database, target)
    with pytest.raises(CannotCopy, match="TO is not empty"):
        await copied(lived.database, target)
    await target.close()


async def test_a_target_of_somebody_else_is_left_alone(lived: Town, tmp_path: Path) -> None:
    target = await empty(databases.kind, tmp_path / "to")
    async with target.write() as connection:
        await connection.execute(text("CREATE TABLE theirs (id integer)"))
    with pytest.raises(CannotCopy, match=r"TO is not empty .*theirs"):
        await copied(lived.database, target)
    await target.close()


async def test_a_target_that_has_only_the_schema_will_do(lived: Town, tmp_path: Path) -> None:
    target = await empty(databases.kind, tmp_path / "to")
    await upgrade.upgrade(target)
    assert (await copied(lived.database, target))["persons"].sum.rows == 2
    await target.close()


@pytest.mark.parametrize("side", ["FROM", "TO"])
async def test_another_schema_is_refused(lived: Town, side: str, tmp_path: Path) -> None:
    target = await empty(databases.kind, tmp_path / "to")
    await upgrade.upgrade(target)
    async with (lived.database if side == "FROM" else target).write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(CannotCopy, match=f"^{side} has the schema 0000"):
        await copied(lived.database, target)
    await target.close()


@pytest.mark.only(SQLITE)
async def test_a_row_that_postgresql_cannot_hold_is_told_without_its_words(
    lived: Town, tmp_path: Path, server: postgres.Server
) -> None:
    """SQLite minds neither the length of a text nor the size of a number."""
    target = await empty("postgresql", tmp_path / "to")
    async with lived.database.write() as connection:
        await connection.execute(text("UPDATE addresses SET title = :long"), {"long": "secret" * 100})
    with pytest.raises(CannotCopy, match=r"^addresses: TO refused a row \(value too long.*\(200\)\)$") as caught:
        await copied(lived.database, target)
    assert "secret" not in str(caught.value)
    await target.close()


async def test_the_command_prints_a_line_a_table_and_one_line_when_it_cannot(
    lived: Town, types: Types, tmp_path: Path
) -> None:
    source, target = (
        url.render_as_string(hide_password=False)
        for url in (lived.database.url, (await empty(databases.kind, tmp_path / "to")).url)
    )
    code, out, err = await types("db", "copy", source, target)
    assert (code, err) == (0, ""), err
    assert len(out.splitlines()) == len(metadata.tables) + 1
    assert all(line.endswith("  equal") for line in out.splitlines()[:-1])
    assert "checkins                        3 rows" in out
    code, out, err = await types("db", "copy", source, target)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "TO is not empty" in err
    code, out, err = await types("db", "copy", f"sqlite+aiosqlite:///{tmp_path}/nothing.db", target)
    assert (code, out, err) == (1, "", f"FROM does not exist: {tmp_path}/nothing.db\n")
    assert not (tmp_path / "nothing.db").exists()
    assert (await types("db", "copy", "mysql://x", target))[0] == 2
