"""The clock strikes on a holiday, in a pause, at night: what is skipped, what waits, and what the rows say."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import occurrences, pauses
from storage.calendar import Moved, write_down
from storage.outbox import owed
from storage.writing import apply
from tests.clock.clockwork import FRIDAY, FRIDAY_GROUPS, HERE, MONDAY_LEADS, MONDAY_TALLY, THURSDAY, Clockwork, at
from tests.town import Town, make_town


async def off(town: Town, *days: date) -> None:
    async with town.database.write() as connection:
        await write_down(connection, [Moved(day, "off", "nghỉ bù") for day in days], town.now)


async def test_a_tally_due_on_a_day_off_waits_for_the_morning_after(tmp_path: Path) -> None:
    """Monday 27 April 2026 is a day off in lieu of the Hùng Kings' Sunday."""
    town = await make_town(tmp_path, datetime(2026, 4, 22, 9, tzinfo=HERE))
    clock = Clockwork(town)
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(datetime(2026, 4, 27, 7, 30, tzinfo=HERE))
    (row,) = [one for one in await town.rows(owed) if one.kind == "weekly-tally"]
    tuesday = datetime(2026, 4, 27, 23, 30, tzinfo=UTC)
    assert (row.state, row.due_at, row.expires_at) == ("held", tuesday, tuesday + timedelta(hours=24))
    assert row.reason == "holiday: Hung Kings' Commemoration Day (observed)"
    async with town.database.read() as connection:
        state = (await occurrences.states(connection))["weekly-tally"]
    assert (state.state, state.reason) == ("done", f"held until 2026-04-28 06:30: {row.reason}")
    await town.database.close()


async def test_a_tally_of_tet_is_skipped_and_the_next_one_goes(tmp_path: Path) -> None:
    """8 February 2027 is the third day of Tết; the weeks around it last until Friday the 12th."""
    town = await make_town(tmp_path, datetime(2027, 1, 27, 9, tzinfo=HERE))
    clock = Clockwork(town)
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(datetime(2027, 2, 8, 7, 30, tzinfo=HERE))
    assert not await group.heard()
    row = await clock.row("weekly-tally", "Tú Lệ")
    assert row.state == "skipped"
    assert "could go 4 days late only" in row.reason
    await clock.strikes(datetime(2027, 2, 15, 7, 30, tzinfo=HERE))
    assert len(await group.heard()) == 1
    await town.database.close()


async def test_a_reminder_on_a_holiday_is_skipped_with_a_reason(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await off(town, date(2026, 11, 19))
    await clock.strikes(THURSDAY)
    assert not await an.hears()
    row = await clock.row("remind-members", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "day off: nghỉ bù: could go 11 h late only")
    async with town.database.read() as connection:
        assert (await occurrences.states(connection))["remind-members"].reason == row.reason


async def test_a_reminder_that_starts_late_into_the_night_is_not_kept_for_the_morning(
    town: Town, clock: Clockwork
) -> None:
    """The service was down at 19:00 and comes back at 20:45: within two hours, but nobody is written to any more."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.strikes(at(19, 20, 45))
    assert not await an.hears()
    assert (await clock.row("remind-members", "Tú Lệ")).reason == "late by 1 h, and then quiet hours"


async def test_by_hand_at_night_a_post_is_kept_for_the_morning(town: Town, clock: Clockwork) -> None:
    """Quiet hours hold by the real clock, whatever time `job run --at` names."""
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    town.clock.move_to(at(23, 22))
    fired = await clock.run("weekly-tally", MONDAY_TALLY)
    assert (fired.done, fired.owed) == (1, 1)
    (row,) = [one for one in await town.rows(owed) if one.kind == "weekly-tally"]
    assert (row.state, row.due_at) == ("held", at(25, 6, 30))  # Tuesday is Culture Day
    assert fired.waits == "held until 2026-11-25 06:30: holiday: Vietnam Cultural Day"
    assert (await clock.run("weekly-tally", MONDAY_TALLY)).repeated


async def paused(town: Town, path: str, until: datetime) -> None:
    async with town.database.write() as connection:
        await apply(connection, pauses.paused(town.places[path], None, until, town.now))


async def test_a_paused_commune_is_neither_reminded_nor_posted_to(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    tai = await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5", "leader")
    ours, theirs = await clock.group("Tú Lệ", "Tú Lệ"), await clock.group("Gia Hội", "Gia Hội")
    await paused(town, "Tú Lệ", at(30, 0))
    await clock.strikes(THURSDAY)
    await clock.strikes(FRIDAY_GROUPS)
    await clock.strikes(FRIDAY)
    await clock.strikes(MONDAY_TALLY)
    assert not await an.hears()
    assert not await ours.heard()
    assert len(await tai.hears()) == 1
    assert [one.kind for one in await theirs.heard()] == ["remind-groups", "weekly-tally"]
    for job in ("remind-members", "remind-groups", "weekly-tally"):
        row = await clock.row(job, "Tú Lệ")
        assert row.state == "skipped"
        assert "paused until 2026-11-30" in row.reason


async def test_when_the_pause_ends_on_monday_mondays_tally_goes(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    group = await clock.group("Tú Lệ", "Tú Lệ")
    await paused(town, "Tú Lệ", at(23, 0))
    await clock.strikes(MONDAY_TALLY)
    assert len(await group.heard()) == 1


async def test_the_lead_of_a_paused_commune_gets_the_digest_and_reads_it_there(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    boss = await town.person("Nguyễn Văn Quản", "Gia Hội", "admin")
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await paused(town, "Tú Lệ", at(30, 0))
    await clock.strikes(MONDAY_LEADS)
    *_newcomers, digest = await ha.hears()
    assert "tạm dừng nhắc và đăng bài đến Thứ Hai 30/11" in digest
    await clock.strikes(at(23, 8))
    (digest,) = await boss.hears()
    assert "Đang tạm dừng nhắc: Tú Lệ, đến Thứ Hai 30/11." in digest


async def test_an_admin_reads_what_waits_and_why(town: Town, clock: Clockwork) -> None:
    boss = await town.person("Nguyễn Văn Quản", "Gia Hội", "admin")
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.group("Tú Lệ", "Tú Lệ")
    town.clock.move_to(at(22, 22))
    await clock.run("weekly-tally", at(22, 22), "2026-W46")
    await clock.strikes(at(23, 8))
    (digest,) = await boss.hears()
    assert "Tin đang chờ đến lúc gửi: 1 chờ hết giờ nghỉ." in digest


async def test_a_bad_rule_holds_the_clock_and_mended_in_time_it_strikes(
    town: Town, clock: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    group = await clock.group("Tú Lệ", "Tú Lệ")
    row = "('2026-11-18', 'purple', 'x', '2026-11-01 00:00:00')"
    async with town.database.write() as connection:
        await connection.execute(text(f"INSERT INTO calendar_days (day, kind, name, changed_at) VALUES {row}"))
    with caplog.at_level(logging.ERROR):
        await clock.strikes(MONDAY_TALLY)
        await clock.strikes(at(23, 7, 31))
    assert len([line for line in caplog.messages if "a rule of sending is bad" in line]) == 1
    assert not await group.heard()
    async with town.database.write() as connection:
        await connection.execute(text("DELETE FROM calendar_days"))
    await clock.strikes(at(23, 7, 40))
    assert len(await group.heard()) == 1
