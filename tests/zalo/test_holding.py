"""What Zalo does not take now is held, visibly and with its reason, until it may go; answers go before everything."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot import scheduler
from bot.channels.base import Why
from storage.outbox import Lane
from tests.fakes.zalo_bot import Fault
from tests.fakes.zalo_oa import Fault as OaFault
from tests.zalo.doors import WEDNESDAY, Home, ZaloBotDoor, ZaloOaDoor

NOTICE = "Xã mời họp tổ tối thứ Năm."
NEXT_MORNING = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
"""Seven o'clock in Tú Lệ."""


async def test_a_person_silent_for_a_week_gets_it_when_they_write(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    an = await oa_home.enrol("Lò Văn An")
    oa_home.later(days=8)
    await oa_home.owes(an, NOTICE)
    assert (await oa_home.until(NOTICE, "held"))[1] == "window"
    asked = zalo_oa.fake.calls["/v3.0/oa/message/cs"]
    oa_home.later(days=4)
    await oa_home.owes(an, "Tin thứ hai.")
    async with asyncio.timeout(5):
        await oa_home.app.senders[oa_home.account_id].drain()
    assert (await oa_home.owed(NOTICE))[0] == "held"
    assert zalo_oa.fake.calls["/v3.0/oa/message/cs"] == asked, "nobody knocks at a closed window"
    zalo_oa.says(an, "vneid 3")
    heard = await zalo_oa.hears(an, NOTICE, "Tin thứ hai.", "Đã ghi cho Bản Lềnh")
    assert [one.text.split(" ")[0] for one in heard] == ["Đã", "Xã", "Tin"], "first the answer to what they just wrote"
    assert (await oa_home.until(NOTICE, "sent"))[1] is None


async def test_what_was_held_for_long_is_not_given_up_for_one_bad_line(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    an = await oa_home.enrol("Lò Văn An")
    oa_home.later(days=8)
    await oa_home.owes(an, NOTICE)
    await oa_home.until(NOTICE, "held")
    oa_home.later(days=8)
    zalo_oa.fake.breaks(OaFault.BAD_GATEWAY, "/message/cs", 2)  # for the answer, and for the notice
    zalo_oa.says(an, "vneid 3")
    await oa_home.until(NOTICE, "owed")
    await oa_home.app.senders[oa_home.account_id].drain()
    oa_home.later(minutes=2)
    await zalo_oa.hears(an, "Đã ghi cho Bản Lềnh", NOTICE)


async def test_a_closed_window_keeps_nobody_else_waiting(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    an = await oa_home.enrol("Lò Văn An")
    oa_home.later(days=8)
    hoa = await oa_home.enrol("Lò Thị Hoa")
    await oa_home.owes(an, NOTICE)
    await oa_home.until(NOTICE, "held")
    await oa_home.owes(hoa, "Chào chị Hoa.")
    await zalo_oa.hears(hoa, "Chào chị Hoa.")


async def test_an_answer_that_the_quota_refuses_is_held_until_the_morning(
    bot_home: Home, zalo_bot: ZaloBotDoor
) -> None:
    an, hoa = await bot_home.enrol("Lò Văn An"), await bot_home.enrol("Lò Thị Hoa")
    zalo_bot.fake.breaks(Fault.QUOTA, "sendMessage", 1)
    zalo_bot.says(an, "vneid 3")
    assert await bot_home.until("Đã ghi", "held") == ("held", "quota", NEXT_MORNING)
    assert bot_home.app.senders[bot_home.account_id].trouble is Why.QUOTA
    zalo_bot.says(hoa, "tôi là ai")
    await zalo_bot.hears(hoa, "Lò Thị Hoa")
    bot_home.later(seconds=(NEXT_MORNING - bot_home.door.clock.now()).total_seconds() - 1)
    assert (await bot_home.owed("Đã ghi"))[0] == "held"
    bot_home.later(seconds=1)
    await zalo_bot.hears(an, "Đã ghi cho Bản Lềnh")
    assert (await bot_home.until("Đã ghi", "sent"))[1] is None


async def test_posts_stop_at_the_reserve_and_answers_go_on(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    an = await bot_home.enrol("Lò Văn An")
    await bot_home.has_used(1500, 1200)
    await bot_home.owes(an, NOTICE)
    await bot_home.owes(an, "Xã nhắn chung.", Lane.BULK)
    assert await bot_home.until(NOTICE, "held") == ("held", "quota", DECEMBER)
    assert (await bot_home.until("Xã nhắn chung.", "held"))[1] == "quota"
    zalo_bot.says(an, "vneid 3")
    await zalo_bot.hears(an, "Đã ghi cho Bản Lềnh")
    bot_home.later(seconds=(DECEMBER - bot_home.door.clock.now()).total_seconds())
    await zalo_bot.hears(an, NOTICE, "Xã nhắn chung.")
    assert (await bot_home.until(NOTICE, "sent"))[1] is None


async def test_short_of_the_reserve_posts_go(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    an = await bot_home.enrol("Lò Văn An")
    await bot_home.has_used(1400, 1200)
    await bot_home.owes(an, NOTICE)
    await zalo_bot.hears(an, NOTICE)


async def test_an_admin_hears_on_monday_which_bot_is_nearly_full(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    minh = await bot_home.enrol("Trần Minh", "Văn Chấn", "admin")
    await bot_home.has_used(1300, 1150)
    for number in range(3):
        zalo_bot.call(minh, "tôi là ai", zalo_bot.group(f"Tổ {number}"))
        await zalo_bot.hears(f"zgr-{number}", "")
    monday = [one for one in scheduler.due(WEDNESDAY + timedelta(days=5), WEDNESDAY) if one.job.name == "admin-digest"]
    await bot_home.strikes(monday[0].at)
    (digest,) = await zalo_bot.hears(minh, "tule1")
    assert "/3.000 tin tháng này" in digest.text
    assert "“tule1”: 3/3 nhóm" in digest.text
    assert "/50 người" not in digest.text
