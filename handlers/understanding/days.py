"""Which day is meant: "hôm qua", "thứ 3 tuần trước", "20/11", "ngày 20". Looks back, never ahead.

A day that is not certain comes with a doubt, so that somebody asks; no date is ever moved to another year in silence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from handlers.understanding.fold import clean, key
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.numbers import spoken
from handlers.understanding.tokens import Shape, Token, tokens
from handlers.understanding.words import Table, index, spellings, table
from locales.lexicon import phrases_of

LONG_AGO = timedelta(days=92)
ROUND_NEW_YEAR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day that was said. `doubt` tells why it must be asked; `day` is then the likeliest, or None."""

    day: date | None
    doubt: DoubtReason | None = None
    whole_week: bool = False
    """Only the week was said ("tuần trước"); `day` is its last day."""


def find_day(text: str, today: date) -> FoundDay | None:
    """The day that a text names, or None. Two different days: a doubt."""
    words = index()
    found = tokens(clean(text), words.known, words.countable)
    days: list[FoundDay] = []
    at = 0
    while at < len(found):
        hit = day_at(found, at, today) or _bare_pair(found[at], today)
        if hit is not None:
            days.append(hit[0])
            at += hit[1]
        else:
            at += 1
    return together(days, today)


def together(days: Sequence[FoundDay], today: date) -> FoundDay | None:
    """Several mentions of days as one: the same day twice is fine, a day inside the week said is that day."""
    exact = [each for each in days if not each.whole_week] or list(days)
    if not exact:
        return None
    if any(each.doubt is DoubtReason.FUTURE for each in days):
        return FoundDay(None, DoubtReason.FUTURE)
    doubted = next((each for each in exact if each.doubt is not None), None)
    if doubted is not None:
        return doubted
    if len({each.day for each in exact}) > 1:
        return FoundDay(exact[0].day, DoubtReason.WHICH_DATE)
    return exact[0]


def day_at(found: Sequence[Token], at: int, today: date) -> tuple[FoundDay, int] | None:
    """The day whose words begin at a token, and how many tokens it takes."""
    token = found[at]
    if token.shape is Shape.WORD:
        if token.key not in _days_of().first:
            return None
    elif token.shape is Shape.DATE:
        return written(token.text, today), 1
    if token.shape is Shape.OPAQUE and re.fullmatch(r"[tT][2-7]", token.text):
        return _tailed(found, at + 1, int(token.text[1]) - 2, today, at)
    if token.shape is Shape.NUMBER or (token.shape is Shape.WORD and token.key in _days_of().number_starts):
        counted = _counted(found, at, today)
        if counted is not None:
            return counted
    return _worded(found, at, today) if token.shape is Shape.WORD else None


def written(text: str, today: date) -> FoundDay:
    """ "20/11", "20-11-2026", "20.11.26". A date still to come is last year's only round New Year."""
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    day, month = numbers[0], numbers[1]
    if len(numbers) > 2:
        year = numbers[2] if numbers[2] > 99 else 2000 + numbers[2]
        return _judged(_safe(year, month, day), today)
    this_year = _safe(today.year, month, day)
    if this_year is None or this_year <= today:
        return _judged(this_year, today)
    last_year = _safe(today.year - 1, month, day)
    if last_year is not None and today - last_year <= ROUND_NEW_YEAR:
        return FoundDay(last_year)
    return FoundDay(this_year, DoubtReason.FUTURE_DATE)


def _judged(day: date | None, today: date) -> FoundDay:
    if day is None:
        return FoundDay(None, DoubtReason.WHICH_DATE)
    if day > today:
        return FoundDay(day, DoubtReason.FUTURE_DATE)
    return FoundDay(day, DoubtReason.WHICH_DATE if today - day > LONG_AGO else None)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _DayWords:
    plain: Table
    first: frozenset[str]
    """All the words that a day can begin with."""
    starts: frozenset[str]
    number_starts: frozenset[str]
    weekday: frozenset[str]
    day: frozenset[str]
    month: frozenset[str]
    year: frozenset[str]


@cache
def _days_of() -> _DayWords:
    plain = table("days", "today", "yesterday", "two_ago", "last_week", "this_week", "unclear", "future", "sunday")
    starts = frozenset(form.split(" ")[0] for form in plain.forms())
    number_starts = frozenset(form for row in ("một", "hai", "ba", "bốn", "năm") for form in spellings(key(row)))
    weekday, day = _forms("before_number", "weekday"), _forms("before_number", "day")
    return _DayWords(
        plain=plain,
        first=starts | number_starts | weekday | day,
        starts=starts,
        number_starts=number_starts,
        weekday=weekday,
        day=day,
        month=_forms("before_number", "month"),
        year=_forms("days", "year"),
    )


def _forms(name: str, entry: str) -> frozenset[str]:
    return frozenset(form for phrase in phrases_of(name, entry) for form in spellings(key(phrase)))


def _keys(found: Sequence[Token], at: int, length: int = 5) -> list[str]:
    """The keys from a place on, up to the first sign."""
    keys: list[str] = []
    for token in found[at : at + length]:
        if token.shape not in (Shape.WORD, Shape.NUMBER):
            break
        keys.append(token.key)
    return keys


