"""When a sender looks at the outbox again: a look costs more than the message it may find."""

from __future__ import annotations

import time
from collections.abc import Iterable

LOOK_AROUND = 0.5
"""Seconds after which the outbox is looked at even if nobody said that it changed: the CLI and other processes write
beside us."""


class Lookout:
    """One sender's."""

    def __init__(self) -> None:
        self._news = True
        self._found = True
        self._looked_at = 0.0
        self._behind = set[int]()

    @property
    def has_news(self) -> bool:
        """Something new may be owed that no look has seen."""
        return self._news

    def news(self) -> None:
        """Something new may be owed."""
        self._news = True

    def looking(self, in_hand: Iterable[int]) -> None:
        """A look begins. What else is owed to chats (address ids) that have something in hand is not seen by it."""
        self._news, self._looked_at = False, time.monotonic()
        self._behind.update(in_hand)

    def saw(self, *, something: bool) -> None:
        """A look ended. Where it found something, there may be more of it than there was room for."""
        self._found = something

    def took(self, address_id: int) -> None:
        """The look took something for a chat, and perhaps not all that it is owed."""
        self._behind.add(address_id)

    def freed(self, address_id: int) -> None:
        """A chat has nothing in hand any more."""
        if address_id in self._behind:
            self._behind.discard(address_id)
            self._news = True

    def is_due(self, *, room: int, enough: int) -> bool:
        """Whether to look now; `room`: for how many posts there is room, `enough`: for how many a look is worth it."""
        overdue = time.monotonic() - self._looked_at >= LOOK_AROUND
        return self._news or overdue or (self._found and room >= enough)
