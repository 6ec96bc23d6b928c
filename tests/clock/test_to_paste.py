"""Where a commune's group has no bot, its lead gets the tally to copy into it."""

from __future__ import annotations

from storage.outbox import TO_PASTE
from tests.clock.clockwork import MONDAY_LEADS, MONDAY_TALLY, Clockwork, at
from tests.town import Heard, Town


def to_copy(heard: list[Heard]) -> list[str]:
    return [one.text for one in heard if one.kind == TO_PASTE]


async def test_the_lead_hears_what_it_is_for_and_then_the_exact_text_alone(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_TALLY)
    marked, text = await ha.private.heard()
    assert marked.text == (
        "Nhóm xã Tú Lệ chưa có em trong đó. Tin ngay sau đây là bản tổng hợp tuần 47 đã soạn sẵn, "
        "bác chép nguyên vào nhóm giúp em."
    )
    assert (text.kind, text.choices) == (TO_PASTE, ())
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.run("weekly-tally", week="2026-W47")
    (posted,) = await group.heard()
    assert posted.text == text.text


async def test_the_row_says_why_nothing_was_posted_and_keeps_the_text(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.strikes(MONDAY_TALLY)
    row = await clock.row("weekly-tally", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "no group is bound; its leads have it to copy")
    assert [row.words] == to_copy(await ha.private.heard())


async def test_firing_it_again_by_hand_gives_it_to_nobody_twice(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.strikes(MONDAY_TALLY)
    await ha.private.heard()
    for _ in range(2):
        await clock.run("weekly-tally", week="2026-W47")
        assert not await ha.private.heard()
    assert (await clock.row("weekly-tally", "Tú Lệ")).words


async def test_a_group_that_cannot_be_reached_is_as_good_as_none(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.blocks(await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ"))
    await clock.strikes(MONDAY_TALLY)
    assert len(to_copy(await ha.private.heard())) == 1


async def test_where_the_bot_is_in_the_group_its_lead_gets_nothing_to_copy(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(MONDAY_LEADS)
    assert not to_copy(await ha.private.heard())


async def test_who_wants_no_messages_and_who_leads_elsewhere_gets_nothing(town: Town, clock: Clockwork) -> None:
    quiet = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.wants_no_messages(quiet)
    there = await town.person("Sùng A Páo", "Gia Hội", "commune_lead")
    await clock.group("Tổ CĐS Gia Hội", "Gia Hội")
    await clock.strikes(MONDAY_TALLY)
    assert not await quiet.private.heard()
    assert not await there.private.heard()


async def test_two_leads_on_one_phone_get_it_once(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.shares_phone(ha, await town.rostered("Lò Văn Páo", "Tú Lệ", "commune_lead"))
    await clock.strikes(MONDAY_TALLY)
    assert len(to_copy(await ha.private.heard())) == 1


async def test_a_lead_asks_for_last_weeks_text_and_gets_nothing_around_it(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_TALLY)
    (text,) = to_copy(await ha.private.heard())
    town.clock.move_to(at(24, 9))
    for said in ("bản để dán", "chép tổng hợp", "ban de dan", "/chep"):
        assert await ha.says(said) == text


async def test_a_member_is_not_given_it(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "TUẦN" not in await an.says("bản để dán")