def _worded(found: Sequence[Token], at: int, today: date) -> tuple[FoundDay, int] | None:
    words = _days_of()
    first = found[at].key
    if first in words.starts:
        keys = _keys(found, at)
        opening = words.plain.opening(keys)
        if opening is not None:
            return _named(opening[0], found, at, opening[1], today)
    if first in words.weekday:
        return _weekday(found, at, today)
    if first in words.day:
        return _day_of_month(found, at, today)
    return None


def _named(name: str, found: Sequence[Token], at: int, length: int, today: date) -> tuple[FoundDay, int]:
    if name == "sunday":
        return _tailed(found, at + length, 6, today, at)
    if name == "last_week":
        monday = today - timedelta(days=today.weekday() + 7)
        inside = day_at(found, at + length, today) if at + length < len(found) else None
        if inside is not None and inside[0].day is not None and not inside[0].whole_week:
            return FoundDay(monday + timedelta(days=inside[0].day.weekday())), length + inside[1]
        return FoundDay(monday + timedelta(days=6), whole_week=True), length
    ago = {"today": 0, "yesterday": 1, "two_ago": 2}.get(name)
    if ago is not None:
        return FoundDay(today - timedelta(days=ago)), length
    if name == "this_week":
        return FoundDay(today, whole_week=True), length
    return FoundDay(None, DoubtReason.FUTURE if name == "future" else DoubtReason.WHICH_DATE), length


def _weekday(found: Sequence[Token], at: int, today: date) -> tuple[FoundDay, int] | None:
    """ "thứ 3", "thứ ba tuần trước"."""
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None or following.shape not in (Shape.NUMBER, Shape.WORD):
        return None
    name = table("weekdays").get([following.key])
    return _tailed(found, at + 2, int(name) - 2, today, at) if name else None


def _tailed(found: Sequence[Token], after: int, weekday: int, today: date, start: int) -> tuple[FoundDay, int]:
    """A weekday with "tuần trước", "tuần sau", "tới" behind it; alone it is the last one, today included."""
    tail = table("days", "tail_last_week", "tail_this_week", "tail_future").opening(_keys(found, after))
    monday = today - timedelta(days=today.weekday())
    taken = after - start + (tail[1] if tail else 0)
    if tail and tail[0] == "tail_future":
        return FoundDay(None, DoubtReason.FUTURE), taken
    if tail and tail[0] == "tail_last_week":
        return FoundDay(monday - timedelta(days=7 - weekday)), taken
    back = (today.weekday() - weekday) % 7
    return FoundDay(today - timedelta(days=back)), taken


def _day_of_month(found: Sequence[Token], at: int, today: date) -> tuple[FoundDay, int] | None:
    """ "ngày 20", "ngày 20/11", "ngày 20 tháng 11 năm 2026", "hôm thứ 3"."""
    following = found[at + 1] if at + 1 < len(found) else None
    if following is None:
        return None
    if following.shape in (Shape.PAIR, Shape.DATE, Shape.SPAN, Shape.FRACTION):
        numbers = re.findall(r"\d+", following.text)
        return (written(following.text, today), 2) if len(numbers) in (2, 3) else None
    if following.shape is Shape.WORD:
        inner = day_at(found, at + 1, today)
        return (inner[0], inner[1] + 1) if inner else None
    if following.shape is not Shape.NUMBER or not 1 <= following.value <= 31:
        return None
    with_month = _counted(found, at + 1, today)
    if with_month is not None:
        return with_month[0], with_month[1] + 1
    return _only_day(following.value, today), 2


def _only_day(day: int, today: date) -> FoundDay:
    """A day of this month, or, when that is still to come, probably of the last one: asked."""
    this_month = _safe(today.year, today.month, day)
    if this_month is not None and this_month <= today:
        return FoundDay(this_month)
    before = today.replace(day=1) - timedelta(days=1)
    return FoundDay(_safe(before.year, before.month, day), DoubtReason.WHICH_DATE)


def _counted(found: Sequence[Token], at: int, today: date) -> tuple[FoundDay, int] | None:
    """ "20 tháng 11", "2 hôm trước", "ba ngày trước"."""
    words = _days_of()
    token = found[at]
    value, taken = (token.value, 1) if token.shape is Shape.NUMBER else _number_word(found, at)
    keys = _keys(found, at + taken)
    if len(keys) > 1 and keys[0] in words.month and keys[1].isdecimal() and token.shape is Shape.NUMBER:
        year = keys[3] if len(keys) > 3 and keys[2] in words.year and keys[3].isdecimal() else ""
        said = f"{value}/{keys[1]}" + (f"/{year}" if year else "")
        return written(said, today), taken + 2 + (2 if year else 0)
    ago = table("days", "ago").opening(keys)
    if ago is not None and value <= 31:
        return FoundDay(today - timedelta(days=value)), taken + ago[1]
    return None


def _number_word(found: Sequence[Token], at: int) -> tuple[int, int]:
    number = spoken(_keys(found, at), 0)
    return (number.value, number.length) if number is not None else (99, 1)


def _bare_pair(token: Token, today: date) -> tuple[FoundDay, int] | None:
    return (written(token.text, today), 1) if token.shape is Shape.PAIR else None
