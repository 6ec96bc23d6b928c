"""The database cannot be written for a while: the log says it once, the figures show it, and Monday's digest tells it
in words, also after a restart."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import bot.outages
import bot.trouble
from bot import shelter
from bot.clock import SystemClock
from bot.spool import opened
from bot.trouble import DatabaseTrouble
from storage.engine import Database
from storage.journal import Event
from storage.outages import Outage, noted, outages, outages_since
from tests import postgres
from tests.clock.clockwork import MONDAY_ADMINS, Clockwork, at
from tests.databases import SQLITE, with_form
from tests.town import Town
from tests.zalo.doors import Home, ZaloBotDoor, house


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.trouble, "CALM", 0.3)
    monkeypatch.setattr(bot.outages, "EVERY", 0.05)


@pytest.fixture
async def door() -> AsyncIterator[ZaloBotDoor]:
    async with ZaloBotDoor() as door:
        yield door


@pytest.fixture
def server(database_kind: str) -> Iterator[postgres.Server]:
    """A PostgreSQL that this test may stop."""
    server = postgres.Server()
    server.start()
    yield server
    server.remove()


async def figure(home: Home, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", (await home.app.health.figures()).decode(), re.MULTILINE)
    assert found is not None, name
    return float(found[1])


async def noted_in(home: Home) -> Outage:
    """Wait until the outage is over and written down."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(Exception):
                async with home.app.database.read() as connection:
                    rows = (await connection.execute(select(outages))).all()
                if rows:
                    (row,) = rows
                    return Outage(row.began_at, row.ended_at, row.refused, row.sheltered)
            await asyncio.sleep(0.02)


async def digest(home: Home, door: ZaloBotDoor, minh: str) -> str:
    await home.strikes(MONDAY_ADMINS)
    return next(one.text for one in await door.hears(minh, "TUẦN 47") if "TUẦN 47" in one.text)


@pytest.mark.only("postgresql")
async def test_events_that_went_to_the_spool_are_told_of(
    server: postgres.Server, tmp_path: Path, door: ZaloBotDoor, caplog: pytest.LogCaptureFixture
) -> None:
    url = await server.create("outage")
    database = Database(url)
    await with_form(database)
    await database.close()
    async with house(tmp_path, door, database_url=url, public_base_url="") as home:
        an, minh = await home.enrol("Lò Văn An"), await home.enrol("Trần Minh", "Văn Chấn", "admin")
        server.stop()
        door.says(an, "vneid 3")
        async with asyncio.timeout(20):
            while await figure(home, "tocds_events_sheltered") < 1:
                await asyncio.sleep(0.02)
        assert await figure(home, "tocds_database_writable") == 0
        server.start()
        await door.hears(an, "Đã ghi cho Bản Lềnh", seconds=20)
        met = await noted_in(home)
        assert (met.refused, met.sheltered) == (0, 1)
        assert await figure(home, "tocds_database_writable") == 1
    told = [one.getMessage() for one in caplog.records if one.name == "bot.trouble"]
    assert len(told) == 2, told
    assert "the database cannot be written" in told[0]
    assert "until then events are kept in spool-" in told[0]
    assert "0 events were turned away, 1 kept aside" in told[1]
    async with house(tmp_path, door, database_url=url, public_base_url="") as home:
        text = await digest(home, door, minh)
    assert "Số phút em không lưu được gì: 1. Lúc ấy có 1 tin nhắn đến, em giữ tạm và nay đã lưu đủ." in text


@pytest.mark.only("sqlite")
async def test_events_that_stayed_with_the_messenger_are_told_of(
    tmp_path: Path, door: ZaloBotDoor, database_kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert database_kind == SQLITE
    async with house(tmp_path, door, public_base_url="") as home:
        an = await home.enrol("Lò Văn An")
        with contextlib.closing(sqlite3.connect(tmp_path / "tocds.db", isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            door.says(an, "vneid 3")
            async with asyncio.timeout(10):
                while await figure(home, "tocds_events_refused") < 1:
                    await asyncio.sleep(0.02)
            assert await figure(home, "tocds_database_writable") == 0
        await door.hears(an, "Đã ghi cho Bản Lềnh", seconds=20)
        door.says(an, "tôi là ai")
        met = await noted_in(home)
        assert met.refused >= 1
        assert met.ended_at > met.began_at
    told = [one.getMessage() for one in caplog.records if one.name == "bot.trouble"]
    assert len(told) == 2, told
    assert "until then events stay with the messengers" in told[0]


async def test_what_a_killed_process_kept_aside_is_told_of_too(town: Town, tmp_path: Path) -> None:
    dead = opened(tmp_path / "spool")
    dead.append([Event(town.channel.account_id, f"e{number}", "chat", b"{}") for number in range(3)])
    dead.close()
    mine = shelter.opened(tmp_path / "spool", town.database, SystemClock(), DatabaseTrouble("here"))
    await mine.adopt()
    mine.close()
    (row,) = await town.rows(outages)
    assert row.sheltered == 3
    assert row.began_at <= row.ended_at
    assert abs(row.ended_at - SystemClock().now()) < timedelta(minutes=1)


async def test_what_two_processes_met_at_one_time_counts_once(town: Town, clock: Clockwork) -> None:
    boss = await town.person("Nguyễn Văn Quản", "Tú Lệ", "admin")
    met = [
        Outage(at(2, 9), at(2, 10)),  # weeks ago
        Outage(at(18, 9), at(18, 9, 10), 2, 5),
        Outage(at(18, 9, 4), at(18, 9, 12), 0, 4),
        Outage(at(19, 9), at(19, 9, 1)),
    ]
    await town.database.apply([noted(one) for one in met])
    async with town.database.read() as connection:
        assert (await outages_since(connection, at(18, 9, 2))).lasted == timedelta(minutes=11)
    await clock.strikes(MONDAY_ADMINS)
    (text,) = await boss.hears()
    assert "Số phút em không lưu được gì: 13. Lúc ấy có 9 tin nhắn đến, em giữ tạm và nay đã lưu đủ." in text


@pytest.fixture
def clock(town: Town) -> Clockwork:
    return Clockwork(town)
