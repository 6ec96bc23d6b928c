"""Who sits before the page: one person, or in the demo several phones side by side."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of the page: a chat, and the person who types into it."""

    key: str
    title: str
    subtitle: str
    chat: str
    speaker: str
    name: str
    group: bool
    hints: tuple[str, ...] = ()
    """What a newcomer may try, offered as chips; each is sent as it is."""


@dataclass(frozen=True, slots=True)
class ClockView:
    """The demo's clock, and what it will do next ("" and None when nothing is coming)."""

    now: datetime
    next_job: str
    """The job's name in the list of timed jobs, such as "weekly-tally"."""
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo's phones and its clock. `advance` lives on to the next job and returns when its posts are owed."""

    phones: tuple[Phone, ...]
    clock: Callable[[], Awaitable[ClockView]]
    advance: Callable[[], Awaitable[ClockView]]

    def phone(self, key: str) -> Phone | None:
        return next((phone for phone in self.phones if phone.key == key), None)
