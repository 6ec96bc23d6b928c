"""Who may write to whom."""

from __future__ import annotations

import pytest

from storage.tutorials import requests
from tests.broadcast.office import Office


async def choices(office: Office, who: str) -> list[str]:
    speaker = getattr(office, who)
    return [label for _, label in speaker.last[-1].choices]


async def test_a_lead_is_offered_only_her_own_commune(office: Office) -> None:
    await office.ha.says("thông báo")
    assert await choices(office, "ha") == ["Mọi người trong xã mình", "Tổ trưởng các tổ", "Thôn chưa có tin tuần này"]
    await office.ha.says("2")
    await office.ha.says("Mai họp")
    await office.ha.says("1")
    assert await office.an.hears() == ["Mai họp"]
    assert not await office.pao.hears()


async def test_an_admin_reaches_everybody(office: Office) -> None:
    await office.boss.says("/thongbao")
    await office.boss.says("1")
    await office.boss.says("2")
    preview = await office.boss.says("Mai họp")
    assert "4 người của Văn Chấn" in preview
    await office.boss.says("1")
    for one in (office.ha, office.an, office.pao, office.tai):
        assert await one.hears() == ["Mai họp"]
    assert not await office.group.heard()


async def test_an_admin_picks_communes_by_number_or_by_name(office: Office) -> None:
    for typed in ("gia hoi", "Gia Hội", "1"):
        await office.boss.says("thong bao Mai họp")
        await office.boss.says("2")
        preview = await office.boss.says(typed)
        assert "1 người của xã Gia Hội" in preview
        await office.boss.says("3")
    await office.boss.says("thong bao Mai họp")
    await office.boss.says("2")
    await office.boss.says("1 2")
    preview = await office.boss.says("1")
    assert "4 người, 1 nhóm của xã Gia Hội, xã Tú Lệ" in preview


async def test_an_admin_writes_to_the_commune_officers(office: Office) -> None:
    await office.boss.says("thông báo Mai họp")
    await office.boss.says("3")
    await office.boss.says("1")
    assert await office.ha.hears() == ["Mai họp"]
    assert not await office.an.hears()


async def test_only_villages_without_news_hear_a_word_to_the_silent(office: Office) -> None:
    await office.an.says("vneid 3")
    await office.boss.says("thông báo Mai họp")
    await office.boss.says("5")
    await office.boss.says("1")
    assert not await office.an.hears()
    assert await office.pao.hears() == ["Mai họp"]
    assert await office.tai.hears() == ["Mai họp"]


async def test_only_the_groups(office: Office) -> None:
    await office.boss.says("thông báo Mai họp")
    await office.boss.says("1")
    preview = await office.boss.says("3")
    assert "1 nhóm của Văn Chấn" in preview
    await office.boss.says("1")
    assert [one.text for one in await office.group.heard()] == ["Mai họp"]
    assert not await office.an.hears()


async def test_a_members_words_are_not_broadcast_but_may_be_passed_on(office: Office) -> None:
    assert "em chuyển xã nhé" in await office.an.says("thông báo mai mất điện")
    await office.an.says("2")
    assert not await office.pao.hears()


@pytest.mark.parametrize(
    ("answer", "heard"), [("ừ", "Em đã chuyển"), ("dạ vâng", "Em đã chuyển"), ("thôi", "em không")]
)
async def test_a_plain_yes_or_no_passes_them_on_or_not(office: Office, answer: str, heard: str) -> None:
    await office.an.says("thông báo mai mất điện")
    assert heard in await office.an.says(answer)


@pytest.mark.parametrize("yes", ["1", "ừ", "chuyển giúp tôi"])
async def test_a_members_words_are_passed_on_as_they_are_and_not_as_a_question(office: Office, yes: str) -> None:
    await office.an.says("thông báo mai mất điện")
    await office.an.says(yes)
    assert [row.kind for row in await office.town.rows(requests)] == ["forwarded"]
    assert (await office.ha.hears())[0].startswith("Lò Văn An (Bản Lềnh) nhờ em chuyển lời: “mai mất điện”")
    assert not await office.pao.hears()


async def test_nobody_can_be_reached(office: Office) -> None:
    await office.clock.wants_no_messages(office.an)
    await office.ha.says("thông báo Mai họp")
    answer = await office.ha.says("2")
    assert "Chưa có ai" in answer
    assert "1 người đã xin dừng nhắn tin" in answer


async def test_the_way_out_is_open_where_any_text_is_an_answer(office: Office) -> None:
    await office.ha.says("thông báo")
    await office.ha.says("2")
    await office.ha.says("hủy")
    assert "thông báo" not in (await office.ha.says("Mai họp")).lower()
    assert not await office.an.hears()


async def test_words_too_long_for_a_phone_are_asked_for_again(office: Office) -> None:
    await office.ha.says("thông báo")
    await office.ha.says("2")
    assert "2.000" in await office.ha.says("a" * 2500)
    assert "“Mai họp”" in await office.ha.says("Mai họp")
