"""Careful hands for JSON of unknown make: each asks for one field and takes no for an answer.

Objects are known by being `dict`, as json.loads makes them: asking for Mapping costs several times as much. How a
vendor writes its ids and times stands in that vendor's folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTHING: Mapping[str, Any] = {}


def thing(holder: object, key: str) -> Mapping[str, Any]:
    """The object under a key; an empty one where there is none."""
    value = anything(holder, key)
    return value if isinstance(value, dict) else NOTHING


def things(holder: object, key: str) -> list[Mapping[str, Any]]:
    """The objects in the list under a key, what is not an object left out."""
    value = anything(holder, key)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def words(holder: object, key: str) -> str:
    """The string under a key, without what a database cannot hold (lone surrogates, NUL); "" where there is none."""
    value = anything(holder, key)
    if not isinstance(value, str):
        return ""
    return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def anything(holder: object, key: str) -> object:
    """What stands under a key, of whatever kind; None where there is nothing, or no object to look in."""
    return holder.get(key) if isinstance(holder, dict) else None
