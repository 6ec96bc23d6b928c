"""Careful hands for how Telegram writes ids and times: whole numbers of at most 64 bits, and Unix seconds."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.channels.fields import anything

LARGEST_ID = 2**63


def number(holder: object, key: str) -> int | None:
    """The whole number of at most 64 bits under a key."""
    value = anything(holder, key)
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
