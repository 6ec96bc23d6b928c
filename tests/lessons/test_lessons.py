"""The lessons themselves: complete, short enough for a phone, in plain warm words, and none on a closed door."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from locales import LANGUAGES, lessons
from locales.lessons import Lesson, LessonError, Skill, Status

TODAY = date(2026, 11, 23)
EVERY = lessons.every("vi")
FORBIDDEN = ("bạn", "cú pháp", "lệnh", "hợp lệ", "hệ thống", "nhập", "sai định dạng")
CLOSED = {"cong-dich-vu-cong-tinh", "cong-cua-bo", "yenbai-s"}

one_by_one = pytest.mark.parametrize("lesson", EVERY, ids=lambda lesson: lesson.slug)

GOOD = """+++
number = 7
title = "Gọi hình cho con"
skill = "local"
topics = ["gọi hình"]
version = 1
owner = "Nhóm soạn bài"
source = "Zalo"
reviewed_on = 2026-11-20
retire_on = 2027-11-30
status = "offered"
+++

Nhìn thấy con cháu ở xa.

1. Mở tên người cần gọi.
2. Bấm hình máy quay.

> Không gửi mã OTP cho ai.
"""


def test_there_are_at_least_25_lessons_to_offer_and_each_basic_skill_has_some() -> None:
    offered = lessons.offered("vi", TODAY)
    assert len(offered) >= 25
    assert {lesson.skill for lesson in offered} == set(Skill)
    assert [lesson.number for lesson in offered] == list(range(1, len(offered) + 1))


@one_by_one
def test_a_lesson_fits_one_message_and_its_steps_fit_a_phone(lesson: Lesson) -> None:
    assert 4 <= len(lesson.steps) <= 7
    assert all(len(f"{place}. {step}") < 160 for place, step in enumerate(lesson.steps, start=1))
    assert len(lesson.text) < 1200
    assert len(lesson.title) <= 60
    assert len(lesson.purpose) <= 120


@one_by_one
def test_a_lesson_speaks_plain_warm_words(lesson: Lesson) -> None:
    said = f"{lesson.text} {lesson.reason}".lower()
    assert [word for word in FORBIDDEN if re.search(rf"(?<!\w){word}(?!\w)", said)] == []


@one_by_one
def test_a_lesson_near_money_codes_or_papers_ends_with_a_warning(lesson: Lesson) -> None:
    near = re.search(r"tiền|mã|căn cước|mật khẩu|tài khoản", " ".join((lesson.title, lesson.purpose, *lesson.steps)))
    assert lesson.warning or not near


@one_by_one
def test_a_lesson_names_no_phone_number_and_no_address_but_the_known_ones(lesson: Lesson) -> None:
    assert set(re.findall(r"\d{3,}", re.sub(r"\d+/\d+/\d{4}|\d/\d{4}", "", lesson.text))) <= {"156", "5656"}
    assert set(re.findall(r"[\w-]+(?:\.[\w-]+)+", lesson.text)) <= {"dichvucong.gov.vn", "gov.vn"}


@one_by_one
def test_a_lesson_points_only_at_lessons_that_are_offered(lesson: Lesson) -> None:
    named = {int(number) for number in re.findall(r"bài (\d+)", lesson.text)}
    assert named <= {other.number for other in lessons.offered("vi", TODAY)} - {lesson.number}


@one_by_one
def test_an_offered_lesson_is_reviewed_before_its_last_day_and_a_retired_one_after(lesson: Lesson) -> None:
    assert (lesson.reviewed_on < lesson.retire_on) == (lesson.status is Status.OFFERED)
    assert lesson.version >= 1
    assert lesson.owner
    assert lesson.source


def test_no_two_lessons_claim_the_same_words() -> None:
    claims = [topic for lesson in lessons.offered("vi", TODAY) for topic in {one.lower() for one in lesson.topics}]
    assert sorted(topic for topic in set(claims) if claims.count(topic) > 1) == []


def test_lessons_on_closed_portals_are_never_offered_and_say_what_replaces_them() -> None:
    retired = {lesson.slug for lesson in EVERY if lesson.status is Status.RETIRED}
    assert retired == CLOSED
    for day in (date(2020, 1, 1), TODAY, date(2040, 1, 1)):
        assert not CLOSED & {lesson.slug for lesson in lessons.offered("vi", day)}
    assert all(lesson.reason and lesson.replaced_by for lesson in EVERY if lesson.status is Status.RETIRED)


def test_whoever_asks_for_a_closed_portal_by_number_gets_what_replaces_it() -> None:
    instead = lessons.by_number(91, "vi", TODAY)
    assert instead is not None
    assert instead.number == 3


def test_a_lesson_is_found_by_its_number_and_an_unknown_number_finds_nothing() -> None:
    lesson = lessons.by_number(7, "vi", TODAY)
    assert lesson is not None
    assert lesson.slug == "so-suc-khoe"
    assert lessons.by_number(0, "vi", TODAY) is None
    assert lessons.by_number(444, "vi", TODAY) is None


@one_by_one
def test_a_lesson_past_its_day_is_no_longer_offered(lesson: Lesson) -> None:
    eve = lesson.retire_on - timedelta(days=1)
    assert (lesson in lessons.offered("vi", eve)) == (lesson.status is Status.OFFERED)
    assert lesson not in lessons.offered("vi", lesson.retire_on)
    assert lessons.by_number(lesson.number, "vi", lesson.retire_on) != lesson


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reader_has_lessons_whatever_the_language(language: str) -> None:
    assert len(lessons.offered(language, TODAY)) >= 25
    assert lessons.fillers(language)


def test_a_lesson_is_read_as_it_is_written() -> None:
    lesson = lessons.parse("goi-hinh.md", GOOD)
    assert (lesson.slug, lesson.number, lesson.skill) == ("goi-hinh", 7, Skill.LOCAL)
    assert lesson.text.splitlines() == [
        "Gọi hình cho con",
        "Nhìn thấy con cháu ở xa.",
        "1. Mở tên người cần gọi.",
        "2. Bấm hình máy quay.",
        "Không gửi mã OTP cho ai.",
    ]


@pytest.mark.parametrize(
    ("good", "damaged", "field"),
    [
        ("number = 7", "number = 0", "number"),
        ("number = 7", 'number = "7"', "number"),
        ("number = 7\n", "", "number"),
        ('title = "Gọi hình cho con"', 'title = " "', "title"),
        ('skill = "local"', 'skill = "cooking"', "skill"),
        ('topics = ["gọi hình"]', "topics = []", "topics"),
        ("version = 1", "version = true", "version"),
        ('owner = "Nhóm soạn bài"\n', "", "owner"),
        ('source = "Zalo"\n', "", "source"),
        ("reviewed_on = 2026-11-20", 'reviewed_on = "hôm qua"', "reviewed_on"),
        ("retire_on = 2027-11-30", "retire_on = 2026-11-20", "retire_on"),
        ('status = "offered"', 'status = "retired"', "reason"),
        ('status = "offered"', 'status = "maybe"', "status"),
        ('status = "offered"', 'status = "offered', "front matter"),
        ("+++\n\nNhìn", "\n\nNhìn", "front matter"),
        ("Nhìn thấy con cháu ở xa.\n", "", "purpose"),
        ("2. Bấm", "3. Bấm", "steps"),
        ("2. Bấm", "Bấm", "steps"),
        ("1. Mở tên người cần gọi.\n2. Bấm hình máy quay.\n", "", "steps"),
    ],
)
def test_a_damaged_file_is_named_with_its_field(good: str, damaged: str, field: str) -> None:
    assert good in GOOD
    with pytest.raises(LessonError) as refusal:
        lessons.parse("goi-hinh.md", GOOD.replace(good, damaged))
    assert (refusal.value.file, refusal.value.field) == ("goi-hinh.md", field)
    assert str(refusal.value).startswith(f"goi-hinh.md: {field}: ")


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "goi-hinh.md").write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(LessonError, match=r"goi-hinh\.md: file"):
        lessons.read(tmp_path)


def test_two_lessons_of_one_number_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD, "utf-8")
    (tmp_path / "b.md").write_text(GOOD, "utf-8")
    with pytest.raises(LessonError, match=r"b\.md: number: 7 is already that of a\.md"):
        lessons.read(tmp_path)


def test_a_replacement_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(GOOD.replace("version = 1", "version = 1\nreplaced_by = 8"), "utf-8")
    with pytest.raises(LessonError, match=r"a\.md: replaced_by"):
        lessons.read(tmp_path)
