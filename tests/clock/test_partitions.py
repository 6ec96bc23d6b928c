"""A week's tally reads the partitions of two weeks, however many years are in the database."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, text

from bot.preparing import prepare
from storage import communes, counting, upgrade
from storage.checkins import NewEntry, recorded
from storage.engine import Database
from storage.occurrences import occurrences
from storage.people import added, serves
from storage.schema import new_id
from storage.units import teams, unit_versions, units
from storage.writing import apply
from tests.postgres import Missing, Server, programs

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
WEEKS = [MONDAY - timedelta(weeks=back) for back in range(52)]
SMALL = ("listen_addresses=", "shared_buffers=16MB", "fsync=off", "max_connections=20")
_PARTITION = re.compile(r"(?:Scan|Scan using \S+) on (?:checkins|checkin_values)_(\d{8}|other)")


@pytest.fixture
async def year() -> AsyncIterator[tuple[Database, int]]:
    """A village of one commune that wrote every week of a year; and the commune's id."""
    try:
        programs(newest=True)
    except Missing as missing:
        pytest.skip(str(missing))
    with tempfile.TemporaryDirectory(prefix="tocds-pg-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # the server may run as another user
        server = Server(Path(name) / "pg", SMALL, newest=True)
        server.start()
        database = Database(await server.create("year"))
        try:
            await upgrade.upgrade(database)
            await prepare(database, NOW)
            yield database, await _lived(database)
        finally:
            await database.close()
            server.stop()


async def _lived(database: Database) -> int:
    site, commune, village, team, person, membership = (new_id() for _ in range(6))
    async with database.write() as connection:
        for monday in WEEKS:
            for table in ("checkins", "checkin_values"):
                await connection.execute(
                    text(
                        f"CREATE TABLE {table}_{monday:%Y%m%d} PARTITION OF {table} "
                        f"FOR VALUES FROM ('{monday}') TO ('{monday + timedelta(weeks=1)}')"
                    )
                )
        await connection.execute(insert(units), [{"id": one, "created_at": NOW} for one in (site, commune, village)])
        for unit, parent, kind in ((site, None, "site"), (commune, site, "commune"), (village, commune, "village")):
            row = {"id": new_id(), "unit_id": unit, "parent_id": parent, "kind": kind, "name": kind}
            await connection.execute(insert(unit_versions), [{**row, "valid_from": WEEKS[-1]}])
        own = {"id": team, "unit_id": village, "kind": "village", "name": "", "valid_from": WEEKS[-1]}
        await connection.execute(insert(teams), [own])
        form = (await connection.execute(text("SELECT max(id) FROM form_versions"))).scalar_one()
        writes = added(person, "Lò Văn An", "lo van an", None, NOW)
        writes.append(serves(membership, person, village, team, "member", WEEKS[-1]))
        for monday in WEEKS:
            at = datetime(monday.year, monday.month, monday.day, 5, tzinfo=UTC)
            entry = NewEntry(person, membership, village, team, form, monday, at, values={"vneid": 3})
            writes += recorded(entry, at)
        await apply(connection, writes)
        await connection.execute(insert(occurrences), [_told(commune)])
    return commune


def _told(commune: int) -> dict[str, Any]:
    row = {"id": new_id(), "job": "weekly-tally", "unit_id": commune, "period": "2026-W46", "provisional": False}
    return {**row, "state": "done", "fired_at": NOW - timedelta(weeks=1)}


async def _plans(database: Database, ask: Any) -> list[tuple[str, set[str]]]:
    """The statements that a question takes, each with the partitions of its plan."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    async with database.read() as connection:
        assert await ask(connection)
    event.remove(engine, "before_cursor_execute", note)
    plans = []
    async with database.read() as connection:
        for statement, parameters in asked:
            rows = await connection.exec_driver_sql(f"EXPLAIN {statement}", tuple(parameters))
            plans.append((statement, set(_PARTITION.findall("\n".join(row[0] for row in rows)))))
    return plans


@pytest.mark.parametrize("one_place", [False, True])
async def test_a_years_data_is_never_read_for_a_weeks_tally(year: tuple[Database, int], one_place: bool) -> None:
    database, commune = year

    async def ask(connection: Any) -> object:
        if one_place:
            return await counting.tally(connection, MONDAY, commune, as_of=NOW.date())
        return await communes.communes(connection, MONDAY, as_of=NOW.date())

    plans = await _plans(database, ask)
    counted = [partitions for statement, partitions in plans if partitions and "recorded_at >" not in statement]
    late = [partitions for statement, partitions in plans if "recorded_at >" in statement]
    two, told_late = ({f"{monday:%Y%m%d}" for monday in WEEKS[first:last]} for first, last in ((0, 2), (1, 9)))
    assert len(counted) >= 3
    assert set().union(*counted) == two
    assert len(late) == 1
    assert late[0] <= told_late
