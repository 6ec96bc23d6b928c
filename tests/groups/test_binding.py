"""Which place a group belongs to: bound by a lead in the group, or by anyone with a code."""

from __future__ import annotations

import pytest

from storage.addresses import group_bindings
from storage.invites import invites
from tests.town import Chat, Town
from tests.welcome.invites import invited


async def _bound(town: Town, group: Chat) -> list[int]:
    from storage.addresses import addresses

    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == group.vendor_id]
    rows = await town.rows(group_bindings)
    return [row.unit_id for row in rows if row.address_id == door.id and row.ended_at is None]


@pytest.mark.parametrize("said", ["/nhom", "nhóm", "/group", "/nhom Tú Lệ", "nhóm xã Tú Lệ", "/nhom tu le"])
async def test_a_lead_binds_the_group_to_the_commune(town: Town, said: str) -> None:
    ha, group = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead"), town.group("Tổ CĐS Tú Lệ")
    answer = await ha.says(said, into=group)
    assert answer.startswith("Từ giờ nhóm này là của xã Tú Lệ.")
    assert "7:30" in answer
    assert await _bound(town, group) == [town.places["Tú Lệ"]]
    assert [row.bound_by for row in await town.rows(group_bindings)] == [ha.person_id]


async def test_a_village_of_the_commune_may_have_its_own_group(town: Town) -> None:
    await town.place("Tú Lệ/Bản Lềnh")
    ha, group = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead"), town.group("Bản Lềnh")
    assert "Bản Lềnh, xã Tú Lệ" in await ha.says("/nhom ban lenh", into=group)
    assert await _bound(town, group) == [town.places["Tú Lệ/Bản Lềnh"]]


async def test_two_groups_for_one_place_and_binding_anew(town: Town) -> None:
    await town.place("Tú Lệ/Bản Lềnh")
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    one, two = town.group("Một"), town.group("Hai")
    await ha.says("/nhom", into=one)
    await ha.says("/nhom", into=two)
    assert await _bound(town, one) == await _bound(town, two) == [town.places["Tú Lệ"]]
    await ha.says("/nhom Bản Lềnh", into=two)
    assert await _bound(town, one) == [town.places["Tú Lệ"]]
    assert await _bound(town, two) == [town.places["Tú Lệ/Bản Lềnh"]]


async def test_binding_twice_is_said_and_changes_nothing(town: Town) -> None:
    ha, group = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead"), town.group("Tổ CĐS Tú Lệ")
    await ha.says("/nhom", into=group)
    assert await ha.says("nhóm Tú Lệ", into=group) == "Nhóm này đã gắn với xã Tú Lệ rồi ạ."
    assert len(await town.rows(group_bindings)) == 1


@pytest.mark.parametrize("said", ["nhóm gia hội", "nhom gia hoi", "nhóm xã gia hội", "NHÓM GIA HỘI", "/nhom gia hội"])
async def test_an_officer_names_a_place_in_private_however_it_is_typed(town: Town, said: str) -> None:
    await town.place("Gia Hội")
    minh = await town.person("Trần Văn Minh", "", "admin")
    assert "Mã nhóm của xã Gia Hội" in await minh.says(said)


