"""The service as a real process: what operators do to it, and what happens to it."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from locales import ZONE
from tests.fakes.telegram import FakeTelegram, Fault
from tests.service.conftest import House, answer, enrol

pytestmark = pytest.mark.process


async def test_a_day_in_the_life_of_a_service(house: House, telegram: FakeTelegram) -> None:
    """Enrolling and checking in; a second service; a command beside it; killed in a burst; stopped in a burst."""
    code = await house.settle()
    service = await house.runs()
    await enrol(telegram, code)
    assert (await answer(telegram, 1001, "vneid 3 dvc 2")).startswith("Đã ghi cho Bản Lềnh")

    if house.url.startswith("sqlite"):  # on PostgreSQL any number may run
        second, said = await house.types("run")
        assert (second, said.count("\n")) == (1, 1)
        assert "another tocds is running" in said
    assert (await house.get("/readyz"))[0] == 200

    await _burst(house, telegram, 60, so_far=1)
    await house.stops(service, signal.SIGKILL)
    service = await house.runs()
    await house.until(lambda: house.rows("select count(*) from checkins")[0][0] >= 61)
    assert house.rows("select count(*), count(distinct journal_id) from checkins") == [(61, 61)]
    assert house.rows("select distinct state from journal") == [("done",)]

    await _burst(house, telegram, 30, so_far=61)
    assert await house.stops(service) == 0
    assert house.rows("select count(*) from parcels where state = 'sending'") == [(0,)]
    async with house.lives():
        await house.until(lambda: house.rows("select count(*) from checkins")[0][0] >= 91)
        await house.until(lambda: house.rows("select count(*) from owed where state = 'owed'") == [(0,)])
    assert house.rows("select count(*), count(distinct journal_id) from checkins") == [(91, 91)]
    assert house.rows("select count(*) from owed where state != 'sent'") == [(0,)]


async def _burst(house: House, telegram: FakeTelegram, size: int, so_far: int) -> None:
    """Much is said at once; returns when a part of it has been acknowledged."""
    for number in range(size):
        telegram.says(1001, f"người 1 ghi chú: lần {number}")
    before = house.rows("select count(*) from journal")[0][0]
    await house.until(lambda: house.rows("select count(*) from journal")[0][0] > before)
    assert house.rows("select count(*) from checkins")[0][0] < so_far + size, "it is cut off in the middle"


async def test_a_command_beside_a_running_service_is_heard_within_seconds(house: House, telegram: FakeTelegram) -> None:
    code = await house.settle("Tú Lệ", "commune_lead")
    async with house.lives():
        telegram.group(-1001, "Tổ CĐS xã Tú Lệ")
        await enrol(telegram, code, 2001, "Hoàng Thị Hà")
        telegram.says(2001, "/nhom", chat=-1001)
        await telegram.wait_for(lambda: bool(telegram.heard(-1001)), 20)
        before = len(telegram.heard(-1001))
        exit_code, said = await house.types("job", "run", "weekly-tally", "--week", "2026-W40")
        assert exit_code == 0, said
        await telegram.wait_for(lambda: len(telegram.heard(-1001)) > before, 5)
        assert "nothing posted" in await house.commands("job", "run", "weekly-tally", "--week", "2026-W40")


async def test_quiet_hours_hold_by_the_real_clock_and_replies_go(house: House, telegram: FakeTelegram) -> None:
    """Whatever the hour is while this runs, it is made a quiet one."""
    code = await house.settle("Tú Lệ", "commune_lead")
    now = datetime.now(ZONE)
    hours = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    house.settings["QUIET_HOURS"] = hours
    async with house.lives():
        telegram.group(-1001, "Tổ CĐS xã Tú Lệ")
        await enrol(telegram, code, 2001, "Hoàng Thị Hà")
        telegram.says(2001, "/nhom", chat=-1001)
        await telegram.wait_for(lambda: bool(telegram.heard(-1001)), 20)
        before = len(telegram.heard(-1001))
        week = ("--week", "2026-W40", "--at", "2026-10-05T07:30")
        assert ": quiet hours" in await house.commands("job", "run", "weekly-tally", *week)
        assert (await answer(telegram, 2001, "tôi là ai")).startswith("Bác là Hoàng Thị Hà")
        assert len(telegram.heard(-1001)) == before
        assert house.rows("select state, reason from owed where kind = 'weekly-tally'") == [("held", "quiet hours")]
        assert 'tocds_held{reason="quiet hours"} 1.0' in (await house.get("/metrics"))[1]


async def test_an_ill_telegram_is_lived_through_without_a_word_of_the_token(
    house: House, telegram: FakeTelegram
) -> None:
    telegram.breaks(Fault.UNAUTHORISED, "getme", times=1)
    telegram.breaks(Fault.INDISCREET, "getme", times=1)
    telegram.breaks(Fault.BAD_GATEWAY, "getupdates", times=1)
    telegram.breaks(Fault.BAD_GATEWAY, "sendmessage", times=1)
    service = await house.runs(LOG_FORMAT="json")
    telegram.says(1001, "xin chào")
    await telegram.wait_for(lambda: bool(telegram.heard(1001)), 40)
    assert (await house.get("/readyz"))[0] == 200
    assert await house.stops(service) == 0
    logged = [json.loads(line) for line in service.lines]
    assert {"at", "level", "logger", "message"} <= set(logged[0])
    assert {"warning", "info"} <= {line["level"] for line in logged}


async def test_a_port_that_is_taken_is_named(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = await house.types("run", HTTP_PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert said.splitlines()[-1].startswith("tocds: HTTP_PORT: ")


async def test_the_command_works_from_any_folder(house: House, tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("tocds")
    process = await asyncio.create_subprocess_exec(
        command, "roster", "sample", "s.csv", cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    await process.communicate()
    assert process.returncode == 0
    assert (tmp_path / "s.csv").read_text("utf-8").count("\n") > 1347
