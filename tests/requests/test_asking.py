"""What members ask the commune: kept, numbered, due, told to the leads, and promised honestly."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from storage.calendar import Moved, write_down
from storage.people import memberships
from storage.requests import RequestKind
from storage.tutorials import requests
from tests.town import Speaker, Town


@pytest.fixture
async def ha(town: Town) -> Speaker:
    return await town.person("Vi Thị Hà", "Tú Lệ", "commune_lead")


@pytest.fixture
async def an(town: Town, ha: Speaker) -> Speaker:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("hỏi lịch họp tháng này", "lịch họp tháng này"),
        ("Hỏi: bao giờ phát loa ạ?", "bao giờ phát loa ạ?"),
        ("hoi lich hop thang nay", "lich hop thang nay"),
        ("em hỏi bao giờ có máy in", "bao giờ có máy in"),
        ("cho em hỏi khi nào tập huấn", "khi nào tập huấn"),
        ("/hoi khi nào tập huấn", "khi nào tập huấn"),
        ("hỏi vneid 3 người có phải báo không", "vneid 3 người có phải báo không"),
    ],
)
async def test_a_question_is_kept_and_promised(an: Speaker, town: Town, said: str, words: str) -> None:
    heard = await an.says(said)
    assert heard.startswith("Em đã chuyển câu hỏi của bác tới Vi Thị Hà ở xã.")
    assert "xã trả lời trong 2 ngày làm việc, chậm nhất Thứ Sáu 20/11" in heard
    (row,) = await town.rows(requests)
    assert row.words.lstrip(": ") == words
    assert (row.kind, row.state, row.number) == ("question", "open", 1)
    assert (row.unit_id, row.due_on) == (town.places["Tú Lệ/Bản Lềnh"], date(2026, 11, 20))


async def test_the_lead_is_told_who_asks_what_and_how_to_answer(an: Speaker, ha: Speaker) -> None:
    await an.says("hỏi lịch họp tháng này")
    assert await ha.hears() == [
        "Lò Văn An (Bản Lềnh) hỏi: “lịch họp tháng này”\nMuốn trả lời, bác gõ: yêu cầu 1",
    ]


async def test_a_lesson_that_answers_the_question_is_named_beside(an: Speaker, town: Town) -> None:
    assert "hd 16 (Xác thực SIM chính chủ)" in await an.says("hỏi sim chính chủ")
    assert len(await town.rows(requests)) == 1
    assert "hd " not in await an.says("hỏi lịch họp tháng này")
    assert "hd " not in await an.says("hoi khi nao hop to")


async def test_asked_without_words_the_words_are_asked_for(an: Speaker, town: Town) -> None:
    assert (await an.says("hỏi")).startswith("Bác muốn hỏi xã điều gì ạ?")
    assert "Em đã chuyển câu hỏi" in await an.says("báo cáo nộp ở đâu, vneid 3 có tính không?")
    (row,) = await town.rows(requests)
    assert row.words == "báo cáo nộp ở đâu, vneid 3 có tính không?"


@pytest.mark.parametrize("said", ["hỏi lịch họp tháng này", "Hỏi: lịch họp tháng này", "lịch họp tháng này"])
async def test_who_says_hoi_twice_has_asked_once(an: Speaker, town: Town, said: str) -> None:
    await an.says("hỏi")
    assert (await an.says("hỏi")).startswith("Bác muốn hỏi xã điều gì ạ?")
    assert "Em đã chuyển câu hỏi" in await an.says(said)
    (row,) = await town.rows(requests)
    assert row.words == "lịch họp tháng này"


@pytest.mark.parametrize(
    ("said", "answer"),
    [("vneid 3 dvc 2", "Đã ghi"), ("hướng dẫn", "Em có"), ("huong dan", "Em có"), ("báo cáo", "Tuần 47")],
)
async def test_work_and_bare_words_of_ours_are_no_question(an: Speaker, town: Town, said: str, answer: str) -> None:
    await an.says("hỏi")
    assert (await an.says(said)).startswith(answer)
    assert await town.rows(requests) == []


@pytest.mark.parametrize("leaving", ["hủy", "thoát", "/huy"])
async def test_the_asker_may_leave(an: Speaker, town: Town, leaving: str) -> None:
    await an.says("hỏi")
    assert "Em đã chuyển" not in await an.says(leaving)
    assert await town.rows(requests) == []


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        ("kiến nghị: cho tổ cái loa", RequestKind.PROPOSAL, "cho tổ cái loa"),
        ("kien nghi: cho to cai loa", RequestKind.PROPOSAL, "cho to cai loa"),
        ("Khó khăn: bản mất sóng cả tuần", RequestKind.DIFFICULTY, "bản mất sóng cả tuần"),
        ("vướng mắc: máy cũ không cài được", RequestKind.DIFFICULTY, "máy cũ không cài được"),
    ],
)
async def test_proposals_and_difficulties_go_to_the_same_list(
    an: Speaker, ha: Speaker, town: Town, said: str, kind: RequestKind, words: str
) -> None:
    heard = await an.says(said)
    assert "vào danh sách của Vi Thị Hà ở xã" in heard
    (row,) = await town.rows(requests)
    assert (row.kind, row.words) == (kind, words)
    assert words in (await ha.hears())[0]


async def test_numbers_count_within_the_commune(an: Speaker, town: Town) -> None:
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Nậm Cưởm")
    far = await town.person("Sùng A Páo", "Gia Hội/Thôn 1")
    for speaker, said in ((an, "hỏi một"), (hoa, "hỏi hai"), (far, "hỏi ba"), (an, "hỏi bốn")):
        await speaker.says(said)
    assert [row.number for row in await town.rows(requests)] == [1, 2, 1, 3]


async def test_two_villages_that_ask_at_once_get_two_numbers(an: Speaker, town: Town) -> None:
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Nậm Cưởm")
    await town.events(
        [
            {
                "event_id": f"at-once-{place}",
                "chat": speaker.vendor_id,
                "speaker": speaker.vendor_id,
                "text": "hỏi lịch họp",
                "sent_at": town.now.isoformat(),
            }
            for place, speaker in enumerate((an, hoa))
        ]
    )
    assert sorted(row.number for row in await town.rows(requests)) == [1, 2]


async def test_without_a_lead_who_reads_no_time_is_promised(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    heard = await an.says("hỏi lịch họp")
    assert "Em đã chuyển câu hỏi của bác tới xã." in heard
    assert "2 ngày làm việc" not in heard
    assert "có thể chậm" in heard
    assert len(await town.rows(requests)) == 1


async def test_without_a_lead_the_admin_hears(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    admin = await town.person("Hà Thị Mai", "", "admin")
    assert "2 ngày làm việc" in await an.says("hỏi lịch họp")
    assert "lịch họp" in (await admin.hears())[0]


async def test_a_leads_own_question_goes_to_the_admins(ha: Speaker, town: Town) -> None:
    admin = await town.person("Hà Thị Mai", "", "admin")
    await ha.says("hỏi bao giờ có kinh phí")
    assert "Vi Thị Hà (xã Tú Lệ) hỏi: “bao giờ có kinh phí”" in (await admin.hears())[0]
    assert await ha.hears() == []


async def test_a_lead_is_not_told_that_the_question_went_to_oneself(ha: Speaker, town: Town) -> None:
    heard = await ha.says("hỏi bao giờ có kinh phí")
    assert heard.startswith("Em đã chuyển câu hỏi của bác tới quản trị chung.")


async def test_the_promise_skips_weekends_and_holidays_and_what_the_government_moves(an: Speaker, town: Town) -> None:
    """Friday 20 November 2026: Monday is moved off, Tuesday the 24th is Culture Day, Saturday is made up for."""
    town.later(days=2)
    moved = [Moved(date(2026, 11, 23), "off", "nghỉ bù"), Moved(date(2026, 11, 28), "working", "làm bù")]
    async with town.database.write() as connection:
        await write_down(connection, moved, town.now)
    assert "chậm nhất Thứ Năm 26/11" in await an.says("hỏi bao giờ có kinh phí")
    (row,) = await town.rows(requests)
    assert row.due_on == date(2026, 11, 26)
    town.later(days=6)
    await an.says("hỏi máy cũ dùng được không")
    assert [row.due_on for row in await town.rows(requests)][1] == date(2026, 11, 28)


async def test_a_members_own_requests_are_shown_with_their_state(an: Speaker) -> None:
    assert "Không có gì đang chờ" in await an.says("yêu cầu")
    await an.says("hỏi lịch họp")
    await an.says("kiến nghị: cho tổ cái loa")
    assert await an.says("yeu cau") == (
        "Số 2 “cho tổ cái loa”: đang chờ, hẹn trả lời chậm nhất Thứ Sáu 20/11.\n"
        "Số 1 “lịch họp”: đang chờ, hẹn trả lời chậm nhất Thứ Sáu 20/11."
    )
    assert await an.says("yêu cầu 1") == "Số 1 “lịch họp”: đang chờ, hẹn trả lời chậm nhất Thứ Sáu 20/11."
    assert "Em không thấy số 9" in await an.says("/yeucau 9")


async def test_a_member_does_not_see_what_others_asked(an: Speaker, town: Town) -> None:
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Bản Lềnh")
    await hoa.says("hỏi chuyện riêng")
    assert "chuyện riêng" not in await an.says("yêu cầu")
    assert "chuyện riêng" not in await an.says("yêu cầu 1")


async def test_a_team_leader_sees_what_the_village_waits_for(an: Speaker, town: Town) -> None:
    leader = await town.person("Hoàng Văn Tư", "Tú Lệ/Bản Lềnh", "leader")
    far = await town.person("Lò Thị Hoa", "Tú Lệ/Nậm Cưởm")
    await an.says("hỏi lịch họp")
    await far.says("hỏi chuyện khác")
    heard = await leader.says("yêu cầu")
    assert heard == "Đang chờ xã trả lời, do bà con Bản Lềnh hỏi:\nSố 1: Bản Lềnh, Lò Văn An: lịch họp"
    assert "“lịch họp”" in await leader.says("yêu cầu 1")
    assert "chuyện khác" not in await leader.says("yêu cầu 2")


@pytest.mark.parametrize(("answer", "kept"), [("1", 1), ("vâng", 1), ("2", 0), ("thôi", 0)])
async def test_a_members_wish_is_passed_on_only_after_a_yes(an: Speaker, town: Town, answer: str, kept: int) -> None:
    assert await an.says("yêu cầu xã hỗ trợ máy in") == "Em chuyển lời này cho xã giúp bác nhé?"
    await an.says(answer)
    rows = await town.rows(requests)
    assert [row.words for row in rows] == ["yêu cầu xã hỗ trợ máy in"] * kept


async def test_somebody_without_a_place_is_told_so(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    async with town.database.write() as connection:
        await connection.execute(update(memberships).values(valid_to=date(2026, 11, 1)))
    assert "Em chưa biết bác ở xã nào" in await an.says("hỏi lịch họp")
    assert await town.rows(requests) == []
