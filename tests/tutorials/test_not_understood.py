"""What nobody understood, and politeness: kind words, nothing lost, no menu for a thank-you."""

from __future__ import annotations

import pytest

from locales.lexicon import lexicon
from storage.tutorials import requests
from tests.town import Speaker, Town

MENU = "Em chưa hiểu ý"


@pytest.fixture
async def ha(town: Town) -> Speaker:
    return await town.person("Vi Thị Hà", "Tú Lệ", "commune_lead")


@pytest.fixture
async def an(town: Town, ha: Speaker) -> Speaker:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")


TALK = "mai bác đi chợ bán gà\nrồi về họp thôn tối."


async def test_what_is_not_understood_is_kept_and_three_ways_lead_on(an: Speaker) -> None:
    heard = await an.says(TALK)
    assert heard == "Em chưa hiểu ý, nhưng lời bác em vẫn giữ, không mất ạ. Bác muốn:"
    assert [label for _, label in an.last[-1].choices] == [
        "Ghi việc đã làm (gõ như: vneid 3 dvc 2)",
        "Xem bài hướng dẫn",
        "Chuyển lời này cho Vi Thị Hà ở xã",
    ]


@pytest.mark.parametrize("said", ["khi nao hop to", "hop to luc nao", "họp tổ lúc nào"])
async def test_a_meeting_asked_for_without_marks_is_no_lesson(an: Speaker, said: str) -> None:
    assert (await an.says(said)).startswith("Em chưa hiểu ý")


async def test_one_opens_the_check_in(an: Speaker) -> None:
    await an.says(TALK)
    assert "việc gì ạ?" in await an.says("1")


async def test_two_opens_the_lessons(an: Speaker) -> None:
    await an.says(TALK)
    await an.says("2")
    assert an.last[-1].choices[0][1] == "Cài VNeID và kích hoạt tài khoản mức 2"


async def test_three_passes_the_very_words_on(an: Speaker, ha: Speaker, town: Town) -> None:
    await an.says(TALK)
    assert "Em đã chuyển nguyên lời của bác tới Vi Thị Hà ở xã" in await an.says("3")
    (row,) = await town.rows(requests)
    assert (row.kind, row.words) == ("forwarded", TALK)
    assert [TALK in heard for heard in await ha.hears()] == [True]


async def test_the_words_can_be_passed_on_days_later_by_a_tap(an: Speaker, town: Town) -> None:
    await an.says(TALK)
    town.later(hours=5)
    await an.taps("3")
    assert len(await town.rows(requests)) == 1


async def test_the_second_time_is_shorter_and_keeps_both(an: Speaker, town: Town) -> None:
    first = await an.says("mai bác đi chợ")
    second = await an.says("bác nói là bác đi chợ mà")
    assert len(second) < len(first)
    assert MENU not in second
    await an.says("3")
    (row,) = await town.rows(requests)
    assert row.words == "mai bác đi chợ\nbác nói là bác đi chợ mà"


async def test_a_line_of_work_after_the_menu_is_work(an: Speaker) -> None:
    await an.says(TALK)
    assert (await an.says("vneid 3")).startswith("Đã ghi")


async def test_no_leaves_the_menu(an: Speaker, town: Town) -> None:
    await an.says(TALK)
    assert "trợ giúp" in await an.says("không")
    assert await town.rows(requests) == []


async def test_a_message_of_4096_letters_is_kept_whole_and_passed_on_whole(
    an: Speaker, ha: Speaker, town: Town
) -> None:
    story = ("bao nhiêu là chuyện " * 300)[:4096]
    assert MENU in await an.says(story)
    await an.says("3")
    (row,) = await town.rows(requests)
    assert row.words == story.strip()
    (told,) = await ha.hears()
    assert story.strip() in told


@pytest.mark.parametrize("said", ["", "   ", "…", "🐔", "🐔🐔🐔", ")))", "!!!"])
async def test_a_message_without_words_gets_a_kind_line(an: Speaker, said: str) -> None:
    heard = await an.says(said)
    assert "Em chưa thấy chữ nào" in heard
    assert an.last[-1].choices == ()


@pytest.mark.parametrize("said", ["2", "15"])
async def test_a_lone_number_is_asked_what_it_counts(an: Speaker, said: str) -> None:
    heard = await an.says(said)
    assert f"Em thấy số {said}" in heard
    assert an.last[-1].choices == ()


async def test_a_story_of_yesterday_is_not_mixed_with_today(an: Speaker, town: Town) -> None:
    await an.says("mai bác đi chợ")
    town.later(hours=3)
    assert MENU in await an.says("bác về rồi đây mà")
    await an.says("3")
    (row,) = await town.rows(requests)
    assert row.words == "bác về rồi đây mà"


async def test_an_officer_is_not_offered_to_pass_words_on_to_oneself(ha: Speaker) -> None:
    await ha.says(TALK)
    assert [key for key, _ in ha.last[-1].choices] == ["1", "2"]
    await ha.says("3")
    assert await ha.town.rows(requests) == []


