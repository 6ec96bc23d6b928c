"""A broadcast at night: its preview says when it goes, and what is urgent may go all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.outbox import owed
from tests.broadcast.office import Office, open_office
from tests.clock.clockwork import at
from tests.town import Town

WORDS = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)


async def preview(office: Office) -> str:
    await office.ha.says(f"thông báo {WORDS}")
    await office.ha.says("1")
    return await office.ha.says("1")


async def kinds(town: Town) -> set[str]:
    return {row.kind for row in await town.rows(owed) if row.kind != "reply"}


async def test_by_day_nothing_is_said_of_the_hour(office: Office) -> None:
    assert "bà con đang nghỉ" not in await preview(office)
    assert [label for _, label in office.ha.last[-1].choices] == ["Gửi", "Sửa lời", "Thôi, không gửi"]


async def test_in_the_evening_the_preview_says_tomorrow_morning(office: Office, town: Town) -> None:
    town.clock.move_to(at(18, 21))
    assert "em sẽ gửi sáng mai lúc 6 giờ 30" in await preview(office)
    labels = [label for _, label in office.ha.last[-1].choices]
    assert labels == ["Gửi vào lúc đó", "Sửa lời", "Thôi, không gửi", "Gửi ngay, việc khẩn"]
    assert "em sẽ gửi sáng mai lúc 6 giờ 30, xong em báo bác" in await office.ha.says("1")
    assert await kinds(town) == {"broadcast"}


async def test_at_noon_it_goes_the_same_day(office: Office, town: Town) -> None:
    town.clock.move_to(at(18, 12))
    assert "em sẽ gửi hôm nay lúc 13 giờ 30" in await preview(office)


async def test_before_a_holiday_the_day_is_named(office: Office, town: Town) -> None:
    town.clock.move_to(at(23, 21))
    assert "em sẽ gửi Thứ Tư 25/11 lúc 6 giờ 30" in await preview(office)


async def test_a_flood_does_not_wait(office: Office, town: Town) -> None:
    town.clock.move_to(at(18, 21))
    await preview(office)
    assert "đang gửi" in (await office.ha.says("4")).casefold()
    assert await kinds(town) == {"urgent"}


async def test_with_a_bad_rule_the_author_is_told_that_it_waits(office: Office, town: Town) -> None:
    row = "('2026-11-18', 'purple', 'x', '2026-11-01 00:00:00')"
    async with town.database.write() as connection:
        await connection.execute(text(f"INSERT INTO calendar_days (day, kind, name, changed_at) VALUES {row}"))
    assert "Lúc này em chưa gửi cho nhiều người được" in await preview(office)
    assert "gửi ngay khi gửi được" in await office.ha.says("1")
