"""One piece of a line about work, and what it does there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.understanding.days import FoundDay
from handlers.understanding.meaning import DoubtReason


class Role(StrEnum):
    """What a piece of the line does."""

    NUMBER = "number"
    INDICATOR = "indicator"
    UNIT = "unit"
    COUNTER = "counter"
    ZERO = "zero"
    DAY = "day"
    VERB = "verb"
    FILLER = "filler"
    LABEL = "label"
    """A number that belongs to something else, and says so: "thôn 3", "mức 2", "19h30"."""
    BLOCK = "block"
    COMMA = "comma"
    BREAK = "break"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Item:
    role: Role
    start: int
    end: int
    code: str = ""
    """Of an indicator or a unit; the name of a village for a block."""
    number: int = -1
    reason: DoubtReason | None = None
    day: FoundDay | None = None
