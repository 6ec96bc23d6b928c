"""Careful hands for what only Zalo's JSON has: ids of any make, times in milliseconds, codes in two spellings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.channels.fields import anything

LONGEST_ID = 80
"""Letters of an id that the database keeps; live ids have about twenty."""
_FIRST_MILLISECOND = 10**11
"""Smaller numbers can only be seconds: in milliseconds they would lie in 1973 or before."""
_MOST_DIGITS = 20


def identity(holder: object, key: str = "id") -> str:
    """A vendor's id as we keep it, whether it came as a string or as a number of any size; "" where there is none."""
    value = anything(holder, key)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_MOST_DIGITS:
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isascii() and value.isprintable():
        return value.strip()
    return ""


def moment(holder: object, key: str) -> datetime | None:
    """The time under a key, in milliseconds since 1970 (seconds are understood too), as an aware time in UTC."""
    value = whole(anything(holder, key))
    if value is None or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value >= _FIRST_MILLISECOND else value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def whole(value: Any) -> int | None:
    """A whole number of sane size, written as a number or as a string of digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if abs(value) < 10**_MOST_DIGITS else None
    if isinstance(value, str) and len(value) < _MOST_DIGITS and value.isascii() and value.strip().isdigit():
        return int(value)
    return None


def truth(holder: object, key: str) -> bool:
    """Whether a flag is set, as a JSON truth or as the word for it."""
    value = anything(holder, key)
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")
