"""Careful hands for how the Official Account writes ids and times.

Zalo writes numbers as strings and strings as numbers, and ids that no double can hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.fields import NOTHING, anything, words

LONGEST_ID = 80


def document(body: bytes) -> Mapping[str, Any]:
    """The object that some bytes hold; an empty one where they hold anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return NOTHING
    return value if isinstance(value, dict) else NOTHING


def identity(holder: object, key: str = "id") -> str:
    """A vendor's id as we keep it, whether it came as a string or as a whole number; "" where there is none."""
    value = anything(holder, key)
    if isinstance(value, int) and not isinstance(value, bool) and -(10**LONGEST_ID) < value < 10**LONGEST_ID:
        return str(value)
    text = words(holder, key).strip()
    return text if len(text) <= LONGEST_ID else ""


def number(holder: object, key: str) -> int | None:
    """The whole number under a key, also where it is written as a string."""
    value = anything(holder, key)
    if isinstance(value, str) and value.isascii() and len(value) < 20:
        digits = value.strip().removeprefix("-")
        return int(value) if digits.isdigit() else None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 10**19:
        return None
    return value


def moment(holder: object, key: str) -> datetime | None:
    """The Unix time in milliseconds under a key, as an aware time in UTC."""
    value = number(holder, key)
    if value is None or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
