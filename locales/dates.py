"""Dates, times and numbers as the reader's language writes them (Babel), with weeks by ISO 8601."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO week, known by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, text: str) -> Week:
        """From "2026-W47". Raises ValueError on anything else."""
        year, _, number = text.partition("-W")
        return cls(date.fromisocalendar(int(year), int(number), 1))

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    def before(self, weeks: int = 1) -> Week:
        return Week(self.monday - timedelta(weeks=weeks))

    def after(self, weeks: int = 1) -> Week:
        return Week(self.monday + timedelta(weeks=weeks))

    def __str__(self) -> str:
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02d}"


def local(moment: datetime, zone: ZoneInfo = ZONE) -> datetime:
    """A moment on the clock people look at."""
    return moment.astimezone(zone)


@lru_cache(maxsize=4096)  # Babel parses the locale's name anew each time: most of the time a country's tallies took
def number(value: int | float, language: str) -> str:
    return format_decimal(value, locale=language)


@lru_cache(maxsize=1024)  # as above
def day(value: date, language: str) -> str:
    """ "Chủ nhật 22/11", "Sun 22/11": the weekday and the day, without the year."""
    if language == "vi":
        name = "Chủ nhật" if value.weekday() == 6 else format_date(value, "EEEE", locale="vi")
        return f"{name[:1].upper()}{name[1:]} {value.day}/{value.month}"
    return format_date(value, "EEE d/M", locale=language)


def short_day(value: date) -> str:
    return f"{value.day}/{value.month}"


def clock(value: datetime) -> str:
    return f"{local(value):%H:%M}"


def span(week: Week) -> str:
    """ "16–22/11", "30/11–6/12": the days of a week."""
    first, last = week.monday, week.sunday
    if first.month == last.month:
        return f"{first.day}–{short_day(last)}"
    return f"{short_day(first)}–{short_day(last)}"
