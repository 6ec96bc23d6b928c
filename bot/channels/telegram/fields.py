"""Careful hands for JSON of unknown make: each asks for one field and takes no for an answer.

Objects are known by being `dict`, as json.loads makes them: asking for Mapping costs several times as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NOTHING: Mapping[str, Any] = {}
LARGEST_ID = 2**63


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


def number(holder: object, key: str) -> int | None:
    """The whole number of at most 64 bits under a key."""
    value = _get(holder, key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= LARGEST_ID:
        return None
    return value


def identity(holder: object, key: str = "id") -> str:
    """A vendor's id as we keep it: digits in a string; "" where there is none."""
    value = number(holder, key)
    return "" if value is None else str(value)


def moment(holder: object, key: str) -> datetime | None:
    """The Unix time under a key, as an aware time in UTC."""
    value = number(holder, key)
    if value is None or value <= 0:
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _get(holder: object, key: str) -> object:
    return holder.get(key) if isinstance(holder, dict) else None