async def test_an_open_question_comes_back_instead_of_the_menu(an: Speaker) -> None:
    await an.says("ghi việc")
    heard = await an.says("trời mưa to quá")
    assert heard.startswith("Em chưa hiểu ý, bác trả lời giúp em câu này trước")
    assert "việc gì ạ?" in heard
    await an.says("1 4")
    heard = await an.says("trời vẫn mưa")
    assert "Buổi tuyên truyền" in heard


@pytest.mark.parametrize("command", [phrase for phrases in lexicon("vi").table("slash").values() for phrase in phrases])
async def test_no_command_is_ever_misunderstood(an: Speaker, command: str) -> None:
    heard = await an.says(f"/{command}")
    assert heard
    assert MENU not in heard


@pytest.mark.parametrize("said", ["tiếp tục", "tiep tuc"])
async def test_going_on_goes_on_with_the_open_question(an: Speaker, said: str) -> None:
    await an.says("ghi việc")
    heard = await an.says(said)
    assert "việc gì ạ?" in heard
    assert MENU not in heard


async def test_the_menu_is_brought_by_a_stranger_word_not_by_a_command(an: Speaker) -> None:
    assert MENU not in await an.says("trợ giúp")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("chào em", "Em chào bác An ạ!"),
        ("chao em", "Em chào bác An ạ!"),
        ("Xin chào", "Em chào bác An ạ!"),
        ("alo", "Em chào bác An ạ!"),
        ("hello", "Em chào bác An ạ!"),
        ("cảm ơn em", "em cảm ơn bác An!"),
        ("cam on em nhieu nhe", "em cảm ơn bác An!"),
        ("Dạ vâng em cảm ơn nhiều ạ", "em cảm ơn bác An!"),
        ("thanks", "em cảm ơn bác An!"),
        ("tks em", "em cảm ơn bác An!"),
        ("ok", "Dạ vâng ạ"),
        ("ok em", "Dạ vâng ạ"),
        ("Oke nhé", "Dạ vâng ạ"),
        ("👍", "Dạ vâng ạ"),
        ("👍🏻👍🏻", "Dạ vâng ạ"),
        ("vâng", "Dạ vâng ạ"),
        ("được rồi", "Dạ vâng ạ"),
        ("❤️", "cảm ơn bác An"),
        ("😊😊", "cảm ơn bác An"),
        ("không", "không phát sinh"),
        ("tạm biệt em", "Em chào bác An"),
        ("chúc mừng năm mới", "mạnh khỏe"),
        ("em là người hay máy", "trợ lý tự động"),
        ("cam on ban", "không có gì"),
        ("chao ban", "em chào"),
        ("ok ban", "vâng"),
    ],
)
async def test_politeness_is_answered_politely(an: Speaker, said: str, answer: str) -> None:
    heard = await an.says(said)
    assert answer.casefold() in heard.casefold()
    assert MENU not in heard
    assert len(heard) < 160


@pytest.mark.parametrize(
    "said", ["bận rồi", "ban roi", "dạ bác bận rồi, để mai nhé", "hôm nay bận lắm rồi em ơi", "đang họp", "lát nữa nhé"]
)
@pytest.mark.parametrize("before", ["", "hd", "ghi việc"])
async def test_whoever_is_busy_hears_a_kind_word_and_how_to_say_a_leave(an: Speaker, before: str, said: str) -> None:
    """Also where lessons are listed or work is asked for, and nobody is asked the same once more."""
    if before:
        await an.says(before)
    heard = await an.says(said)
    assert heard == (
        "Dạ, bác cứ lo việc trước ạ. Lúc nào rảnh, bác nhắn em một dòng là được. Bận mấy ngày thì bác gõ: nghỉ 3 ngày"
    )
    assert "em không nhắc" in await an.says("nghỉ 3 ngày")


@pytest.mark.parametrize("said", ["chào em mai bác đi chợ", "cảm ơn em cho bác xin lịch họp"])
async def test_politeness_with_a_wish_is_not_only_politeness(an: Speaker, said: str) -> None:
    assert MENU in await an.says(said)


async def test_thanks_in_the_middle_brings_the_question_back(an: Speaker) -> None:
    await an.says("ghi việc")
    heard = await an.says("cảm ơn em")
    assert "cảm ơn bác An" in heard
    assert "việc gì ạ?" in heard


@pytest.mark.parametrize(
    ("role", "path", "words"),
    [
        ("member", "Tú Lệ/Bản Lềnh", "ghi việc"),
        ("leader", "Tú Lệ/Bản Lềnh", "chưa làm, yêu cầu"),
        ("commune_lead", "Tú Lệ", "thông báo"),
        ("admin", "", "Việc chung các xã"),
    ],
)
async def test_help_fits_the_role_and_a_phone(town: Town, role: str, path: str, words: str) -> None:
    person = await town.person("Hà Thị Mai", path, role)
    for said in ("trợ giúp", "tro giup", "?", "menu", "/help", "bắt đầu"):
        heard = await person.says(said)
        assert words in heard
        assert len(heard) <= 300
