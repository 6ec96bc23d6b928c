"""The name: given names that are words too, namesakes, misspellings, and people nobody knew."""

from __future__ import annotations

import pytest

from storage.people import memberships, person_details
from storage.units import teams
from tests.town import Town
from tests.welcome.invites import agrees, invited, labels


@pytest.mark.parametrize("name", ["Ba", "Vàng", "Huy", "Dũng", "Thôi Văn Không", "Sáu", "Lò Thị Hủy"])
async def test_a_name_that_is_a_word_too_is_a_name(town: Town, name: str) -> None:
    one, code = town.stranger("x"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(one, code)
    assert f"Em đã ghi tên: {name}, Bản Lềnh, xã Tú Lệ." in await one.says(name)


@pytest.mark.parametrize("said", ["tên gì cơ", "gì cơ", "hỏi làm gì", "chưa hiểu", "Chào em", "dạ vâng ạ"])
async def test_a_question_back_is_no_name(town: Town, said: str) -> None:
    one, code = town.stranger("x"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(one, code)
    assert "Em chưa đọc ra tên" in await one.says(said)


async def test_huy_is_a_name_but_with_its_mark_it_is_a_way_out(town: Town) -> None:
    one, code = town.stranger("x"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(one, code)
    assert "mình dừng ở đây" in await one.says("hủy")
    await agrees(one, code)
    assert "Em đã ghi tên: Huy" in await one.says("Huy")


@pytest.mark.parametrize(
    "said", ["lò văn an", "LÒ VĂN AN", "lo van an", "tôi là Lò Văn An", "em tên là lò văn an ạ", "Lò Văn Ân"]
)
async def test_the_roster_is_met_however_the_name_is_typed(town: Town, said: str) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    assert await an.says(said) == "Bác là Lò Văn An ở Bản Lềnh, đúng không ạ?"
    assert "Em đã ghi tên: Lò Văn An" in await an.says("vâng")
    assert len(await town.rows(person_details)) == 1
    assert len(await town.rows(memberships)) == 1


async def test_a_given_name_alone_is_asked_back(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.rostered("Hà Thị Lan", "Tú Lệ/Bản Lềnh")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    assert await an.says("An") == "Bác là Lò Văn An ở Bản Lềnh, đúng không ạ?"


async def test_a_misspelt_name_is_asked_back_and_no_makes_a_new_person(town: Town) -> None:
    await town.rostered("Hoàng Thị Nhung", "Tú Lệ/Bản Lềnh")
    one, code = town.stranger("Nhung"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(one, code)
    assert await one.says("Hoàng Thị Nhug") == "Bác là Hoàng Thị Nhung ở Bản Lềnh, đúng không ạ?"
    assert "Em đã ghi tên: Hoàng Thị Nhug" in await one.says("không phải")
    assert len(await town.rows(person_details)) == 2


async def test_somebody_nobody_knew_becomes_a_new_person_and_the_lead_is_told(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    elsewhere = await town.person("Lê Văn Tư", "Gia Hội", "commune_lead")
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    welcome = await pao.says("Sùng A Páo")
    assert "Em đã ghi tên: Sùng A Páo, Bản Lềnh, xã Tú Lệ." in welcome
    assert "vneid 3 dvc 2" in welcome
    assert await ha.hears() == [
        "Sùng A Páo vừa vào Bản Lềnh, xã Tú Lệ, chưa có trong danh sách. Bác xem giúp em có đúng người không ạ."
    ]
    assert await elsewhere.hears() == []


async def test_a_lead_who_wants_no_messages_is_not_told(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    await ha.says("dừng nhắn tin")
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    await pao.says("Sùng A Páo")
    assert await ha.hears() == []


async def test_two_of_one_name_are_told_apart_by_the_phone(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="+84912345111")
    second = await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="+84912345222")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    assert "ba số cuối" in await an.says("Lò Văn An")
    assert "chưa khớp" in await an.says("333")
    assert "Em đã ghi tên: Lò Văn An" in await an.says("số cuối là 222")
    assert {row.person_id for row in await town.rows(memberships)} >= {second}
    assert len(await town.rows(person_details)) == 2
    assert await _speaker(town, an.vendor_id) == second


async def test_a_third_of_that_name_is_a_new_person(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="+84912345111")
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="+84912345222")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    await an.says("Lò Văn An")
    assert "Em đã ghi tên: Lò Văn An" in await an.says("bỏ qua")
    assert len(await town.rows(person_details)) == 3


async def test_namesakes_without_phones_are_told_apart_by_their_place(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    other = await town.rostered("Lò Văn An", "Tú Lệ/Thôn 3", "leader")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ")
    await agrees(an, code)
    assert "mấy người cùng tên" in await an.says("Lò Văn An")
    assert labels(an) == ["Lò Văn An, Bản Lềnh, tổ viên", "Lò Văn An, Thôn 3, tổ trưởng", "Không có tên tôi"]
    await an.says("2")
    assert await _speaker(town, an.vendor_id) == other


async def test_an_officers_name_alone_does_not_open_an_officers_place(town: Town) -> None:
    ha = await town.rostered("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    thief, code = town.stranger("Ai Đó"), await invited(town, "Tú Lệ")
    await agrees(thief, code)
    assert "Em đã ghi tên: Hoàng Thu Hà" in await thief.says("Hoàng Thu Hà")
    assert await _speaker(town, thief.vendor_id) != ha
    assert "cán bộ xã" not in await thief.says("tôi là ai")


async def test_an_officer_with_a_members_code_proves_it_by_the_phone(town: Town) -> None:
    ha_id = await town.rostered("Hoàng Thu Hà", "Tú Lệ", "commune_lead", phone="+84912345678")
    ha, code = town.stranger("Hà"), await invited(town, "Tú Lệ")
    await agrees(ha, code)
    assert "ba số cuối" in await ha.says("Hoàng Thu Hà")
    await ha.says("678")
    assert await _speaker(town, ha.vendor_id) == ha_id
    assert "cán bộ xã, xã Tú Lệ" in await ha.says("tôi là ai")


async def test_a_leads_code_makes_a_rostered_member_a_lead_too(town: Town) -> None:
    await town.rostered("Hoàng Thu Hà", "Tú Lệ")
    ha, code = town.stranger("Hà"), await invited(town, "Tú Lệ", "commune_lead")
    await agrees(ha, code)
    await ha.says("Hoàng Thu Hà")
    assert "chưa làm" in await ha.says("1")
    assert sorted(row.role for row in await town.rows(memberships)) == ["commune_lead", "member"]


async def test_a_code_for_one_person_asks_only_whether_it_is_them(town: Town) -> None:
    an_id = await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh", uses=1, person_id=an_id)
    an, other = town.stranger("An"), town.stranger("Ai")
    await other.says(code)
    assert await other.says("1") == "Bác là Lò Văn An ở Bản Lềnh, đúng không ạ?"
    assert "dành cho người khác" in await other.says("2")
    await an.says(code)
    await an.says("1")
    assert "Em đã ghi tên: Lò Văn An" in await an.says("1")
    assert await _speaker(town, an.vendor_id) == an_id


async def test_a_second_phone_of_a_known_person_is_linked_and_the_lead_asked_to_look(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    new_phone = town.stranger("An máy mới")
    await agrees(new_phone, code)
    await new_phone.says("Lò Văn An")
    await new_phone.says("đúng rồi")
    assert await _speaker(town, new_phone.vendor_id) == an.person_id
    (told,) = await ha.hears()
    assert "bằng một máy khác" in told
    assert len(await town.rows(memberships)) == 2


async def test_a_place_without_a_team_gets_one_with_its_first_member(town: Town) -> None:
    await town.place("Tú Lệ/Nậm Cưởm", team=False)
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Nậm Cưởm")
    before = len(await town.rows(teams))
    await agrees(pao, code)
    await pao.says("Sùng A Páo")
    made = await town.rows(teams)
    assert len(made) == before + 1
    (service,) = await town.rows(memberships)
    assert service.team_id in {row.id for row in made if row.unit_id == town.places["Tú Lệ/Nậm Cưởm"]}


@pytest.mark.parametrize("nonsense", ["0912345678", "???", "👍"])
async def test_what_is_no_name_is_asked_again(town: Town, nonsense: str) -> None:
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    assert "họ tên" in await pao.says(nonsense)
    assert "Em đã ghi tên: Sùng A Páo" in await pao.says("Sùng A Páo")


async def test_after_enrolling_the_first_line_is_a_check_in(town: Town) -> None:
    pao, code = town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    await pao.says("Sùng A Páo")
    assert (await pao.says("vneid 3 dvc 2")).startswith("Đã ghi")


async def _speaker(town: Town, vendor_id: str) -> int | None:
    from storage.addresses import addresses

    (row,) = [row for row in await town.rows(addresses) if row.vendor_id == vendor_id]
    return int(row.person_id) if row.person_id else None
