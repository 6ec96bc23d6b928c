"""A broadcast to people of whom one has been silent for more than a week: it comes to an end, and says to whom not."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select

from storage import health
from storage.broadcasts import broadcasts, recipients
from storage.outbox import owed
from tests.zalo.doors import Home, ZaloOaDoor

WORDS = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."


async def sent(home: Home, words: str = WORDS) -> tuple[str, str]:
    """An has been silent for eight days when Hà writes to her commune; returns the chats of both."""
    an = await home.enrol("Lò Văn An")
    home.later(days=8)
    ha = await home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    await home.enrol("Lò Thị Hoa")
    await writes(home, ha, words)
    return ha, an


async def writes(home: Home, ha: str, words: str) -> None:
    home.door.says(ha, f"thông báo {words}")
    await home.door.hears(ha, "1. ")
    home.door.says(ha, "1")
    await home.door.hears(ha, "Em sẽ gửi tới")
    home.door.says(ha, "1")
    await home.door.hears(ha, "hủy")
    await home.app.senders[home.account_id].drain()
    await home.app.tidying.tidy()


async def ends(home: Home) -> Counter[tuple[str, str]]:
    async with home.app.database.read() as connection:
        rows = await connection.execute(select(recipients.c.state, recipients.c.reason))
        return Counter((row.state, row.reason or "") for row in rows)


async def outcomes(home: Home) -> set[tuple[str, str]]:
    """What became of the broadcast's messages: states and reasons."""
    async with home.app.database.read() as connection:
        rows = await connection.execute(select(owed.c.state, owed.c.reason).where(owed.c.kind == "broadcast"))
        return {(row.state, row.reason or "") for row in rows}


async def told_of(home: Home, ha: str, words: str) -> str:
    """The message that says these words; others may come beside it."""
    return next(one.text for one in await home.door.hears(ha, words) if words in one.text)


async def days_pass(home: Home, days: float) -> None:
    home.later(days=days)
    await home.app.senders[home.account_id].drain()
    await home.app.tidying.tidy()


async def test_its_author_hears_at_once_that_only_the_silent_do_not_have_it(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha, an = await sent(oa_home)
    told = await told_of(oa_home, ha, "đã tới 1 người")
    assert "1 người đã lâu chưa nhắn em nên em chưa gửi được: trong 3 ngày tới, ai nhắn em thì em gửi ngay" in told
    assert len(told) < 300
    await days_pass(oa_home, 1)
    zalo_oa.says(an, "vneid 3")
    await zalo_oa.hears(an, WORDS)
    await oa_home.app.tidying.tidy()
    told = await told_of(oa_home, ha, "đã tới 2 người")
    assert "chưa nhắn em" not in told


async def test_after_three_days_it_ends_and_the_silent_are_counted(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha, an = await sent(oa_home)
    await zalo_oa.hears(ha, "trong 3 ngày tới")
    await days_pass(oa_home, 2.9)
    assert await ends(oa_home) == {("sent", ""): 1, ("waiting", ""): 1}
    await days_pass(oa_home, 0.2)
    assert await ends(oa_home) == {("sent", ""): 1, ("failed", "window"): 1}
    told = await told_of(oa_home, ha, "đã tới 1 người")
    assert "Chưa tới được: 1 người chưa nhận, vì đã lâu chưa nhắn em." in told
    async with oa_home.app.database.read() as connection:
        (state,) = (await connection.execute(select(broadcasts.c.state))).scalars()
    assert state == "done"
    assert await outcomes(oa_home) == {("sent", ""), ("expired", "window")}
    zalo_oa.says(an, "vneid 3")
    heard = await zalo_oa.hears(an, "Đã ghi cho Bản Lềnh")
    assert not [one for one in heard if WORDS in one.text], "an old invitation is no news"


async def test_it_ends_at_night_too_with_the_same_reason(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha, _an = await sent(oa_home)
    await zalo_oa.hears(ha, "trong 3 ngày tới")
    oa_home.app.settings = oa_home.app.settings.model_copy(update={"quiet_hours": "00:00-23:59"})
    await oa_home.app.refresh()
    await days_pass(oa_home, 3.1)
    assert (await ends(oa_home))["failed", "window"] == 1


async def test_a_second_one_behind_the_first_is_seen_to_wait_for_the_same(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    """Nobody has tried it, since nothing in a chat is overtaken; the operator sees why it waits all the same."""
    ha, _an = await sent(oa_home)
    await zalo_oa.hears(ha, "trong 3 ngày tới")
    await days_pass(oa_home, 2)
    await writes(oa_home, ha, "Họp dời sang thứ Sáu.")
    await zalo_oa.hears(ha, "trong 3 ngày tới")
    async with oa_home.app.database.read() as connection:
        assert await health.held_counts(connection) == {"window": 2}
    assert b'tocds_held{reason="window"} 2.0' in await oa_home.app.health.figures()
    await days_pass(oa_home, 3.1)
    await days_pass(oa_home, 0)
    assert await ends(oa_home) == {("sent", ""): 2, ("failed", "window"): 2}
