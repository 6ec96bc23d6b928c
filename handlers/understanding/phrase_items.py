"""Phrases of the lexicon inside a line: indicators, units, blockers, and words that make a number a name."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding import neighbours, numbers
from handlers.understanding.cursor import COUNTED, Cursor
from handlers.understanding.item import Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.tokens import Shape
from handlers.understanding.words import Entry, Kind

_BY_KIND = {
    Kind.VERB: Role.VERB,
    Kind.FILLER: Role.FILLER,
    Kind.COUNTER: Role.COUNTER,
    Kind.NOT_A_COUNT: Role.FILLER,
    Kind.TITLE: Role.FILLER,
}
_STANDS_ALONE = frozenset({Kind.INDICATOR, Kind.MAYBE, Kind.BLOCKER, Kind.UNIT, Kind.MONEY, Kind.LATE, *_BY_KIND})
_HARMLESS = COUNTED | {Kind.FILLER, Kind.VERB}
_COUNTS = (Role.NUMBER, Role.INDICATOR, Role.UNIT, Role.COUNTER)
_NEVER_LABEL_WITH_UNIT = "loose_number"
_NEEDS_NUMBER = frozenset({"approximate"})
"""Unmarked single words of these groups ("gan", "tam", "may") block only right before a number or a unit."""


def take_phrase(line: Cursor) -> bool:
    """Take the longest phrase that can have one of its meanings here."""
    return any(_entry(line, entry, entries) for entries in line.phrases(line.at) for entry in entries)


def _entry(line: Cursor, entry: Entry, entries: Sequence[Entry]) -> bool:
    """Take one meaning of the phrase here, if it can have it in this place."""
    if entry.kind is Kind.BEFORE:
        return _before_number(line, entry)
    if entry.kind is Kind.ZERO:
        return _zero(line, entry)
    if entry.kind is Kind.TITLE or entry.kind not in _STANDS_ALONE:
        return False
    if entry.kind is Kind.BLOCKER:
        return _blocker(line, entry, entries)
    if entry.kind in (Kind.INDICATOR, Kind.MAYBE):
        return _indicator(line, entry, any(each.kind is Kind.MONEY for each in entries))
    if entry.kind is Kind.MONEY:
        if entry.length == 1 and not entry.exact:
            return False  # "phat", "mua", "tra" are too many other words
        line.put(Role.OTHER, entry.length, reason=DoubtReason.MONEY)
        return True
    if entry.kind is Kind.LATE:
        return _late(line, entry)
    if entry.kind is Kind.UNIT:
        line.put(Role.UNIT, entry.length, code=entry.value)
        return True
    if (
        entry.kind is Kind.COUNTER
        and line.previous() is not Role.NUMBER
        and any(each.kind in (Kind.FILLER, Kind.VERB) for each in entries)
    ):
        return False
    line.put(_BY_KIND[entry.kind], entry.length)
    return True


def _indicator(line: Cursor, entry: Entry, takes_amounts: bool) -> bool:
    """ "tích hợp BHYT lên VNeID": the second is only the way. "chuyển khoản" may lead to an amount of money."""
    before = line.token(line.at - 1)
    via = before is not None and before.key in neighbours.via() and line.previous() is Role.INDICATOR
    if via:
        line.put(Role.FILLER, entry.length)
    else:
        code = "tt?" if entry.kind is Kind.MAYBE else entry.value
        line.put(Role.INDICATOR, entry.length, code=code, reason=DoubtReason.MONEY if takes_amounts else None)
    return True


def _before_number(line: Cursor, entry: Entry) -> bool:
    following = line.token(line.at + entry.length)
    if following is None:
        return False
    length = entry.length
    if following.shape is Shape.SIGN and following.text == ":" and entry.value == "phone":
        length += 1
        following = line.token(line.at + length)
    if following is None or entry.value in ("place", "day", "month", "weekday"):
        return False
    if following.shape is Shape.NUMBER:
        return _labelled(line, entry, length)
    said = numbers.spoken(line.number_keys, line.at + length) if following.shape is Shape.WORD else None
    if said is None or entry.value not in ("level", "other_number") or line.countable(line.at + length + said.length):
        return False
    line.put(Role.LABEL, length + said.length, reason=DoubtReason(entry.value))
    return True


def _labelled(line: Cursor, entry: Entry, length: int) -> bool:
    followed = line.countable(line.at + length + 1)
    named = bool(line.out) and line.out[-1].role is Role.UNIT  # "hộ số 12"
    if entry.value == _NEVER_LABEL_WITH_UNIT and followed and not named:
        return False
    if entry.value == "two_meanings" and line.previous() is Role.NUMBER:
        return False
    if entry.value in ("phone", "running_total", "two_meanings"):
        line.put(Role.BLOCK, length + 1, reason=DoubtReason(entry.value))
        return True
    reason = DoubtReason.OTHER_NUMBER if entry.value == _NEVER_LABEL_WITH_UNIT else DoubtReason(entry.value)
    line.put(Role.LABEL, length + 1, reason=reason)
    return True


def _zero(line: Cursor, entry: Entry) -> bool:
    """ "dvc không", "dvc chưa có" at the end of a clause."""
    last = line.out[-1].role if line.out else None
    if last not in (Role.INDICATOR, Role.UNIT) or not line.ends(line.at + entry.length):
        return False
    final = line.token(line.at + entry.length) is None
    if final and entry.length == 1 and not any(item.role is Role.NUMBER for item in line.out):
        return False  # "vneid không" alone may as well be a question
    line.put(Role.ZERO, entry.length, number=0)
    return True


def _late(line: Cursor, entry: Entry) -> bool:
    """ "em quên báo: vneid 3"; in "3 hộ chưa báo vneid" it is others who did not report."""
    if any(item.role in (*_COUNTS, Role.BLOCK) for item in line.out) or line.token(line.at + entry.length) is None:
        return False
    line.put(Role.FILLER, entry.length)
    return True


def _blocker(line: Cursor, entry: Entry, entries: Sequence[Entry]) -> bool:
    weak = not entry.exact and entry.length == 1
    if weak and any(each.kind in _HARMLESS for each in entries):
        return False
    if weak and entry.value in _NEEDS_NUMBER and not _number_follows(line, line.at + 1):
        return False
    reason = DoubtReason(entry.value)
    if reason is DoubtReason.NEGATION and _is_tail_question(line, entry):
        reason = DoubtReason.QUESTION
    line.put(Role.BLOCK, entry.length, reason=reason)
    return True


def _is_tail_question(line: Cursor, entry: Entry) -> bool:
    token = line.token(line.at + entry.length)
    return entry.length == 1 and bool(line.out) and (token is None or token.text.startswith("?"))


def _number_follows(line: Cursor, at: int) -> bool:
    token = line.token(at)
    if token is None:
        return False
    return token.shape is Shape.NUMBER or line.countable(at) or numbers.spoken(line.number_keys, at) is not None
