"""Careful hands for JSON of unknown make: each asks for one field and takes no for an answer.

Zalo writes numbers as strings and strings as numbers, and ids that no double can hold.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NOTHING: Mapping[str, Any] = {}
LONGEST_ID = 80


def document(body: bytes) -> Mapping[str, Any]:
    """The object that some bytes hold; an empty one where they hold anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return NOTHING
    return value if isinstance(value, dict) else NOTHING


def thing(holder: object, key: str) -> Mapping[str, Any]:
    """The object under a key; an empty one where there is none."""
    value = _get(holder, key)
    return value if isinstance(value, dict) else NOTHING


def things(holder: object, key: str) -> list[Mapping[str, Any]]:
    """The objects in the list under a key, what is not an object left out."""
    value = _get(holder, key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(holder: object, key: str) -> str:
    """The string under a key, without what a database cannot hold (lone surrogates, NUL); "" where there is none."""
    value = _get(holder, key)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def identity(holder: object, key: str = "id") -> str:
    """A vendor's id as we keep it, whether it came as a string or as a whole number; "" where there is none."""
    value = _get(holder, key)
    if isinstance(value, int) and not isinstance(value, bool) and -(10**LONGEST_ID) < value < 10**LONGEST_ID:
        return str(value)
    text = words(holder, key).strip()
    return text if len(text) <= LONGEST_ID else ""


def number(holder: object, key: str) -> int | None:
    """The whole number under a key, also where it is written as a string."""
    value = _get(holder, key)
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


def _get(holder: object, key: str) -> object:
    return holder.get(key) if isinstance(holder, dict) else None
