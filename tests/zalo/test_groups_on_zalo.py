"""Groups on a free Zalo bot: learned from the first mention, posted to unprompted; and communes without one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.zalo.doors import Home, ZaloBotDoor, monday_tally

TALLY = "TỔ CĐS CỘNG ĐỒNG XÃ TÚ LỆ – TUẦN 47"


@pytest.mark.parametrize(
    "said", ["{bot} nhóm", "{bot}  nhóm", "{bot}\nnhóm", "{bot}: nhóm", "{bot}, nhóm", "nhóm {bot}"]
)
async def test_a_first_mention_binds_the_group_and_the_clock_posts_there_by_itself(
    bot_home: Home, zalo_bot: ZaloBotDoor, said: str
) -> None:
    ha = await bot_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = zalo_bot.group("Tổ CĐS xã Tú Lệ")
    zalo_bot.says(ha, said.format(bot=f"@{zalo_bot.fake.name}"), group)
    await zalo_bot.hears(group, "Từ giờ nhóm này là của xã Tú Lệ")
    await bot_home.strikes(monday_tally())
    await zalo_bot.hears(group, "Tuần 47 (16–22/11)")


async def test_what_does_not_call_the_bot_never_reaches_it_and_posts_still_come(
    bot_home: Home, zalo_bot: ZaloBotDoor
) -> None:
    ha = await bot_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = zalo_bot.group("Tổ CĐS xã Tú Lệ")
    zalo_bot.says(ha, "nhóm", group)
    assert zalo_bot.fake.unheard == ["nhóm"]
    zalo_bot.call(ha, "nhóm", group)
    await zalo_bot.hears(group, "xã Tú Lệ")


async def test_without_a_group_the_line_and_the_digest_are_one_message_and_the_text_another(
    bot_home: Home, zalo_bot: ZaloBotDoor
) -> None:
    ha = await bot_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await bot_home.enrol("Lò Văn An")
    zalo_bot.says(an, "vneid 3")
    await zalo_bot.hears(an, "Đã ghi")
    bot_home.later(days=1)
    await zalo_bot.hears(ha, "Lò Văn An đã vào")  # newcomers are told of in the morning
    before = len(zalo_bot.shown(ha))
    for minutes in (0, 15):
        await bot_home.strikes(monday_tally() + timedelta(minutes=minutes))
        await bot_home.app.senders[bot_home.account_id].drain()
    assert len(zalo_bot.shown(ha)) == before, "they wait for each other"
    bot_home.later(minutes=1, seconds=1)
    await zalo_bot.hears(ha, TALLY)
    together, alone = zalo_bot.shown(ha)[before:]
    assert together.text.startswith("Nhóm xã Tú Lệ chưa có em trong đó. Tin ngay sau đây")
    assert "Xem từng thôn" in together.text
    assert alone.text.startswith(TALLY)
    assert "Xem từng thôn" not in alone.text
