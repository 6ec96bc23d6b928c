"""Thursday and Friday evening: who is reminded, and who is left in peace."""

from __future__ import annotations

from datetime import date

from tests.clock.clockwork import FRIDAY, FRIDAY_GROUPS, THURSDAY, Clockwork, at
from tests.town import Town


async def test_first_the_leader_hears_and_next_day_the_rest(town: Town, clock: Clockwork) -> None:
    leader = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    member = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    await clock.strikes(THURSDAY)
    (heard,) = await leader.hears()
    assert heard.startswith("Chào bác An")
    assert "Bản Lềnh" in heard
    assert not await member.hears()
    await clock.strikes(FRIDAY)
    assert len(await member.hears()) == 1
    assert not await leader.hears()


async def test_whoever_reported_last_hears_with_the_leader(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    await town.person("Lò Thị Tư", "Tú Lệ/Bản Lềnh")
    await hoa.says("vneid 1")
    await clock.strikes(at(26, 19))
    assert len(await hoa.hears()) == 1
    row = await clock.row("remind-members", "Tú Lệ")
    assert len(row.numbers["people"]) == 2


async def test_nobody_hears_where_the_village_has_reported(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await an.says("vneid 3")
    await clock.strikes(THURSDAY)
    assert not await an.hears()
    row = await clock.row("remind-members", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "nothing to say: every village has reported")


async def test_nothing_this_week_ends_the_reminders(town: Town, clock: Clockwork) -> None:
    leader = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    await clock.strikes(THURSDAY)
    assert len(await leader.hears()) == 1
    await leader.says("không phát sinh")
    await clock.strikes(FRIDAY)
    assert not await leader.hears()
    assert not await hoa.hears()


async def test_somebody_on_leave_is_left_in_peace(town: Town, clock: Clockwork) -> None:
    leader = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    await clock.away(leader, date(2026, 11, 18), date(2026, 11, 30))
    await clock.strikes(THURSDAY)
    await clock.strikes(FRIDAY)
    assert not await leader.hears()
    assert len(await hoa.hears()) == 1


async def test_a_village_that_is_all_on_leave_is_not_waited_for(town: Town, clock: Clockwork) -> None:
    await clock.names_on()
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.away(an, date(2026, 11, 18), date(2026, 11, 30))
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(FRIDAY_GROUPS)
    (heard,) = await group.heard()
    assert "Thôn 3" in heard.text
    assert "Bản Lềnh" not in heard.text


async def test_somebody_who_wants_no_messages_hears_nothing_and_is_counted(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.wants_no_messages(an)
    await clock.strikes(THURSDAY)
    assert not await an.hears()
    row = await clock.row("remind-members", "Tú Lệ")
    assert row.state == "skipped"
    assert row.numbers["left_out"] == {"stopped": 1}
    assert "stopped 1" in row.reason


async def test_a_closed_chat_is_not_written_to(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.blocks(an.private)
    await clock.strikes(THURSDAY)
    assert not await an.hears()
    assert (await clock.row("remind-members", "Tú Lệ")).numbers["left_out"] == {"blocked": 1}


async def test_one_person_in_two_silent_villages_hears_once(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.serves_too(an, "Tú Lệ/Thôn 3", "leader")
    await clock.strikes(THURSDAY)
    assert len(await an.hears()) == 1


async def test_a_reminder_two_hours_too_late_is_not_sent(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.strikes(at(19, 22))
    assert not await an.hears()
    assert (await clock.row("remind-members", "Tú Lệ")).reason == "late by 3 h"


async def test_if_thursday_was_missed_friday_reaches_the_leader_too(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await clock.strikes(at(19, 22))
    await clock.strikes(FRIDAY)
    assert len(await an.hears()) == 1


async def test_the_group_reads_thanks_first_and_places_never_people(town: Town, clock: Clockwork) -> None:
    await clock.names_on()
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3")
    await clock.strikes(FRIDAY_GROUPS)
    (heard,) = await group.heard()
    assert heard.text.startswith("Cảm ơn 1/2 thôn")
    assert "Thôn 3" in heard.text
    assert "Páo" not in heard.text


async def test_in_the_first_weeks_the_group_reads_no_names(town: Town, clock: Clockwork) -> None:
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(FRIDAY_GROUPS)
    (heard,) = await group.heard()
    assert "Thôn 3" not in heard.text


async def test_after_four_weeks_villages_are_named_unless_the_commune_says_no(town: Town, clock: Clockwork) -> None:
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    await clock.setting("Gia Hội", "names", False)
    named, unnamed = await clock.group("Tú Lệ", "Tú Lệ"), await clock.group("Gia Hội", "Gia Hội")
    await clock.strikes(at(18, 18, 30, month=12))
    (one,), (two,) = await named.heard(), await unnamed.heard()
    assert "Thôn 3" in one.text
    assert "Thôn 5" not in two.text


async def test_a_village_where_nobody_has_joined_is_not_named(town: Town, clock: Clockwork) -> None:
    await clock.names_on()
    await town.place("Tú Lệ/Nậm Cưởm")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(FRIDAY_GROUPS)
    (heard,) = await group.heard()
    assert "Nậm Cưởm" not in heard.text
