"""What a broadcast costs, told before it goes; and what its author decides where a bot's month is used up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from storage.accounts import accounts
from storage.broadcasts import broadcasts, recipients
from tests.zalo.doors import Door, Home, TelegramDoor, WebChatDoor, ZaloBotDoor, house

WORDS = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."
DECEMBER = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
"""Seven o'clock in Tú Lệ."""


async def people(home: Home) -> tuple[str, str, str]:
    """The commune's officer, and two members: (Hà, An, Hoa)."""
    ha = await home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    return ha, await home.enrol("Lò Văn An"), await home.enrol("Lò Thị Hoa")


async def previewed(home: Home, ha: str, *, both: bool = False) -> str:
    """Hà writes to everybody of her commune, and looks at the preview."""
    home.door.says(ha, f"thông báo {WORDS}")
    await home.door.hears(ha, "1. ")
    home.door.says(ha, "1")
    if both:
        await home.door.hears(ha, "nhóm")
        home.door.says(ha, "1")
    return (await home.door.hears(ha, "Em sẽ gửi tới"))[-1].text


async def used_up(home: Home) -> None:
    """The bot has 300 messages left, which are for answers."""
    await home.has_used(1500, 1200)


async def with_group(home: Home, ha: str) -> str:
    """The commune's group, bound by its officer."""
    group = home.door.group("Tổ CĐS xã Tú Lệ", ha)
    home.door.call(ha, "nhóm", group)
    await home.door.hears(group, "Tú Lệ")
    return group


async def ends(home: Home) -> list[str]:
    await home.app.tidying.tidy()
    async with home.app.database.read() as connection:
        return sorted((await connection.execute(select(recipients.c.state))).scalars())


# The preview


async def test_on_a_free_bot_the_preview_counts_messages_and_what_is_left_above_the_reserve(bot_home: Home) -> None:
    ha, _, _ = await people(bot_home)
    await bot_home.has_used(700, 758)
    preview = await previewed(bot_home, ha)
    assert "Hết 2 tin, tháng này còn 1.240." in preview
    assert len(preview) < 300


async def test_where_it_does_not_fit_the_preview_says_how_much_does(bot_home: Home) -> None:
    ha, _, _ = await people(bot_home)
    await bot_home.has_used(1500, 1199)
    preview = await previewed(bot_home, ha)
    assert "Bot “tule1” chỉ còn 1 trong 2 tin cần gửi: phần còn lại em giữ, rồi hỏi ý bác." in preview


async def test_several_bots_are_named_with_what_each_has_left(bot_home: Home) -> None:
    ha, an, _ = await people(bot_home)
    await second_bot(bot_home, an)
    await bot_home.has_used(700, 759)
    assert "Hết 2 tin, tháng này còn: “tule1” 1.240, “tule2” 2.699." in await previewed(bot_home, ha)


async def second_bot(home: Home, chat: str) -> None:
    """Somebody's chat is at another bot of the pool."""
    from sqlalchemy import insert

    from storage.addresses import addresses
    from storage.schema import new_id

    row = {"id": new_id(), "channel": "zalo-bot", "vendor_id": "2", "name": "tule2", "enabled": True}
    more = {"limits": {"messages": 3000}, "created_at": home.door.clock.now()}
    async with home.app.database.write() as connection:
        await connection.execute(insert(accounts), [{**row, **more}])
        await connection.execute(
            update(addresses).where(addresses.c.vendor_id == chat).values(account_id=row["id"], vendor_id="other")
        )


async def test_an_official_account_tells_free_paid_and_closed_chats_apart(oa_home: Home) -> None:
    await oa_home.enrol("Lò Văn An")
    oa_home.later(days=5)
    await oa_home.enrol("Lò Thị Hoa")
    oa_home.later(days=3)
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    await oa_home.enrol("Lò Thị Mới")
    preview = await previewed(oa_home, ha)
    assert "Qua Zalo OA của xã: 1 tin miễn phí, 1 tin trong gói (còn 499)." in preview
    assert "1 người đã 7 ngày chưa nhắn em" in preview
    assert len(preview) < 400


async def test_beyond_the_package_the_preview_names_the_dong(oa_home: Home) -> None:
    await oa_home.enrol("Lò Văn An")
    await oa_home.enrol("Lò Thị Hoa")
    async with oa_home.app.database.write() as connection:
        await connection.execute(update(accounts).values(limits={"package": 1, "price": 60}))
    oa_home.later(days=3)
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    preview = await previewed(oa_home, ha)
    assert "Qua Zalo OA của xã: 1 tin trong gói (còn 0), 1 tin trả tiền, hết 60 đồng." in preview


@pytest.mark.parametrize("door", [TelegramDoor, WebChatDoor])
async def test_where_nothing_is_limited_nothing_is_said_of_cost(door: type[Door], tmp_path: Path) -> None:
    async with door() as at, house(tmp_path, at) as home:
        ha, _, _ = await people(home)
        preview = await previewed(home, ha)
        assert "Hết" not in preview
        assert "OA" not in preview


# Held


