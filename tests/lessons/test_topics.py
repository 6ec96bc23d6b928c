"""People ask for a lesson in their own words and spelling, and find it; talk about other things finds nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from handlers.understanding import topics
from locales import lessons

HERE = Path(__file__).parent
OFFERED = lessons.offered("vi", date(2026, 11, 23))


def _read() -> Iterator[tuple[str, int, int]]:
    for line in (HERE / "queries.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            query, number, within = line.split("\t")
            yield query, int(number), int(within)


QUERIES = list(_read())


def _numbers(query: str) -> list[int]:
    return [lesson.number for lesson in topics.find(query, OFFERED)]


def test_the_table_is_large_enough_and_asks_for_every_lesson() -> None:
    assert len(QUERIES) >= 60
    assert {number for _, number, _ in QUERIES} == {lesson.number for lesson in OFFERED}


@pytest.mark.parametrize(("query", "number", "within"), QUERIES)
def test_a_person_finds_the_lesson_they_name(query: str, number: int, within: int) -> None:
    assert number in _numbers(query)[:within]


@pytest.mark.parametrize("query", (HERE / "nothing.txt").read_text("utf-8").splitlines())
def test_talk_about_other_things_finds_nothing(query: str) -> None:
    assert topics.find(query, OFFERED) == ()


def test_every_lesson_is_found_first_by_its_own_title_and_within_three_by_each_topic() -> None:
    lost = [lesson.title for lesson in OFFERED if _numbers(lesson.title)[:1] != [lesson.number]]
    lost += [topic for lesson in OFFERED for topic in lesson.topics if lesson.number not in _numbers(topic)[:3]]
    assert lost == []


def test_a_phone_that_sends_decomposed_letters_finds_the_same() -> None:
    query = "sổ sức khỏe điện tử"
    assert _numbers(unicodedata.normalize("NFD", query)) == _numbers(query) != []


def test_no_more_lessons_come_than_were_asked_for() -> None:
    assert len(topics.find("zalo", OFFERED, limit=2)) == 2
    assert topics.find("zalo", OFFERED, limit=2) == topics.find("zalo", OFFERED)[:2]


def test_only_the_lessons_given_are_searched() -> None:
    without = tuple(lesson for lesson in OFFERED if lesson.slug != "vssid")
    assert "vssid" not in {lesson.slug for lesson in topics.find("vssid", without)}
    assert topics.find("vssid", ()) == ()


def test_a_message_of_4096_letters_is_no_trouble() -> None:
    assert _numbers("lừa đảo " + "nhà bác ở xa lắm " * 240)[:1] == [17]
