"""The day that people mean."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.understanding import DoubtReason, FoundDay, find_day

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("hôm nay", (11, 23)),
        ("hôm qua", (11, 22)),
        ("hom qua", (11, 22)),
        ("tối qua", (11, 22)),
        ("hôm kia", (11, 21)),
        ("2 hôm trước", (11, 21)),
        ("hai ngày trước", (11, 21)),
        ("thứ 2", (11, 23)),
        ("thứ 3", (11, 17)),
        ("thứ ba", (11, 17)),
        ("thu 6", (11, 20)),
        ("t7", (11, 21)),
        ("chủ nhật", (11, 22)),
        ("thứ 7 tuần trước", (11, 21)),
        ("tuần trước thứ 5", (11, 19)),
        ("tuần trước", (11, 22)),
        ("20/11", (11, 20)),
        ("20-11-2026", (11, 20)),
        ("20.11.26", (11, 20)),
        ("ngày 20", (11, 20)),
        ("mùng 5", (11, 5)),
        ("ngày 20 tháng 11", (11, 20)),
        ("ngày 20 tháng 11 năm 2026", (11, 20)),
    ],
)
def test_a_day_that_is_plain(said: str, day: tuple[int, int]) -> None:
    found = find_day(said, MONDAY)
    assert found is not None
    assert found.doubt is None
    assert found.day == date(2026, *day)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("mai", DoubtReason.FUTURE),
        ("tuần sau", DoubtReason.FUTURE),
        ("thứ 6 tới", DoubtReason.FUTURE),
        ("25/12", DoubtReason.FUTURE_DATE),
        ("20/11/2027", DoubtReason.FUTURE_DATE),
        ("31/2", DoubtReason.WHICH_DATE),
        ("ngày 25", DoubtReason.WHICH_DATE),
        ("hôm nọ", DoubtReason.WHICH_DATE),
        ("20/5", DoubtReason.WHICH_DATE),
        ("hôm qua và hôm nay", DoubtReason.WHICH_DATE),
    ],
)
def test_a_day_that_must_be_asked(said: str, reason: DoubtReason) -> None:
    found = find_day(said, MONDAY)
    assert found is not None
    assert found.doubt is reason


def test_a_past_day_is_never_moved_to_next_year() -> None:
    found = find_day("20/9", MONDAY)
    assert found == FoundDay(date(2026, 9, 20))


def test_round_new_year_a_day_of_december_is_of_the_year_that_ended() -> None:
    assert find_day("30/12", date(2027, 1, 5)) == FoundDay(date(2026, 12, 30))


@pytest.mark.parametrize("said", ["vneid 3", "", "chị Hai", "3 ngày"])
def test_a_text_without_a_day(said: str) -> None:
    assert find_day(said, MONDAY) is None
