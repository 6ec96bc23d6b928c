"""Dates, shares, ranges, money, hours and signs inside a line."""

from __future__ import annotations

import re

from handlers.understanding import days
from handlers.understanding.cursor import JOINING, Cursor
from handlers.understanding.item import Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.measures import put_range
from handlers.understanding.tokens import Shape, Token
from handlers.understanding.words import Kind

_DIGITS = re.compile(r"\d+")
_BY_SHAPE = {
    Shape.HOUR: (Role.LABEL, DoubtReason.HOUR),
    Shape.MONEY: (Role.BLOCK, DoubtReason.MONEY),
    Shape.PERCENT: (Role.BLOCK, DoubtReason.RATIO),
    Shape.PHONE: (Role.BLOCK, DoubtReason.PHONE),
    Shape.FRACTION: (Role.BLOCK, DoubtReason.FRACTION),
    Shape.SUM: (Role.BLOCK, DoubtReason.TWO_MEANINGS),
}


def take_sign(line: Cursor, token: Token) -> None:
    """Take what is neither a word nor a plain number."""
    if token.shape is Shape.OPAQUE and line.take_day():
        return
    if token.shape is Shape.DATE:
        line.take_day()
    elif token.shape is Shape.FRACTION and not line.out and (day := _dotted(line, token)) is not None:
        line.put(Role.DAY, 1, day=day)
    elif token.shape is Shape.PAIR:
        _pair(line, token)
    elif token.shape is Shape.SPAN:
        _span(line, token)
    elif token.shape is Shape.ABOUT:
        line.put_about(1, int(_DIGITS.findall(token.text)[0]))
    elif token.shape in _BY_SHAPE:
        role, reason = _BY_SHAPE[token.shape]
        line.put(role, 1, reason=reason)
    elif token.shape is Shape.BREAK:
        question = "?" in token.text
        line.put(Role.BLOCK if question else Role.BREAK, 1, reason=DoubtReason.QUESTION if question else None)
    elif token.text in JOINING:
        line.put(Role.COMMA, 1)
    else:
        line.put(Role.OTHER if token.shape is Shape.OPAQUE else Role.FILLER, 1)


def _dotted(line: Cursor, token: Token) -> days.FoundDay | None:
    """ "17.11 vneid 3": a line that begins so names its day; people are not counted in hundredths."""
    if "." not in token.text or not _number_soon_after_work(line):
        return None
    day = days.written(token.text, line.context.today)
    return day if day.day is not None else None


def _number_soon_after_work(line: Cursor) -> bool:
    """Whether the next words count something of their own ("vneid 3"), so that this number need not."""
    entries = line.entries(line.at + 1)
    named = any(entry.kind is Kind.INDICATOR for entry in entries)
    return _number_soon(line, line.at + 1) or (named and _number_soon(line, line.at + 1 + entries[0].length))


def _pair(line: Cursor, token: Token) -> None:
    """3/5 is a share where something is counted by it, else a date."""
    first, second = (int(each) for each in token.text.replace(" ", "").split("/"))
    day = days.written(token.text, line.context.today)
    asked = line.previous() in (Role.INDICATOR, Role.UNIT)
    entries = line.entries(line.at + 1)
    counted = any(entry.kind in (Kind.UNIT, Kind.COUNTER) for entry in entries) and not any(
        item.role is Role.NUMBER for item in line.out
    )
    names_next = any(entry.kind in (Kind.INDICATOR, Kind.UNIT) for entry in entries)
    has_own = names_next and _number_soon(line, line.at + 1 + entries[0].length)
    if (day.day is None and day.doubt) or ((asked or (counted and not has_own)) and first <= second):
        line.put(Role.BLOCK, 1, reason=DoubtReason.RATIO)
    else:
        line.put(Role.DAY, 1, day=day)


def _number_soon(line: Cursor, at: int) -> bool:
    token = line.token(at)
    return token is not None and token.shape is Shape.NUMBER


def _span(line: Cursor, token: Token) -> None:
    first, second = (int(each) for each in token.text.replace("–", "-").replace("—", "-").replace("~", "-").split("-"))
    day = days.written(token.text, line.context.today)
    if first < second or day.day is None or line.previous() in (Role.INDICATOR, Role.UNIT):
        put_range(line, 1)
    else:
        line.put(Role.DAY, 1, day=day)
