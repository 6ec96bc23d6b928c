"""A bot that fills up: the admins hear of it before, and a person whom the vendor lets in no more is not knocked at."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

import bot.alarms
from storage import accounts
from storage.addresses import addresses
from storage.outbox import owed
from tests.fakes.zalo_bot import FREE, Fault
from tests.pool.village import FIRST, Pool, pool_of
from tests.zalo.doors import Home

TINY = replace(FREE, people=3)
"""A vendor that takes three people a bot."""


async def admin_of(home: Home) -> str:
    return await home.enrol("Trần Minh", "Văn Chấn", "admin")


async def heard_by(home: Home, chat: str, words: str) -> int:
    """How often these words have come to a chat."""
    return sum(words in one.text for one in home.door.shown(chat))


async def fill(home: Home, people: int) -> None:
    """So many strangers say hello."""
    for number in range(people):
        who = home.door.person(f"Người {number}")
        home.door.says(who, "chào em")
        await home.door.hears(who, "mã mời")


async def test_the_person_beyond_the_last_seat_is_not_tried_again_and_the_admins_hear_once(tmp_path: Path) -> None:
    async with pool_of(tmp_path, (TINY, FREE)) as pool:
        await pool.limits(FIRST, people=3)
        minh = await admin_of(pool.second)
        await fill(pool.first, 3)
        late, later = (pool.first.door.person(name) for name in ("Lò Văn An", "Lò Thị Hoa"))
        fake = pool.first.door.fake  # type: ignore[attr-defined]
        for number, who in enumerate((late, later), start=1):
            pool.first.door.says(who, "chào em")
            await fake.wait_for(lambda number=number: len(fake.refused) == number, 5)
        await until(pool, late, ("gone", "no_seat"))
        await until(pool, later, ("gone", "no_seat"))
        for _ in range(3):
            await pool.looks()
        await pool.second.door.hears(minh, "“tule1” đã đủ người")
        pool.first.later(days=2)
        await pool.app.senders[(await pool.account(FIRST)).id].drain()
        await pool.looks()
        assert len(fake.refused) == 2, "nobody knocks again at a door that was refused"
        assert await heard_by(pool.second, minh, "đã đủ người") == 1
        assert {state for state, _ in await owed_to(pool, late)} == {"failed"}


async def test_whoever_was_refused_is_answered_as_soon_as_the_vendor_has_room(tmp_path: Path) -> None:
    async with pool_of(tmp_path, (TINY, FREE)) as pool:
        await pool.limits(FIRST, people=3)
        await fill(pool.first, 3)
        an, fake = pool.first.door.person("Lò Văn An"), pool.first.door.fake  # type: ignore[attr-defined]
        pool.first.door.says(an, "chào em")
        await until(pool, an, ("gone", "no_seat"))
        fake.rules = FREE
        pool.first.door.says(an, "chào em")
        await pool.first.door.hears(an, "mã mời")


async def test_whoever_was_refused_joins_at_another_bot_with_the_same_code(tmp_path: Path) -> None:
    async with pool_of(tmp_path, (TINY, FREE)) as pool:
        await pool.limits(FIRST, people=3)
        await fill(pool.first, 3)
        an = pool.first.door.person("Lò Văn An")
        pool.first.door.says(an, pool.first.codes["Bản Lềnh", "member"])
        await until(pool, an, ("gone", "no_seat"))
        there = await pool.second.enrol("Lò Văn An")
        pool.second.door.says(there, "vneid 3")
        await pool.second.door.hears(there, "Đã ghi cho Bản Lềnh")


async def test_a_month_that_is_used_up_is_no_matter_of_seats(tmp_path: Path) -> None:
    async with pool_of(tmp_path, (TINY, FREE)) as pool:
        await pool.limits(FIRST, people=3, messages=3)
        account = await pool.account(FIRST)
        await fill(pool.first, 3)
        await pool.app.traffic.count()
        assert account.limits["messages"] == 3
        an = pool.first.door.person("Lò Văn An")
        pool.first.door.says(an, "chào em")
        await until_owed(pool, an, ("held", "quota"))
        assert (an, "open", None) in await pool.doors()


async def test_an_answer_refused_for_longer_than_a_month_is_given_up(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol("Lò Văn An")
        pool.first.door.fake.breaks(Fault.QUOTA, "sendMessage")  # type: ignore[attr-defined]
        pool.first.door.says(an, "vneid 3")
        await pool.first.until("Đã ghi", "held")
        pool.first.later(days=33)
        pool.app.senders[(await pool.account(FIRST)).id].wake()
        assert (await pool.first.until("Đã ghi", "failed"))[1] == "quota"


async def test_the_admins_hear_once_before_the_people_are_full(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        await pool.limits(FIRST, people=5)
        minh = await admin_of(pool.second)
        await fill(pool.first, 4)
        await pool.looks()
        assert await told(pool) == 0, "four of five is no more than 80 %"
        await fill(pool.first, 1)
        for _ in range(2):
            await pool.looks()
        await pool.second.door.hears(minh, "Bot “tule1” đã có 5/5 người")
        await pool.looks()
        assert await heard_by(pool.second, minh, "đã có") == 1


async def test_the_admins_hear_of_groups_too(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        minh = await admin_of(pool.second)
        await pool.limits(FIRST, groups=1)
        door = pool.first.door
        group = door.group("Tổ CĐS xã Tú Lệ")
        door.call(door.person("Lò Văn An"), "trợ giúp", group)
        await door.hears(group, "")
        await pool.looks()
        await pool.second.door.hears(minh, "“tule1” đã ở 1/1 nhóm")


async def test_messages_are_told_of_anew_in_each_month_and_count_as_the_account_says(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        minh = await admin_of(pool.second)
        await uses(pool, 1300, 1300, "2026-11")
        await pool.limits(FIRST, counts="out")
        await pool.looks()
        assert await told(pool) == 0
        await pool.limits(FIRST, counts=None)
        for _ in range(2):
            await pool.looks()
        await pool.second.door.hears(minh, "“tule1” đã dùng 2.600/3.000 tin tháng này")
        pool.first.later(days=14)
        await uses(pool, 1300, 1301, "2026-12")
        await pool.looks()
        await pool.second.door.hears(minh, "“tule1” đã dùng 2.601/3.000 tin tháng này")
        assert await heard_by(pool.second, minh, "tin tháng này") == 2


async def test_the_program_looks_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.alarms, "EVERY", 0.02)
    async with pool_of(tmp_path) as pool:
        minh = await admin_of(pool.second)
        await pool.limits(FIRST, people=1)
        await fill(pool.first, 1)
        await pool.second.door.hears(minh, "“tule1” đã có 1/1 người")


async def told(pool: Pool) -> int:
    """How many alarms were ever owed to anybody."""
    async with pool.app.database.read() as connection:
        return len((await connection.execute(select(owed.c.id).where(owed.c.kind == "alarm"))).all())


async def uses(pool: Pool, came: int, went: int, month: str) -> None:
    held = await pool.account(FIRST)
    async with pool.app.database.write() as connection:
        await accounts.count(connection, month, {held.id: (came, went)})


async def owed_to(pool: Pool, chat: str) -> list[tuple[str, str | None]]:
    async with pool.app.database.read() as connection:
        rows = await connection.execute(
            select(owed.c.state, owed.c.reason).join(addresses).where(addresses.c.vendor_id == chat)
        )
        return [(row.state, row.reason) for row in rows]


async def until(pool: Pool, chat: str, state: tuple[str, str]) -> None:
    """Wait until a chat is in a state; a database tells nobody."""
    async with asyncio.timeout(5):
        while (chat, *state) not in await pool.doors():
            await asyncio.sleep(0.02)


async def until_owed(pool: Pool, chat: str, state: tuple[str, str]) -> None:
    async with asyncio.timeout(5):
        while state not in await owed_to(pool, chat):
            await asyncio.sleep(0.02)