async def test_a_member_who_talks_about_a_group_wants_no_code(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Mã nhóm" not in await an.says("nhóm zalo thôn")
    assert "cán bộ xã" not in await an.says("nhóm em đông lắm")


async def test_a_lead_does_not_reach_another_commune(town: Town) -> None:
    await town.place("Gia Hội/Bản Đồn")
    ha, group = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead"), town.group("Nhóm")
    assert "chưa thấy Gia Hội" in await ha.says("/nhom Gia Hội", into=group)
    assert await town.rows(group_bindings) == []


async def test_an_administrator_reaches_every_place_and_must_name_one(town: Town) -> None:
    await town.place("Gia Hội")
    minh, group = await town.person("Trần Văn Minh", "", "admin"), town.group("Nhóm")
    assert "của nơi nào" in await minh.says("/nhom", into=group)
    assert "xã Gia Hội" in await minh.says("/nhom Gia Hội", into=group)


async def test_a_name_borne_by_two_places_is_asked_back_without_numbers(town: Town) -> None:
    await town.place("Tú Lệ/Thôn 3")
    await town.place("Gia Hội/Thôn 3")
    minh, group = await town.person("Trần Văn Minh", "", "admin"), town.group("Nhóm")
    answer = await minh.says("/nhom Thôn 3", into=group)
    assert "Tú Lệ/Thôn 3" in answer
    assert "Gia Hội/Thôn 3" in answer
    assert minh.last[-1].choices == ()
    assert "Thôn 3, xã Gia Hội" in await minh.says("/nhom Gia Hội/Thôn 3", into=group)


@pytest.mark.parametrize("role", ["member", "leader"])
async def test_a_member_is_kindly_sent_to_the_officer(town: Town, role: str) -> None:
    an, group = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", role), town.group("Nhóm")
    assert "cán bộ xã" in await an.says("/nhom", into=group)
    assert "cán bộ xã" in await an.says("nhóm")
    assert await town.rows(group_bindings) == []


async def test_a_group_code_typed_in_private_is_sent_on_to_the_group(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = (await ha.says("nhóm")).split(": nhóm ")[1][:6]
    for who in (ha, an):
        assert "vào nhóm của xã, gõ @ chọn tên em" in await who.says(f"nhom {code}")
    assert "chưa thấy ạ" in await ha.says("nhóm 000000")
    assert await town.rows(group_bindings) == []


async def test_a_code_from_the_lead_binds_when_a_stranger_types_it(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    given = await ha.says("nhóm")
    code = given.split(": nhóm ")[1][:6]
    assert f"Mã nhóm của xã Tú Lệ: {code}." in given
    one, two = town.group("Một"), town.group("Hai")
    assert "nhóm này là của xã Tú Lệ" in await town.stranger("Ai").says(f"/nhom {code}", into=one)
    assert "nhóm này là của xã Tú Lệ" in await town.stranger("Ai Nữa").says(code, into=two)
    assert await _bound(town, one) == await _bound(town, two) == [town.places["Tú Lệ"]]
    assert {row.bound_by for row in await town.rows(group_bindings)} == {ha.person_id}
    assert "đã gắn với xã Tú Lệ" in await ha.says(code, into=one)
    assert [row.used for row in await town.rows(invites)] == [2]


async def test_a_code_for_a_village_group(town: Town) -> None:
    await town.place("Tú Lệ/Bản Lềnh")
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    assert "Mã nhóm của Bản Lềnh, xã Tú Lệ" in await ha.says("nhóm Bản Lềnh")


async def test_an_invitation_typed_in_a_group_binds_nothing(town: Town) -> None:
    code, group = await invited(town, "Tú Lệ"), town.group("Nhóm")
    assert "nhắn riêng" in await town.stranger("Ai").says(code, into=group)
    assert await town.rows(group_bindings) == []


async def test_a_wrong_code_in_a_group_is_said_and_guessing_falls_silent(town: Town) -> None:
    group, one = town.group("Nhóm"), town.stranger("Ai")
    for wrong in range(100001, 100006):
        assert "em chưa thấy" in await one.says(f"/nhom {wrong}", into=group)
    assert await one.says("/nhom 100006", into=group) == ""
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    code = (await ha.says("nhóm")).split(": nhóm ")[1][:6]
    assert await one.says(code, into=group) == ""
    town.later(hours=1)
    assert "nhóm này là của xã Tú Lệ" in await one.says(code, into=group)


@pytest.mark.parametrize("said", ["vneid 3", "/nhomabc", "chào em", "báo cáo"])
async def test_somebody_unknown_in_a_group_is_asked_to_write_in_private(town: Town, said: str) -> None:
    group = town.group("Nhóm")
    assert "nhắn riêng cho em trước" in await town.stranger("Ai").says(said, into=group)


async def test_talk_that_is_not_meant_for_the_helper_is_left_alone(town: Town) -> None:
    group = town.group("Nhóm")
    assert await town.stranger("Ai").says("tối nay họp nhé", into=group, addressed=False) == ""
