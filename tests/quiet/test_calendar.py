"""Which days are holidays, when the weeks around Tết are, on which days offices work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.calendar.days import Calendar, calendar_of
from handlers.calendar.lunar import new_moon_day, tet_weeks
from handlers.calendar.public import holidays_of, made_up, tet
from storage.calendar import Moved, MovedDays


@pytest.mark.parametrize(
    ("year", "first"),
    [
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2028, date(2028, 1, 26)),
        (2029, date(2029, 2, 13)),
        (2030, date(2030, 2, 2)),
        (2031, date(2031, 1, 23)),
    ],
)
def test_tet_is_computed_for_vietnam(year: int, first: date) -> None:
    """2030: 2 February, where a Chinese calendar says the 3rd (domain.md §6)."""
    assert tet(year) == first


@pytest.mark.parametrize(
    ("year", "first", "last"),
    [
        (2024, date(2024, 2, 2), date(2024, 2, 16)),  # a twelfth month of 30 days
        (2026, date(2026, 2, 10), date(2026, 2, 23)),  # one of 29
        (2027, date(2027, 1, 30), date(2027, 2, 12)),
        (2028, date(2028, 1, 19), date(2028, 2, 1)),
        (2029, date(2029, 2, 6), date(2029, 2, 19)),
        (2030, date(2030, 1, 26), date(2030, 2, 8)),
        (2031, date(2031, 1, 16), date(2031, 1, 29)),
        (2033, date(2033, 1, 23), date(2033, 2, 6)),  # 30 again
    ],
)
def test_the_weeks_around_tet_run_from_the_kitchen_gods_to_the_seventh(year: int, first: date, last: date) -> None:
    assert tet_weeks(year) == (first, last)


def test_the_computed_new_moon_is_day_one_of_every_tet_that_the_library_knows() -> None:
    """The computation proves itself: ninety years of day 1 agree to the day."""
    for year in range(1990, 2080):
        number = round((tet(year) - date(2000, 1, 6)).days / 29.530588861)
        assert new_moon_day(number) == tet(year)
        assert (tet(year) - new_moon_day(number - 1)).days in (29, 30)


@pytest.mark.parametrize("year", [2026, 2027, 2030])
def test_the_laws_holidays_are_there(year: int) -> None:
    days = holidays_of(year)
    eve = tet(year) - timedelta(days=1)
    fixed = [date(year, 1, 1), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2), date(year, 11, 24)]
    assert not [day for day in [*fixed, *(eve + timedelta(days=n) for n in range(5))] if day not in days]


@pytest.mark.parametrize(
    ("year", "day"), [(2026, date(2026, 4, 26)), (2027, date(2027, 4, 16)), (2030, date(2030, 4, 12))]
)
def test_the_hung_kings_day_moves_with_the_moon(year: int, day: date) -> None:
    assert "Hung Kings" in holidays_of(year)[day]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 24), False),  # Culture Day, a Tuesday
        (date(2026, 4, 27), False),  # a Monday in lieu of the Hùng Kings' Sunday
        (date(2026, 8, 31), False),  # moved by the government
        (date(2026, 8, 22), True),  # the Saturday made up for it
        (date(2027, 2, 12), True),  # around Tết, but offices work
    ],
)
def test_which_days_offices_work(day: date, works: bool) -> None:
    assert Calendar().works(day) is works


def test_a_published_saturday_made_up_for_is_known() -> None:
    assert date(2026, 8, 22) in made_up(2026)


def test_what_an_operator_wrote_down_counts_before_the_law() -> None:
    moved = (Moved(date(2026, 11, 23), "off", "nghỉ bù"), Moved(date(2026, 11, 24), "working", "đi làm"))
    calendar = calendar_of(MovedDays(moved), public=True)
    assert not calendar.works(date(2026, 11, 23))
    assert calendar.closed(date(2026, 11, 23)) == "day off: nghỉ bù"
    assert calendar.works(date(2026, 11, 24))
    assert calendar.closed(date(2026, 11, 24)) == ""


def test_with_holidays_off_only_weekends_and_the_table_count() -> None:
    calendar = calendar_of(MovedDays((Moved(date(2026, 11, 23), "off", "nghỉ"),)), public=False)
    assert calendar.works(date(2026, 11, 24))
    assert not calendar.works(date(2026, 11, 22))
    assert not calendar.works(date(2026, 11, 23))
    assert calendar.closed(date(2027, 2, 6)) == ""


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (date(2026, 11, 16), date(2026, 11, 18)),
        (date(2026, 11, 19), date(2026, 11, 23)),
        (date(2026, 11, 20), date(2026, 11, 25)),
        (date(2026, 11, 21), date(2026, 11, 25)),
        (date(2027, 2, 3), date(2027, 2, 12)),
    ],
)
def test_two_working_days_skip_weekends_and_holidays(asked: date, due: date) -> None:
    assert Calendar().after_working_days(asked, 2) == due
