"""What the messenger tells: blocked, added, removed, silenced, moved."""

from __future__ import annotations

from typing import Any

from handlers.chat.events import group_lost
from storage.addresses import addresses, group_bindings
from tests.town import Chat, Speaker, Town
from tests.welcome.invites import agrees, invited


async def _event(town: Town, kind: str, chat: Chat, **more: Any) -> None:
    await town.event(
        kind=kind, chat=chat.vendor_id, speaker="boss", group=chat.group, title=chat.name,
        sent_at=town.now.isoformat(), **more,
    )  # fmt: skip


async def _states(town: Town) -> dict[str, str]:
    return {row.vendor_id: row.state for row in await town.rows(addresses)}


async def _lead_and_group(town: Town) -> tuple[Speaker, Chat]:
    ha, group = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead"), town.group("Tổ CĐS Tú Lệ")
    await ha.says("/nhom", into=group)
    return ha, group


async def test_who_blocks_us_is_marked_and_whoever_writes_again_is_not(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.sends("blocked")
    assert (await _states(town))[an.vendor_id] == "blocked"
    await an.says("tôi là ai")
    assert (await _states(town))[an.vendor_id] == "open"


async def test_who_unblocks_us_is_open_again(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.sends("blocked")
    assert await an.sends("unblocked") == ""
    assert (await _states(town))[an.vendor_id] == "open"


async def test_blocked_beside_others_in_one_batch_stays_blocked(town: Town) -> None:
    an, hoa = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh"), await town.person("Vàng Thị Hoa", "Tú Lệ/Thôn 3")
    events = [
        {"event_id": f"b{one.vendor_id}", "chat": one.vendor_id, "speaker": one.vendor_id, "kind": kind, "text": "?"}
        for one, kind in ((an, "blocked"), (hoa, "text"))
    ]
    await town.events([{**event, "sent_at": town.now.isoformat()} for event in events])
    states = await _states(town)
    assert (states[an.vendor_id], states[hoa.vendor_id]) == ("blocked", "open")


async def test_a_lead_who_blocked_us_is_owed_nothing_about_newcomers(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    await ha.sends("blocked")
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    await pao.says("Sùng A Páo")
    assert await ha.hears() == []


async def test_a_new_group_is_greeted_once(town: Town) -> None:
    group = town.group("Nhóm mới")
    await _event(town, "bot_added", group)
    await _event(town, "bot_added", group)
    (hello,) = await group.heard()
    assert "/nhom" in hello.text


async def test_a_group_that_put_us_out_is_closed_and_the_lead_told_once(town: Town) -> None:
    ha, group = await _lead_and_group(town)
    await _event(town, "bot_removed", group)
    assert (await _states(town))[group.vendor_id] == "gone"
    (told,) = await ha.hears()
    assert "không còn ở trong nhóm “Tổ CĐS Tú Lệ” của xã Tú Lệ" in told
    async with town.database.write() as connection:
        (door,) = [row for row in await town.rows(addresses) if row.vendor_id == group.vendor_id]
        assert await group_lost(connection, door.id, False, town.around, town.now) == 0
    assert [row.ended_at for row in await town.rows(group_bindings)] == [None]


async def test_a_group_where_we_may_not_write_is_told_and_greeted_when_we_may_again(town: Town) -> None:
    ha, group = await _lead_and_group(town)
    await group.heard()
    await _event(town, "bot_silenced", group)
    assert "không còn được viết trong nhóm" in (await ha.hears())[0]
    await _event(town, "bot_added", group)
    assert [one.text for one in await group.heard()] == ["Em đã trở lại. Nhóm này vẫn là của xã Tú Lệ ạ."]
    assert (await _states(town))[group.vendor_id] == "open"


async def test_an_unbound_group_that_goes_is_nobodys_news(town: Town) -> None:
    minh, group = await town.person("Trần Văn Minh", "", "admin"), town.group("Nhóm")
    await _event(town, "bot_added", group)
    await _event(town, "bot_removed", group)
    assert await minh.hears() == []


async def test_where_no_lead_has_joined_the_administrator_hears(town: Town) -> None:
    minh, group = await town.person("Trần Văn Minh", "", "admin"), town.group("Nhóm")
    await town.place("Tú Lệ")
    await minh.says("/nhom Tú Lệ", into=group)
    await _event(town, "bot_removed", group)
    assert len(await minh.hears()) == 1


async def test_delivery_that_fails_for_good_tells_the_lead_once(town: Town) -> None:
    ha, group = await _lead_and_group(town)
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == group.vendor_id]
    async with town.database.write() as connection:
        assert await group_lost(connection, door.id, True, town.around, town.now) == 1
    async with town.database.write() as connection:
        assert await group_lost(connection, door.id, True, town.around, town.now) == 0
    assert len(await ha.hears()) == 1


async def test_delivery_that_fails_to_a_person_tells_nobody(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == an.vendor_id]
    async with town.database.write() as connection:
        assert await group_lost(connection, door.id, False, town.around, town.now) == 0


async def test_a_group_that_becomes_a_supergroup_keeps_its_place(town: Town) -> None:
    _ha, group = await _lead_and_group(town)
    await _event(town, "group_moved", group, moved_to="-100777")
    await _event(town, "group_moved", group, moved_to="-100777")
    states = await _states(town)
    assert states["-100777"] == "open"
    moved = Chat(town, "-100777", group=True)
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == moved.vendor_id]
    bindings = [row for row in await town.rows(group_bindings) if row.ended_at is None]
    assert [(row.address_id, row.unit_id) for row in bindings] == [(door.id, town.places["Tú Lệ"])]


async def test_a_supergroup_that_spoke_first_inherits_the_place(town: Town) -> None:
    _ha, group = await _lead_and_group(town)
    moved = Chat(town, "-100888", group=True)
    await town.stranger("Ai").says("/nhom", into=moved)
    await _event(town, "group_moved", group, moved_to="-100888")
    states = await _states(town)
    assert (states[group.vendor_id], states["-100888"]) == ("gone", "open")
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == "-100888"]
    bindings = [row for row in await town.rows(group_bindings) if row.ended_at is None]
    assert [(row.address_id, row.unit_id) for row in bindings] == [(door.id, town.places["Tú Lệ"])]


async def test_one_broken_group_does_not_close_another_of_the_same_place(town: Town) -> None:
    ha, group = await _lead_and_group(town)
    second = town.group("Nhóm hai")
    await ha.says("/nhom", into=second)
    await _event(town, "bot_removed", group)
    states = await _states(town)
    assert (states[group.vendor_id], states[second.vendor_id]) == ("gone", "open")
