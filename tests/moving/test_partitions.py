"""Weekly partitions of check-ins: made ahead, over a new year, taking along what came before them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from bot.clock import MovedClock
from bot.partitioning import Partitioning
from storage import partitions
from storage.checkins import checkin_values, checkins, monday_of
from storage.engine import Database
from tests.databases import POSTGRESQL
from tests.town import Speaker, Town

pytestmark = pytest.mark.only(POSTGRESQL)

NEW_YEAR = date(2026, 12, 30)


@pytest.fixture
async def village(town: Town) -> Speaker:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")


async def where(town: Town) -> list[tuple[str, date]]:
    """In which table each check-in lies, and its day."""
    async with town.database.read() as connection:
        found = await connection.execute(text("SELECT tableoid::regclass::text, day FROM checkins ORDER BY day"))
        return [(row[0], row[1]) for row in found]


async def test_over_a_new_year_every_week_has_its_own(town: Town, village: Speaker) -> None:
    made = await partitions.keep_ahead(town.database, NEW_YEAR)
    assert len(made) == 2 * (partitions.BEHIND + 1 + partitions.AHEAD)
    assert {"checkins_20261228", "checkins_20270104", "checkin_values_20261228"} <= set(made)
    assert await partitions.keep_ahead(town.database, NEW_YEAR) == []
    town.later(days=(date(2026, 12, 31) - town.now.date()).days)
    await village.says("vneid 1")
    town.later(days=1)
    await village.says("vneid 2")
    town.later(days=3)
    await village.says("vneid 4")
    assert await where(town) == [
        ("checkins_20261228", date(2026, 12, 31)),
        ("checkins_20261228", date(2027, 1, 1)),
        ("checkins_20270104", date(2027, 1, 4)),
    ]
    said = await village.says("báo cáo")
    assert "VNeID: 4 (tuần trước 3)" in said


async def test_without_a_partition_a_check_in_waits_for_nobody_and_is_taken_along(town: Town, village: Speaker) -> None:
    await village.says("vneid 3 dvc 2")
    today = town.now.date()
    assert await where(town) == [("checkins_other", today)]
    await partitions.keep_ahead(town.database, today)
    assert await where(town) == [(f"checkins_{monday_of(today):%Y%m%d}", today)]
    async with town.database.read() as connection:
        moved = await connection.execute(text("SELECT DISTINCT tableoid::regclass::text FROM checkin_values"))
        assert moved.scalars().all() == [f"checkin_values_{monday_of(today):%Y%m%d}"]
    assert "VNeID 3 → 4 người. Hồ sơ trực tuyến 2 giữ nguyên" in await village.says("sửa vneid 4")


async def test_a_partition_does_not_wait_for_a_long_writer_and_comes_later(town: Town, village: Speaker) -> None:
    await village.says("vneid 3")
    async with town.database.write() as connection:
        await connection.execute(text("UPDATE checkins SET trial = false"))
        assert await partitions.keep_ahead(town.database, town.now.date()) == []
    assert await where(town) == [("checkins_other", town.now.date())]
    assert await partitions.keep_ahead(town.database, town.now.date()) != []


async def test_several_processes_make_each_one_once(town: Town, village: Speaker) -> None:
    others = [Database(town.database.url.render_as_string(hide_password=False)) for _ in range(3)]
    made = await asyncio.gather(*(partitions.keep_ahead(one, NEW_YEAR) for one in others))
    again = await partitions.keep_ahead(others[0], NEW_YEAR)
    names = [name for names in (*made, again) for name in names]
    assert len(names) == len(set(names)) == 2 * (partitions.BEHIND + 1 + partitions.AHEAD)
    for one in others:
        await one.close()


async def test_the_service_makes_them(town: Town, village: Speaker, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    task = asyncio.ensure_future(Partitioning(town.database, MovedClock(datetime(2026, 12, 30, 20, tzinfo=UTC))).run())
    async with asyncio.timeout(10):
        while "action=partitions made=44 last=checkin_values_20270222" not in caplog.text:
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait([task])


async def test_a_week_is_counted_without_reading_another(town: Town, village: Speaker) -> None:
    await partitions.keep_ahead(town.database, town.now.date())
    async with town.database.read() as connection:
        for table in (checkins, checkin_values):
            plan = await connection.execute(
                text(f"EXPLAIN SELECT count(*) FROM {table.name} WHERE week = '2026-11-16'")
            )
            read = re.findall(r"(?<!Bitmap Index )Scan(?: using \w+)? on (\w+)", "\n".join(plan.scalars()))
            assert read == [f"{table.name}_20261116"]


async def test_an_old_week_is_detached_and_the_rest_stays(town: Town, village: Speaker) -> None:
    await partitions.keep_ahead(town.database, town.now.date())
    await village.says("vneid 3")
    async with town.database.write() as connection:
        await connection.execute(text("SET LOCAL lock_timeout = '2s'"))
        await connection.execute(text("ALTER TABLE checkins DETACH PARTITION checkins_20260817"))
        await connection.execute(text("DROP TABLE checkins_20260817"))
    assert len(await where(town)) == 1
    assert await partitions.keep_ahead(town.database, town.now.date()) == ["checkins_20260817"]
