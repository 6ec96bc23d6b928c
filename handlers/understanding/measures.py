"""What a number measures when it counts no work: "3 ngày", "60 tuổi", "10-15 phút"."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding.cursor import COUNTED, Cursor
from handlers.understanding.item import Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.place_items import counts_places, owned
from handlers.understanding.tokens import Shape
from handlers.understanding.words import Entry, Kind


def measure_at(line: Cursor, at: int) -> Entry | None:
    """What is measured by the word after a number, unless the word counts work or begins a day ("3 hôm qua")."""
    if line.begins_day(at) or not counts_places(line, at):
        return None
    for entries in line.phrases(at):
        for entry in entries:
            if entry.kind is Kind.AFTER:
                return None if _begins_label(line, at, entry, entries) else entry
            if entry.kind in COUNTED or entry.kind is Kind.NOT_A_COUNT:
                return None
            if entry.kind is Kind.FILLER and entry.length > 1:
                return None  # "vneid 3 thôn em"
    return None


def _begins_label(line: Cursor, at: int, measure: Entry, entries: Sequence[Entry]) -> bool:
    """ "vneid 3 tuần 47", "vneid 3 đợt 2": the number before belongs to the indicator, the one behind to the word."""
    return any(each.kind is Kind.BEFORE for each in entries) and _between_numbers(line, at + measure.length)


def _between_numbers(line: Cursor, after: int) -> bool:
    """Does an indicator wait for the number before a word, and stand another bare number behind it?"""
    number = line.token(after)
    if number is None or number.shape is not Shape.NUMBER or not owned(line):
        return False
    return not any(entry.kind in (Kind.UNIT, Kind.COUNTER) for entry in line.entries(after + 1))


def put_measured(line: Cursor, measure: Entry, length: int) -> None:
    torn = _between_numbers(line, line.at + length + measure.length)  # "vneid 3 nhóm 2": which is it?
    role = Role.BLOCK if torn or measure.value in ("money", "ratio") else Role.LABEL
    line.put(role, length + measure.length, reason=DoubtReason(measure.value))


def put_range(line: Cursor, length: int) -> None:
    """ "10-15 người" is a range, "10-15 phút" is no count at all."""
    measure = measure_at(line, line.at + length)
    if measure is None:
        line.put(Role.BLOCK, length, reason=DoubtReason.RANGE)
    else:
        put_measured(line, measure, length)
