"""A range in a line ("vneid 10-15"): which indicator it is about, so that one number can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.understanding import pairs
from handlers.understanding.item import Item, Role
from handlers.understanding.meaning import DoubtReason

_ONE_OF = -2
"""Stands for the number that is to be asked."""


@dataclass(frozen=True, slots=True)
class Range:
    """The indicator that a range counts, and what else the line says plainly."""

    code: str
    rest: tuple[pairs.Pair, ...]


def read(line: Sequence[Item]) -> Range | None:
    """The one range of a line; None where there are several, or where it is not plain what it counts."""
    if sum(_is_range(item) for item in line) != 1:
        return None
    reading = pairs.read(
        [replace(item, role=Role.NUMBER, number=_ONE_OF) if _is_range(item) else item for item in line]
    )
    codes = [code for code, number in reading.pairs if number == _ONE_OF]
    if not reading.plain or len(codes) != 1:
        return None
    return Range(codes[0], tuple(pair for pair in reading.pairs if pair[1] != _ONE_OF))


def _is_range(item: Item) -> bool:
    return item.role is Role.BLOCK and item.reason is DoubtReason.RANGE
