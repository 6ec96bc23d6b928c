"""One phone, several people or places: a further code, a shared phone, taking turns."""

from __future__ import annotations

from storage.addresses import address_people
from storage.invites import invites
from storage.people import consents, memberships
from tests.town import Speaker, Town
from tests.welcome.invites import invited, labels


async def _shared(town: Town) -> Speaker:
    """An's phone, from which Hoa has joined too."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Thôn 3")
    await an.says(code)
    await an.says("2")
    await an.says("1")
    await an.says("Vàng Thị Hoa")
    return an


async def test_a_further_code_adds_a_place(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Thôn 3")
    assert "Thôn 3, xã Tú Lệ" in await an.says(f"/start {code}")
    assert labels(an) == ["Lò Văn An nhận thêm nơi này", "Người khác dùng chung máy này"]
    assert "Lò Văn An tham gia thêm ở Thôn 3" in await an.says("1")
    assert await ha.hears() == ["Lò Văn An nay tham gia thêm ở Thôn 3, xã Tú Lệ."]
    me = await an.says("tôi là ai")
    assert "Bản Lềnh" in me
    assert "Thôn 3" in me


async def test_the_same_place_twice_is_not_added_and_takes_no_seat(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    assert "đã có tên ở đó" in await an.says("1")
    assert len(await town.rows(memberships)) == 1
    assert [row.used for row in await town.rows(invites)] == [0]


async def test_a_place_in_another_commune_needs_a_yes_to_its_committee(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Gia Hội/Bản Đồn")
    await an.says(code)
    assert "UBND xã Gia Hội" in await an.says("1")
    assert len(await town.rows(memberships)) == 1
    assert "Lò Văn An tham gia thêm ở Bản Đồn" in await an.says("1")
    assert len(await town.rows(memberships)) == 2
    assert [(row.answer, row.person_id) for row in await town.rows(consents)][1:] == [("yes", an.person_id)]


async def test_a_wrong_code_from_a_member_leaves_everything_as_it_was(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "em chưa thấy" in await an.says("/start 100001")
    assert (await an.says("vneid 1")).startswith("Đã ghi")


async def test_a_member_who_types_start_sees_the_menu(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "vneid 3 dvc 2" in await an.says("bắt đầu")
    assert "vneid 3 dvc 2" in await an.says("/start")


async def test_a_second_person_on_the_phone_agrees_for_themself(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    assert "Bác đồng ý không ạ?" in await an.says("người khác dùng chung máy này")
    assert "Họ tên bác là gì" in await an.says("1")
    welcome = await an.says("Vàng Thị Hoa")
    assert "Em đã ghi tên: Vàng Thị Hoa" in welcome
    assert "Máy này giờ có: Lò Văn An, Vàng Thị Hoa" in welcome
    assert "Vàng Thị Hoa" in await an.says("tôi là ai")
    people = {row.person_id for row in await town.rows(address_people)}
    assert len(people) == 2
    assert {row.person_id for row in await town.rows(consents)} == people


async def test_a_second_person_who_says_no_leaves_the_first_alone(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    await an.says("2")
    assert "em không giữ lại gì" in await an.says("không")
    assert "Lò Văn An" in await an.says("tôi là ai")
    assert [row.answer for row in await town.rows(consents)] == ["yes", "no"]
    assert len(await town.rows(address_people)) == 1


async def test_two_people_take_turns(town: Town) -> None:
    an = await _shared(town)
    assert "giờ là Lò Văn An, Bản Lềnh" in await an.says("đổi người")
    assert "Bác là Lò Văn An" in await an.says("tôi là ai")
    assert "giờ là Vàng Thị Hoa, Thôn 3" in await an.says("đổi người")


async def test_three_people_choose_who_speaks(town: Town) -> None:
    an = await _shared(town)
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    await an.says("2")
    await an.says("đồng ý")
    await an.says("Sùng A Páo")
    assert "ai đang nhắn" in await an.says("đổi người")
    assert labels(an) == ["Lò Văn An", "Vàng Thị Hoa", "Sùng A Páo"]
    assert "giờ là Vàng Thị Hoa" in await an.says("2")


async def test_who_is_alone_on_a_phone_is_told_how_to_share_it(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "một mình bác" in await an.says("đổi người")


async def test_a_known_person_on_anothers_phone_is_not_linked_twice(town: Town) -> None:
    an = await _shared(town)
    code = await invited(town, "Tú Lệ")
    await an.says(code)
    await an.says("2")
    await an.says("1")
    await an.says("Lò Văn An")
    await an.says("1")
    assert len(await town.rows(address_people)) == 2
    assert "Bác là Lò Văn An" in await an.says("tôi là ai")