async def held(home: Home, ha: str, *, both: bool = False) -> str:
    """Hà says yes, the bot keeps it back, and she is asked; returns the question."""
    await previewed(home, ha, both=both)
    home.door.says(ha, "1")
    await home.door.hears(ha, "hủy")
    await home.app.senders[home.account_id].drain()
    await home.app.tidying.tidy()
    return (await home.door.hears(ha, "Em đang giữ tin này"))[-1].text


async def test_what_is_held_is_asked_about_once_with_three_ways_on(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, an, hoa = await people(bot_home)
    group = await with_group(bot_home, ha)
    await used_up(bot_home)
    question = await held_privately(bot_home, ha)
    assert "chưa gửi cho 2 người: bot “tule1” còn 300 tin, phải để dành trả lời bà con đến hết 30/11." in question
    assert question.endswith("1. Gửi sáng 1/12\n2. Chỉ đăng vào nhóm xã (1 tin)\n3. Không gửi nữa")
    assert len(question) < 300
    await bot_home.app.tidying.tidy()
    zalo_bot.says(ha, "tôi là ai")
    (only,) = await zalo_bot.hears(ha, "Hoàng Thu Hà")
    assert "Em đang giữ" not in only.text
    assert not [one for chat in (an, hoa, group) for one in zalo_bot.shown(chat) if WORDS in one.text]


async def held_privately(home: Home, ha: str) -> str:
    """As `held`, to people only, though there is a group."""
    home.door.says(ha, f"thông báo {WORDS}")
    await home.door.hears(ha, "1. ")
    home.door.says(ha, "1")
    await home.door.hears(ha, "1. ", "2. ")
    home.door.says(ha, "2")
    await home.door.hears(ha, "Em sẽ gửi tới")
    home.door.says(ha, "1")
    await home.door.hears(ha, "hủy")
    async with home.app.database.read() as connection:
        assert (await connection.execute(select(broadcasts.c.asked_at))).scalar_one() is None
    await home.app.senders[home.account_id].drain()
    await home.app.tidying.tidy()
    return (await home.door.hears(ha, "Em đang giữ tin này"))[-1].text


async def test_one_sends_it_when_the_new_month_has_begun(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, an, hoa = await people(bot_home)
    await used_up(bot_home)
    question = await held(bot_home, ha)
    assert "2. Không gửi nữa" in question, "there is no group to post in"
    zalo_bot.says(ha, "1")
    await zalo_bot.hears(ha, "sáng 1/12 em gửi tiếp")
    bot_home.later(seconds=(DECEMBER - zalo_bot.clock.now()).total_seconds() - 1)
    await bot_home.app.senders[bot_home.account_id].drain()
    assert await ends(bot_home) == ["waiting", "waiting"]
    bot_home.later(seconds=1)
    for one in (an, hoa):
        await zalo_bot.hears(one, WORDS)
    await bot_home.app.tidying.tidy()
    await zalo_bot.hears(ha, "đã tới 2 người")


async def test_two_posts_it_in_the_group_alone_and_at_once(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, an, hoa = await people(bot_home)
    group = await with_group(bot_home, ha)
    await used_up(bot_home)
    await held_privately(bot_home, ha)
    zalo_bot.says(ha, "2")
    await zalo_bot.hears(group, WORDS)
    await zalo_bot.hears(ha, "Em đăng ngay vào 1 nhóm")
    await bot_home.app.tidying.tidy()
    assert await ends(bot_home) == ["cancelled", "cancelled", "sent"]
    await zalo_bot.hears(ha, "đã tới 0 người, 1 nhóm", "2 nơi em không gửi nữa")
    assert not [one for chat in (an, hoa) for one in zalo_bot.shown(chat) if WORDS in one.text]


async def test_a_group_that_was_held_itself_goes_at_once_too(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, _, _ = await people(bot_home)
    group = await with_group(bot_home, ha)
    await used_up(bot_home)
    question = await held(bot_home, ha, both=True)
    assert "2 người, 1 nhóm" in question
    zalo_bot.says(ha, "2")
    await zalo_bot.hears(group, WORDS)
    assert [WORDS in one.text for one in zalo_bot.shown(group)].count(True) == 1


async def test_three_lets_it_go_nowhere(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, an, hoa = await people(bot_home)
    await used_up(bot_home)
    await held(bot_home, ha)
    zalo_bot.says(ha, "2")
    await zalo_bot.hears(ha, "em không gửi thêm cho ai nữa")
    assert await ends(bot_home) == ["cancelled", "cancelled"]
    bot_home.later(seconds=(DECEMBER - zalo_bot.clock.now()).total_seconds())
    await bot_home.app.senders[bot_home.account_id].drain()
    assert not [one for chat in (an, hoa) for one in zalo_bot.shown(chat) if WORDS in one.text]


async def test_somebody_in_the_middle_of_a_talk_is_asked_when_it_is_over(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    ha, _, _ = await people(bot_home)
    await used_up(bot_home)
    await previewed(bot_home, ha)
    zalo_bot.says(ha, "1")
    await zalo_bot.hears(ha, "hủy")
    zalo_bot.says(ha, "hd")
    await zalo_bot.hears(ha, "1. ")
    await bot_home.app.senders[bot_home.account_id].drain()
    await bot_home.app.tidying.tidy()
    zalo_bot.says(ha, "1")
    (lesson,) = await zalo_bot.hears(ha, "VNeID")
    assert "Em đang giữ" not in lesson.text
