"""A lead reads what waits, answers or closes it; whoever asked hears it, and both see how it stands."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from storage.addresses import addresses
from storage.people import persons
from storage.tutorials import requests
from tests.town import Speaker, Town


@pytest.fixture
async def ha(town: Town) -> Speaker:
    return await town.person("Vi Thị Hà", "Tú Lệ", "commune_lead")


@pytest.fixture
async def an(town: Town, ha: Speaker) -> Speaker:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("hỏi lịch họp tháng này")
    await ha.hears()
    return an


async def state(town: Town, number: int = 1) -> str:
    return str(next(row.state for row in await town.rows(requests) if row.number == number))


async def test_the_open_ones_are_listed_by_their_numbers(ha: Speaker, an: Speaker, town: Town) -> None:
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Nậm Cưởm")
    await hoa.says("khó khăn: mất sóng")
    await ha.hears()
    assert await ha.says("yêu cầu") == "Những lời đang chờ trả lời, bác chọn số giúp em:"
    assert ha.last[-1].choices == (
        ("1", "Bản Lềnh, Lò Văn An: lịch họp tháng này"),
        ("2", "thôn Nậm Cưởm, Lò Thị Hoa: mất sóng"),
    )


async def test_one_is_read_answered_and_brought_to_whoever_asked(ha: Speaker, an: Speaker, town: Town) -> None:
    await ha.says("yêu cầu")
    heard = await ha.says("1")
    assert heard.startswith("Số 1, Thứ Tư 18/11: Lò Văn An (Bản Lềnh) hỏi: “lịch họp tháng này”")
    assert [label for _, label in ha.last[-1].choices] == ["Trả lời", "Đóng, không cần trả lời", "Để sau"]
    await ha.says("1")
    assert "Em đã gửi câu trả lời cho An" in await ha.says("14h thứ Sáu, 20/11.\nMang theo sổ.")
    assert await an.hears() == [
        "Xã trả lời câu hỏi của bác “lịch họp tháng này”:\n14h thứ Sáu, 20/11.\nMang theo sổ.",
    ]
    assert await state(town) == "answered"
    assert "Không còn câu hỏi nào chờ" in await ha.says("yêu cầu")


async def test_both_see_the_answer_afterwards(ha: Speaker, an: Speaker) -> None:
    for said in ("yêu cầu 1", "1", "14h thứ Sáu"):
        await ha.says(said)
    await an.hears()
    assert await ha.says("yêu cầu 1") == "Vi Thị Hà đã trả lời số 1 rồi: “14h thứ Sáu”"
    assert await an.says("yêu cầu") == "Số 1 “lịch họp tháng này”: xã đã trả lời: “14h thứ Sáu”"


@pytest.mark.parametrize("said", ["yêu cầu 1", "yeu cau 1", "/yeucau 1", "/requests 1"])
async def test_a_number_opens_one_directly(ha: Speaker, an: Speaker, said: str) -> None:
    assert (await ha.says(said)).startswith("Số 1, ")


async def test_an_answer_may_look_like_work_or_a_command(ha: Speaker, an: Speaker, town: Town) -> None:
    for said in ("yêu cầu 1", "1", "báo cáo vneid 3 thì gõ: vneid 3"):
        await ha.says(said)
    (row,) = await town.rows(requests)
    assert row.answer == "báo cáo vneid 3 thì gõ: vneid 3"


@pytest.mark.parametrize("said", ["yêu cầu", "bao cao", "chưa làm", "hướng dẫn"])
async def test_a_bare_word_of_ours_reaches_no_villager_unasked(ha: Speaker, an: Speaker, town: Town, said: str) -> None:
    await ha.says("yêu cầu 1")
    await ha.says("trả lời")
    assert await ha.says(said) == f"Em gửi An đúng lời này nhé: “{said}”?"
    assert (await an.hears(), await state(town)) == ([], "open")
    await ha.says("2")
    assert "Em đã gửi câu trả lời cho An" in await ha.says("14h thứ Sáu")
    assert (await an.hears())[0].endswith("14h thứ Sáu")


async def test_an_answer_typed_straight_away_goes_after_a_yes(ha: Speaker, an: Speaker, town: Town) -> None:
    await ha.says("yêu cầu 1")
    assert await ha.says("Chiều thứ Sáu họp ở xã nhé") == "Em gửi An đúng lời này nhé: “Chiều thứ Sáu họp ở xã nhé”?"
    assert await state(town) == "open"
    assert "Em đã gửi câu trả lời cho An" in await ha.says("gửi")
    assert (await an.hears())[0].endswith("Chiều thứ Sáu họp ở xã nhé")


async def test_an_answer_that_waits_for_its_yes_may_be_left(ha: Speaker, an: Speaker, town: Town) -> None:
    for said in ("yêu cầu 1", "Chiều thứ Sáu họp ở xã nhé"):
        await ha.says(said)
    assert "em để trong danh sách" in await ha.says("để sau")
    assert (await an.hears(), await state(town)) == ([], "open")


@pytest.mark.parametrize("said", ["đóng", "dong", "đóng, không cần trả lời"])
async def test_a_way_is_chosen_by_its_words_too(ha: Speaker, an: Speaker, town: Town, said: str) -> None:
    await ha.says("yêu cầu 1")
    assert "Em đã đóng số 1" in await ha.says(said)
    assert await state(town) == "closed"


@pytest.mark.parametrize("number", ["8", "9" * 9, "9" * 30])
async def test_no_number_is_too_long_to_be_missed_kindly(ha: Speaker, an: Speaker, number: str) -> None:
    assert f"Em không thấy số {number}" in await ha.says(f"yêu cầu {number}")


async def test_the_officer_may_leave_without_answering(ha: Speaker, an: Speaker, town: Town) -> None:
    for said in ("yêu cầu 1", "1", "hủy"):
        await ha.says(said)
    assert await state(town) == "open"
    assert await an.hears() == []


@pytest.mark.parametrize("later", ["3", "để sau", "thôi", "không"])
async def test_later_leaves_it_in_the_list(ha: Speaker, an: Speaker, town: Town, later: str) -> None:
    await ha.says("yêu cầu 1")
    assert "em để trong danh sách" in await ha.says(later)
    assert await state(town) == "open"


async def test_closing_one_tells_whoever_asked_that_it_was_seen(ha: Speaker, an: Speaker, town: Town) -> None:
    await ha.says("yêu cầu 1")
    assert "Em đã đóng số 1" in await ha.says("2")
    assert (await an.hears())[0].startswith("Xã đã xem và ghi nhận lời của bác “lịch họp tháng này”")
    assert await state(town) == "closed"
    assert await an.says("yêu cầu") == "Số 1 “lịch họp tháng này”: xã đã xem và ghi nhận."


async def test_the_second_officer_is_told_that_it_was_answered_meanwhile(ha: Speaker, an: Speaker, town: Town) -> None:
    mai = await town.person("Hà Thị Mai", "Tú Lệ", "commune_lead")
    for officer in (ha, mai):
        await officer.says("yêu cầu 1")
        await officer.says("1")
    await ha.says("14h thứ Sáu")
    assert await mai.says("15h thứ Năm") == "Vi Thị Hà đã trả lời số 1 rồi: “14h thứ Sáu”"
    (row,) = await town.rows(requests)
    assert row.answer == "14h thứ Sáu"
    assert len(await an.hears()) == 1


async def test_an_answer_comes_also_to_somebody_who_wants_no_reminders(ha: Speaker, an: Speaker, town: Town) -> None:
    async with town.database.write() as connection:
        await connection.execute(update(persons).where(persons.c.id == an.person_id).values(stopped_at=town.now))
    for said in ("yêu cầu 1", "1", "14h thứ Sáu"):
        await ha.says(said)
    assert len(await an.hears()) == 1


async def test_the_officer_hears_when_nobody_can_be_reached(ha: Speaker, an: Speaker, town: Town) -> None:
    async with town.database.write() as connection:
        await connection.execute(update(addresses).where(addresses.c.person_id == an.person_id).values(state="blocked"))
    await ha.says("yêu cầu 1")
    await ha.says("1")
    assert "chưa nhắn được tới người hỏi" in await ha.says("14h thứ Sáu")
    assert await state(town) == "answered"
    assert await an.hears() == []


async def test_a_lead_sees_only_the_own_commune(ha: Speaker, an: Speaker, town: Town) -> None:
    binh = await town.person("Lê Văn Bình", "Gia Hội", "commune_lead")
    assert "Không còn câu hỏi nào chờ" in await binh.says("yêu cầu")
    assert "Em không thấy số 1" in await binh.says("yêu cầu 1")


async def test_an_admin_sees_all_communes_grouped(ha: Speaker, an: Speaker, town: Town) -> None:
    admin = await town.person("Hà Thị Mai", "", "admin")
    far = await town.person("Sùng A Páo", "Gia Hội/Thôn 1")
    await far.says("hỏi một")
    town.later(minutes=1)
    await an.says("hỏi hai")
    await admin.says("yêu cầu")
    assert admin.last[-1].choices == (
        ("1", "Tú Lệ, Bản Lềnh, Lò Văn An: lịch họp tháng này"),
        ("2", "Tú Lệ, Bản Lềnh, Lò Văn An: hai"),
        ("3", "Gia Hội, Thôn 1, Sùng A Páo: một"),
    )
    await admin.says("3")
    await admin.says("1")
    await admin.says("được nhé")
    assert "được nhé" in (await far.hears())[0]


async def test_only_the_ten_oldest_are_shown(ha: Speaker, an: Speaker) -> None:
    for one in range(2, 13):
        await an.says(f"hỏi câu thứ {one} nhé")
    await ha.hears()
    assert (await ha.says("yêu cầu")).startswith("Có 12 lời đang chờ, đây là 10 lời chờ lâu nhất.")
    assert [key for key, _ in ha.last[-1].choices] == [str(one) for one in range(1, 11)]


async def test_the_list_survives_a_night_and_brings_itself_back(ha: Speaker, an: Speaker, town: Town) -> None:
    await ha.says("yêu cầu")
    town.later(hours=14)
    assert "chọn số" in await ha.says("1")
    assert (await ha.says("1")).startswith("Số 1, ")


async def test_words_of_a_lead_are_put_on_the_list_only_after_a_yes(ha: Speaker, town: Town) -> None:
    assert "thông báo" in await ha.says("yêu cầu các thôn nộp danh sách")
    await ha.says("1")
    (row,) = await town.rows(requests)
    assert row.words == "yêu cầu các thôn nộp danh sách"
