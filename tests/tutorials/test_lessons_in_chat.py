"""Lessons asked for in a chat: by number, by words, from the list, in words nobody called a search."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from locales import lessons
from storage.people import persons
from storage.requests import RequestKind
from storage.tutorials import lesson_requests, requests
from tests.town import Speaker, Town

TITLES = {lesson.number: lesson.title for lesson in lessons.every("vi")}


def first_line(heard: str) -> str:
    return heard.split("\n")[0]


def keys(speaker: Speaker) -> list[str]:
    return [key for key, _ in speaker.last[-1].choices]


@pytest.fixture
async def an(town: Town) -> Speaker:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")


@pytest.mark.parametrize(
    ("said", "lesson"),
    [
        ("hd 5", 5),
        ("HD 5", 5),
        ("hướng dẫn 11", 11),
        ("huong dan 11", 11),
        ("/huongdan 7", 7),
        ("bài 9", 9),
        ("hướng dẫn vneid", 1),
        ("huong dan vneid", 1),
        ("hd chữ ký số", 25),
        ("hd chu ki so", 25),
        ("hướng dẫn em mã qr với", 11),
        ("cách mua hàng qua mạng", 26),
        ("làm sao để cài vneid ạ", 1),
        ("lam sao de nop thue ho kinh doanh", 15),
        ("hướng dẫn chống lừa đảo", 17),
        ("hd lu7a2 d9a3o", 17),
    ],
)
async def test_a_lesson_is_given_at_once_when_one_is_meant(an: Speaker, said: str, lesson: int) -> None:
    assert first_line(await an.says(said)) == TITLES[lesson]


@pytest.mark.parametrize(
    ("said", "lesson"),
    [("sổ sức khỏe", 7), ("so suc khoe", 7), ("sim chính chủ", 16), ("vietqr", 11), ("quên mật khẩu vneid", 1)],
)
async def test_plain_words_that_name_a_topic_are_enough(an: Speaker, said: str, lesson: int) -> None:
    assert first_line(await an.says(said)) == TITLES[lesson]


@pytest.mark.parametrize(
    "said",
    [
        "thuế đất lên cao quá",
        "điện thoại hỏng rồi",
        "hôm nọ em đi tuyên truyền lừa đảo cho bà con",
        "mai em ra công an xã",
        "cháu gọi video cho bà rồi khóc",
    ],
)
async def test_talk_is_not_answered_with_a_lesson(an: Speaker, said: str, town: Town) -> None:
    heard = await an.says(said)
    assert first_line(heard) not in TITLES.values()
    assert await town.rows(lesson_requests) == []


async def test_a_lesson_that_talk_may_mean_is_offered_by_name(an: Speaker) -> None:
    await an.says("thuế đất lên cao quá")
    assert an.last[-1].choices[1] == ("2", "Xem bài: Kê khai thuế hộ kinh doanh trên eTax Mobile")
    assert first_line(await an.says("2")) == TITLES[15]


async def test_the_list_comes_five_at_a_time(an: Speaker) -> None:
    heard = await an.says("hướng dẫn")
    assert "gõ chữ cần học" in heard
    assert keys(an) == ["1", "2", "3", "4", "5"]
    await an.says("tiếp")
    assert keys(an) == ["6", "7", "8", "9", "10"]
    await an.says("tiep")
    assert keys(an) == ["11", "12", "13", "14", "15"]


@pytest.mark.parametrize("said", ["bác không biết làm thế nào", "hướng dẫn bác với"])
async def test_a_wish_without_a_topic_brings_the_list_or_help(an: Speaker, said: str) -> None:
    heard = await an.says(said)
    assert "chưa có bài" not in heard
    assert "chưa hiểu" not in heard


async def test_the_list_has_an_end(an: Speaker) -> None:
    await an.says("hd")
    for _ in range(5):
        await an.says("tiếp")
    assert keys(an) == ["26", "27", "28", "29"]
    assert "Hết bài" in await an.says("tiếp")


async def test_a_number_picks_from_the_list_and_the_list_stays(an: Speaker) -> None:
    await an.says("hướng dẫn")
    assert first_line(await an.says("3")) == TITLES[3]
    assert first_line(await an.says("số 5")) == TITLES[5]
    await an.says("tiếp")
    assert keys(an)[0] == "6"


async def test_a_tap_on_the_list_is_the_same_as_its_number(an: Speaker) -> None:
    await an.says("hướng dẫn")
    assert first_line(await an.taps("4")) == TITLES[4]


async def test_work_is_recorded_while_the_list_is_open(an: Speaker) -> None:
    await an.says("hướng dẫn")
    assert (await an.says("vneid 3 dvc 2")).startswith("Đã ghi")


async def test_words_are_searched_while_the_list_is_open(an: Speaker) -> None:
    await an.says("hướng dẫn")
    assert first_line(await an.says("chữ ký số")) == TITLES[25]


async def test_several_lessons_are_asked_between(an: Speaker) -> None:
    heard = await an.says("hướng dẫn tài khoản")
    assert "chọn số" in heard
    assert "19" in keys(an)
    assert len(keys(an)) > 1
    assert first_line(await an.says("19")) == TITLES[19]


@pytest.mark.parametrize("said", ["hd 77", "hd 0", "hướng dẫn số 500"])
async def test_a_number_without_a_lesson_says_so(an: Speaker, said: str) -> None:
    assert "bài đánh số từ 1 đến 29" in await an.says(said)


async def test_a_lesson_on_a_closed_portal_gives_what_took_its_place(an: Speaker) -> None:
    assert first_line(await an.says("hd 91")) == TITLES[3]


async def test_without_a_lesson_the_question_can_go_to_the_commune(an: Speaker, town: Town) -> None:
    heard = await an.says("cách lợp mái nhà")
    assert "Em chưa có bài về “lợp mái nhà”" in heard
    heard = await an.says("1")
    assert "trả lời trong 2 ngày làm việc" in heard or "có thể chậm" in heard
    (row,) = await town.rows(requests)
    assert (row.kind, row.words) == (RequestKind.QUESTION, "cách lợp mái nhà")


async def test_without_a_lesson_the_list_helps_too(an: Speaker) -> None:
    await an.says("cach lop mai nha")
    await an.says("2")
    assert keys(an) == ["1", "2", "3", "4", "5"]


async def test_each_lesson_asked_for_is_kept_with_place_team_and_week(an: Speaker, town: Town) -> None:
    await an.says("hd 5")
    await an.says("cách lợp mái nhà")
    given, lacking = await town.rows(lesson_requests)
    assert (given.person_id, given.lesson, given.week) == (an.person_id, 5, date(2026, 11, 16))
    assert (given.unit_id, given.team_id) == (town.places["Tú Lệ/Bản Lềnh"], town.teams["Tú Lệ/Bản Lềnh"])
    assert (lacking.lesson, lacking.query) == (None, "cách lợp mái nhà")


async def test_an_english_reader_is_told_that_the_lesson_is_vietnamese(an: Speaker, town: Town) -> None:
    async with town.database.write() as connection:
        await connection.execute(update(persons).values(language="en"))
    heard = await an.says("hd 5")
    assert heard.startswith("The lessons are written in Vietnamese")
    assert TITLES[5] in heard


async def test_every_lesson_fits_one_message(an: Speaker) -> None:
    longest = max(lessons.offered("vi", date(2026, 11, 18)), key=lambda lesson: len(lesson.text))
    heard = await an.says(f"hd {longest.number}")
    assert len(an.last) == 1
    assert len(heard) < 1500


async def test_the_list_forgets_nothing_overnight(an: Speaker, town: Town) -> None:
    await an.says("hướng dẫn")
    town.later(hours=20)
    await an.says("tiếp")
    assert keys(an)[0] == "6"
