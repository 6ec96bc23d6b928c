""" "báo cáo" and "chưa làm": the numbers of one's own place, the villages still waited for, by role and in groups."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from storage import people
from storage.addresses import addresses, group_bindings
from storage.checkins import checkins
from storage.schema import new_id
from storage.tutorials import requests
from storage.units import unit_settings
from storage.writing import apply
from tests.town import Chat, Speaker, Town


@pytest.fixture
async def an(town: Town) -> Speaker:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")


@pytest.fixture
async def hoa(town: Town) -> Speaker:
    return await town.person("Lò Thị Hoa", "Tú Lệ/Nậm Cưởm")


@pytest.fixture
async def ha(town: Town) -> Speaker:
    return await town.person("Vi Thị Hà", "Tú Lệ", "commune_lead")


async def bound(town: Town, title: str, path: str) -> Chat:
    """A group that belongs to a place."""
    chat, address_id = town.group(title), new_id()
    async with town.database.write() as connection:
        await connection.execute(
            insert(addresses),
            [
                {
                    "id": address_id,
                    "account_id": town.channel.account_id,
                    "vendor_id": chat.vendor_id,
                    "is_group": True,
                    "title": title,
                    "state": "open",
                    "created_at": town.now,
                }
            ],
        )
        await connection.execute(
            insert(group_bindings),
            [{"id": new_id(), "address_id": address_id, "unit_id": town.places[path], "bound_at": town.now}],
        )
    return chat


async def names_on(town: Town, path: str) -> None:
    async with town.database.write() as connection:
        await connection.execute(
            insert(unit_settings),
            [
                {
                    "id": new_id(),
                    "unit_id": town.places[path],
                    "name": "names",
                    "value": True,
                    "changed_at": town.now,
                }
            ],
        )


@pytest.mark.parametrize("said", ["báo cáo", "bao cao", "bc", "/baocao", "/report", "xem số liệu", "báo cáo tuần này"])
async def test_a_member_sees_the_own_village(an: Speaker, hoa: Speaker, said: str) -> None:
    await an.says("vneid 3 dvc 2")
    await hoa.says("vneid 8")
    heard = await an.says(said)
    assert heard.startswith("Tuần 47 (16–22/11), Bản Lềnh")
    assert "VNeID: 3" in heard
    assert "8" not in heard


async def test_a_lead_sees_the_commune_with_its_villages(ha: Speaker, an: Speaker, hoa: Speaker) -> None:
    await an.says("vneid 3 dvc 2")
    heard = await ha.says("báo cáo")
    assert heard.startswith("Tuần 47 (16–22/11), xã Tú Lệ: 1/2 thôn có tin")
    assert "Bản Lềnh: vneid 3, dvc 2" in heard


async def test_an_admin_sees_the_site_with_its_communes(an: Speaker, town: Town) -> None:
    admin = await town.person("Hà Thị Mai", "", "admin")
    await town.person("Sùng A Páo", "Gia Hội/Thôn 1")
    await an.says("vneid 3")
    heard = await admin.says("báo cáo")
    assert "Văn Chấn" in heard
    assert "Gia Hội" in heard
    assert "Tú Lệ" in heard


async def test_a_lead_may_name_one_village(ha: Speaker, an: Speaker, hoa: Speaker) -> None:
    await an.says("vneid 3")
    for said in ("báo cáo Bản Lềnh", "bao cao ban lenh"):
        heard = await ha.says(said)
        assert heard.startswith("Tuần 47 (16–22/11), Bản Lềnh")


async def test_a_member_may_see_the_commune(an: Speaker, hoa: Speaker) -> None:
    await hoa.says("vneid 8")
    assert "xã Tú Lệ" in await an.says("báo cáo xã")


@pytest.mark.parametrize("said", ["báo cáo tuần trước", "bao cao tuan truoc"])
async def test_last_week_can_be_asked_for(an: Speaker, town: Town, said: str) -> None:
    await an.says("vneid 3")
    town.later(days=7)
    assert "VNeID: 3" in await an.says(said)
    assert (await an.says("báo cáo")).startswith("Tuần 48 (23–29/11) em chưa có tin")


async def test_a_week_can_be_named_by_its_number(an: Speaker, town: Town) -> None:
    await an.says("vneid 3")
    town.later(days=14)
    assert (await an.says("báo cáo tuần 47")).startswith("Tuần 47 (16–22/11), Bản Lềnh")
    assert (await an.says("bao cao tuan 46")).startswith("Tuần 46 (9–15/11)")
    assert (await an.says("báo cáo tuần 52")).startswith("Tuần 52 (22–28/12)")


async def test_a_month_is_answered_with_the_week_and_says_so(an: Speaker) -> None:
    assert (await an.says("báo cáo tháng 11")).startswith("Em đếm theo từng tuần")


async def test_somebody_of_two_villages_sees_both(an: Speaker, town: Town) -> None:
    other = await town.place("Tú Lệ/Nậm Cưởm")
    assert an.person_id is not None
    async with town.database.write() as connection:
        await apply(
            connection,
            [people.serves(new_id(), an.person_id, other, town.teams["Tú Lệ/Nậm Cưởm"], "member", date(2025, 7, 1))],
        )
    heard = await an.says("báo cáo")
    assert "Bản Lềnh" in heard
    assert "Nậm Cưởm" in heard


async def test_an_officer_hears_who_is_silent_and_why(ha: Speaker, an: Speaker, town: Town) -> None:
    await town.place("Tú Lệ/Nậm Cưởm")
    for said in ("chưa làm", "chua lam", "/chualam", "thôn nào chưa báo"):
        heard = await ha.says(said)
        assert "2/2 thôn" in heard.split("\n")[0]
        assert "Bản Lềnh (tuần đầu)" in heard
        assert "Nậm Cưởm (tuần đầu, chưa ai" in heard


async def test_a_village_that_wrote_is_not_waited_for(ha: Speaker, an: Speaker, hoa: Speaker) -> None:
    await an.says("không phát sinh")
    heard = await ha.says("chưa làm")
    assert "Bản Lềnh" not in heard
    assert "Nậm Cưởm" in heard
    await hoa.says("vneid 2")
    assert "2/2 thôn đã có tin" in await ha.says("chưa làm")


@pytest.mark.parametrize("asked", ["báo cáo Tú Lệ", "bao cao Tu Le", "báo cáo Xã Tú Lệ"])
async def test_an_admin_names_a_commune(an: Speaker, town: Town, asked: str) -> None:
    admin = await town.person("Hà Thị Mai", "", "admin")
    await an.says("vneid 3")
    assert "xã Tú Lệ: 1/1 thôn có tin" in await admin.says(asked)


async def test_an_admin_hears_it_by_commune(an: Speaker, town: Town) -> None:
    admin = await town.person("Hà Thị Mai", "", "admin")
    await town.person("Sùng A Páo", "Gia Hội/Thôn 1")
    heard = await admin.says("chưa làm")
    assert "Tú Lệ: Bản Lềnh" in heard
    assert "Gia Hội: Thôn 1" in heard


async def test_a_team_leader_hears_of_the_own_village_only(an: Speaker, hoa: Speaker, town: Town) -> None:
    leader = await town.person("Hoàng Văn Tư", "Tú Lệ/Bản Lềnh", "leader")
    heard = await leader.says("chưa làm")
    assert "em còn chờ tin của Bản Lềnh (tuần đầu)" in heard
    assert "Nậm Cưởm" not in heard
    await an.says("vneid 3")
    assert "Bản Lềnh đã có tin, 1 lần báo" in await leader.says("chưa làm")


async def test_a_member_who_says_it_is_offered_nothing_this_week(an: Speaker, town: Town) -> None:
    assert await an.says("chưa làm") == "Tuần này tổ mình không có việc gì để báo, phải không ạ?"
    assert await town.rows(checkins) == []
    assert (await an.says("1")).startswith("Đã ghi cho Bản Lềnh, tuần 47: không phát sinh")
    (row,) = await town.rows(checkins)
    assert row.kind == "nothing"


async def test_a_member_may_have_had_work_after_all(an: Speaker, town: Town) -> None:
    await an.says("chưa làm")
    assert "việc gì ạ?" in await an.says("2")
    assert (await an.says("vneid 3")).startswith("Đã ghi")
    assert [row.kind for row in await town.rows(checkins)] == ["report"]


async def test_last_week_can_be_written_as_nothing_too(an: Speaker, town: Town) -> None:
    assert "tuần 46" in (await an.says("chưa làm tuần trước")).casefold()
    assert "tuần 46: không phát sinh" in await an.says("1")
    (row,) = await town.rows(checkins)
    assert row.week == date(2026, 11, 9)


async def test_a_member_may_put_it_off(an: Speaker, town: Town) -> None:
    await an.says("chưa làm")
    assert "nhắn em một dòng" in await an.says("3")
    assert await town.rows(checkins) == []


@pytest.mark.parametrize("said", ["nghỉ", "xin nghỉ", "/nghi"])
async def test_a_break_is_told_to_the_commune_or_written_as_nothing(
    an: Speaker, ha: Speaker, town: Town, said: str
) -> None:
    assert "Em làm gì giúp bác" in await an.says(said)
    assert "Em đã chuyển nguyên lời" in await an.says("3")
    (row,) = await town.rows(requests)
    assert (row.kind, row.words) == ("forwarded", said)
    await an.says(said)
    assert "không phát sinh" in await an.says("1")


async def test_a_group_sees_the_numbers_of_its_own_place(an: Speaker, hoa: Speaker, town: Town) -> None:
    group = await bound(town, "Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3")
    heard = await hoa.says("báo cáo", into=group)
    assert heard.startswith("Tuần 47 (16–22/11), xã Tú Lệ: 1/2 thôn có tin")


async def test_a_group_of_no_place_is_told_how_to_get_one(an: Speaker, town: Town) -> None:
    assert "gõ ở đây: nhóm" in await an.says("báo cáo", into=town.group("Nhóm lạ"))


async def test_a_group_reads_only_the_names_that_may_be_said(ha: Speaker, an: Speaker, town: Town) -> None:
    group = await bound(town, "Tổ CĐS Tú Lệ", "Tú Lệ")
    heard = await ha.says("chưa làm", into=group)
    assert "0/1 thôn" in heard
    assert "Bản Lềnh" not in heard
    await names_on(town, "Tú Lệ")
    assert "Bản Lềnh" in await ha.says("chưa làm", into=group)


async def test_a_member_does_not_ask_a_group_who_is_silent(an: Speaker, town: Town) -> None:
    group = await bound(town, "Tổ CĐS Tú Lệ", "Tú Lệ")
    heard = await an.says("chưa làm", into=group)
    assert "nhắn riêng" in heard


async def test_there_is_never_a_numbered_question_in_a_group(ha: Speaker, an: Speaker, town: Town) -> None:
    group = await bound(town, "Tổ CĐS Tú Lệ", "Tú Lệ")
    for speaker in (ha, an):
        for said in ("báo cáo", "chưa làm", "hướng dẫn", "yêu cầu", "nghỉ 3 ngày", "trời mưa to"):
            await speaker.says(said, into=group)
            assert all(not heard.choices for heard in speaker.last)
