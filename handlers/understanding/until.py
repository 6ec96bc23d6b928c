"""Until when: "đến 20/9", "3 ngày", "hết tuần này", "từ mai đến thứ 6". Looks ahead, as `days` looks back.

A date that has passed is never moved to another year in silence: it comes back as passed, so that somebody asks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from handlers.understanding.fold import fold
from handlers.understanding.keyboards import undone


class Unsure(StrEnum):
    """Why it must be asked."""

    PAST = "past"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Until:
    """A stretch of days. `last`: the day that was named (with `unsure` PAST: one that has passed, or None)."""

    last: date | None
    begins: date | None = None
    """The first day, where one was said; else it begins now."""
    whole: bool = False
    """The last day belongs to it for certain ("3 ngày", "hết tuần"); "đến thứ Hai" may stop short of it."""
    unsure: Unsure | None = None


_NUMBERS = {
    name: value
    for value, names in enumerate(("mot", "hai", "ba", "bon tu", "nam", "sau", "bay", "tam", "chin", "muoi"), start=1)
    for name in names.split()
}
_WORD = "|".join(_NUMBERS)
_DATE = re.compile(r"(?<![\d/])(\d{1,2})[/.\-](\d{1,2})(?:[/.\-](\d{4}|\d{2}))?(?![\d/])")
_IN_WORDS = re.compile(r"\b(\d{1,2}) thang (\d{1,2})(?: nam (\d{4}))?")
_ONLY_DAY = re.compile(r"\b(?:ngay|den|toi|hom|mung) (\d{1,2})\b(?! (?:ngay|hom|bua|tuan|thang|gio|h)\b)")
_WEEKDAY = re.compile(
    r"\b(?:(?:thu |t)([2-7])|thu (hai|ba|tu|nam|sau|bay)|(chu nhat|cn))\b(?: (tuan (?:sau|toi)|tuan nay|toi|nay|sau))?"
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5}
_LENGTH = re.compile(rf"(?<!thu )\b(\d{{1,3}}|{_WORD}) (ngay|hom|bua|tuan|thang)\b(?! (?:nay|sau|toi|\d))")
_NAMED = (
    (re.compile(r"\bhet tuan (?:sau|toi)\b"), lambda today: _sunday(today) + timedelta(days=7), True),
    (re.compile(r"\b(?:het|cuoi) tuan\b"), lambda today: _sunday(today), True),
    (re.compile(r"\btuan (?:sau|toi)\b"), lambda today: _sunday(today) + timedelta(days=1), False),
    (re.compile(r"\bhet thang (?:sau|toi)\b"), lambda today: _end_of_month(_end_of_month(today) + timedelta(1)), True),
    (re.compile(r"\b(?:het|cuoi) thang\b"), lambda today: _end_of_month(today), True),
    (re.compile(r"\bthang (?:sau|toi)\b"), lambda today: _end_of_month(today) + timedelta(days=1), False),
    (re.compile(r"\b(?:ngay kia|hom kia|mot)$|\bngay mot\b"), lambda today: today + timedelta(days=2), False),
    (re.compile(r"\b(?:mai|ngay mai)\b"), lambda today: today + timedelta(days=1), False),
    (re.compile(r"\b(?:hom nay|nay)\b"), lambda today: today, True),
)
_MOST_DAYS = 366


def until(text: str, today: date) -> Until:
    """The stretch that a text names. Words that name none, or a date of the lunar calendar, are unclear."""
    said = fold(undone(text))
    if re.search(r"\b(?:mung|mong|am lich|ram)\b", said):
        return Until(None, unsure=Unsure.UNCLEAR)
    first, _to, rest = said.rpartition(" den ") if re.match(r"(?:.* )?tu (?!\w+$)", said) else ("", "", said)
    begins = _begins(first or said, today)
    found = _end(rest, today, begins or today)
    if found.last is None or found.unsure is not None:
        return found
    start = begins if begins is not None and begins > today else None
    if found.last < today or (start is not None and found.last < start):
        return Until(found.last, start, unsure=Unsure.PAST)
    if (found.last - today).days > _MOST_DAYS:
        return Until(None, unsure=Unsure.UNCLEAR)
    return Until(found.last, start, found.whole)


def names_weekday(text: str) -> bool:
    """Whether a weekday stands in it: "thứ Hai", "thu 3". Beside choices with numbers, that is no second choice."""
    return _WEEKDAY.search(fold(undone(text))) is not None


def _begins(said: str, today: date) -> date | None:
    """ "từ mai", "từ 20/11": where it does not begin at once."""
    found = re.search(r"\btu ((?:ngay |thu |hom )?\S+(?: \S+)?)", said)
    if found is None or re.search(r"\bthu$", said[: found.start()].rstrip()):
        return None
    day = _day(found.group(1), today)
    return day.last if day is not None and day.unsure is None else None


def _end(said: str, today: date, start: date) -> Until:
    """A length counts from its first day; else a day is named."""
    length = _LENGTH.search(said)
    if length is not None and _DATE.search(said) is None and _WEEKDAY.search(said) is None:
        count = int(length.group(1)) if length.group(1).isdecimal() else _NUMBERS[length.group(1)]
        return _counted(count, length.group(2), start)
    without_begin = re.sub(r"\btu (?:ngay |hom )?\S+", "", said) if length is None and " den " not in said else said
    return _day(without_begin, today) or Until(None, unsure=Unsure.UNCLEAR)


def _counted(count: int, unit: str, start: date) -> Until:
    if count == 0:
        return Until(None, unsure=Unsure.UNCLEAR)
    days = count * {"tuan": 7, "thang": 30}.get(unit, 1)
    return Until(start + timedelta(days=days - 1), whole=True)


def _day(said: str, today: date) -> Until | None:
    whole = re.search(r"\bhet\b", said) is not None
    if written := (_last(_DATE, said) or _last(_IN_WORDS, said)):
        return _dated(written, today, whole)
    if weekday := _last(_WEEKDAY, said):
        return Until(_of_week(weekday, today), whole=whole)
    if only := _last(_ONLY_DAY, said):
        day = _safe(today.year, today.month, int(only.group(1)))
        return Until(day, whole=whole, unsure=None if day and day >= today else Unsure.PAST)
    for pattern, day_of, belongs in _NAMED:
        if pattern.search(said):
            return Until(day_of(today), whole=whole or belongs)
    return None


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    every = list(pattern.finditer(said))
    return every[-1] if every else None


def _dated(found: re.Match[str], today: date, whole: bool) -> Until:
    year = int(found.group(3) or today.year)
    day = _safe(year if year > 99 else 2000 + year, int(found.group(2)), int(found.group(1)))
    if day is None:
        return Until(None, unsure=Unsure.UNCLEAR)
    return Until(day, whole=whole, unsure=Unsure.PAST if day < today else None)


def _of_week(found: re.Match[str], today: date) -> date:
    """The next day of that name after today; of this or the next week, where that was said."""
    digit, word, _sunday_said, tail = found.groups()
    weekday = int(digit) - 2 if digit else _WEEKDAYS[word] if word else 6
    monday = today - timedelta(days=today.weekday())
    if tail in ("tuan sau", "tuan toi", "sau"):
        return monday + timedelta(days=7 + weekday)
    if tail in ("tuan nay", "nay"):
        return monday + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
