"""The clock is a parameter: the real one, and one that the demo and the soak move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """An aware time in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class MovedClock:
    """A clock that stands where it was put, and runs on from there only if told to."""

    def __init__(self, at: datetime, *, runs: bool = False) -> None:
        self._at = at.astimezone(UTC)
        self._since = datetime.now(UTC) if runs else None

    def now(self) -> datetime:
        return self._at if self._since is None else self._at + (datetime.now(UTC) - self._since)

    def move_to(self, at: datetime) -> None:
        """Forward only: the past has been lived."""
        if at > self.now():
            self._at = at.astimezone(UTC)
            self._since = None if self._since is None else datetime.now(UTC)

    def move(self, by: timedelta) -> None:
        self.move_to(self.now() + by)
