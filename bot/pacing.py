"""How fast one account may write: a messenger's published limits, kept.

Why an answer, not a start, opens the next second: the vendor counts when a request reaches it, which is some time
between our start and its answer. Two messages that use one slot one second after the answer are therefore at least a
second apart on the vendor's clock, whatever the network does; with 30 slots no second ever holds 31.
What waits, and in which order, is in `bot.lane`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf

from bot.channels.base import Limits, SendFailed

MINUTE = 60.0
KEPT_CHATS = 4096
"""Chats remembered before those at rest are forgotten."""


@dataclass(slots=True)
class _Chat:
    ready: float = -inf
    flying: bool = False
    answers: deque[float] = field(default_factory=deque)


class Pacer:
    """The limits of one account, kept. Times are seconds of `now`, a clock that never runs back."""

    def __init__(self, limits: Limits, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._limits = limits
        self._flying = 0
        self._held_until = -inf
        self._chats: dict[str, _Chat] = {}
        self._forget_above = KEPT_CHATS
        slots = max(1, int(limits.per_second)) if limits.per_second else 0
        self.window = slots / limits.per_second if limits.per_second else 0.0
        self._slots = [-inf] * slots

    @property
    def flying(self) -> int:
        """How many messages are under way."""
        return self._flying

    def ready_at(self, chat: str, group: bool = False) -> float:
        """When a message to this chat may go; infinity while that depends on an answer still awaited."""
        return max(self.account_at(), self.chat_at(chat, group))

    def account_at(self) -> float:
        """When the account may write next, to whomever."""
        if self._flying >= self._limits.in_flight:
            return inf
        if self._limits.per_second is None:
            return self._held_until
        return max(self._held_until, self._slots[0] if self._slots else inf)

    def chat_at(self, chat: str, group: bool = False) -> float:
        """When this chat may be written to next, as far as the chat itself is concerned."""
        known = self._chats.get(chat)
        if known is None:
            return -inf
        if known.flying:
            return inf
        quota = self._limits.per_group_minute
        if not group or quota is None or len(known.answers) < quota:
            return known.ready
        return max(known.ready, known.answers[-quota] + MINUTE)

    def begin(self, chat: str, group: bool = False) -> None:
        """A message starts now. Raises RuntimeError before `ready_at`: a sender that does not ask is a mistake."""
        if self.ready_at(chat, group) > self.now():
            raise RuntimeError("A message was started before its time.")
        self._flying += 1
        if self._slots:
            heappop(self._slots)
        self._chats.setdefault(chat, _Chat()).flying = True

    def end(self, chat: str, group: bool = False) -> None:
        """The message to this chat was answered, or given up."""
        answered = self.now()
        known = self._chats[chat]
        known.flying = False
        known.ready = max(known.ready, answered + self._limits.per_chat_interval)
        if group and self._limits.per_group_minute is not None:
            known.answers.append(answered)
            while len(known.answers) > self._limits.per_group_minute:
                known.answers.popleft()
        self._flying -= 1
        if self._limits.per_second is not None:
            heappush(self._slots, answered + self.window)
        self._forget_rested(answered)

    def hold(self, seconds: float) -> None:
        """Nothing goes for so long: the vendor asked for it, or another sender has just let go of the account."""
        self._held_until = max(self._held_until, self.now() + seconds)

    def hold_chat(self, chat: str, seconds: float) -> None:
        """Nothing goes to this chat for so long; the others do not notice."""
        known = self._chats.setdefault(chat, _Chat())
        known.ready = max(known.ready, self.now() + seconds)

    def remember(self, chat: str, times: int) -> None:
        """Somebody else has just written to this group, so often."""
        answers = self._chats.setdefault(chat, _Chat()).answers
        answers.extend([self.now()] * min(times, self._limits.per_group_minute or 0))

    def heed(self, chat: str, failed: SendFailed) -> None:
        """Wait as long as the vendor asked, if it did."""
        if failed.retry_after is None:
            return
        if failed.whole_account:
            self.hold(failed.retry_after)
        else:
            self.hold_chat(chat, failed.retry_after)

    def _forget_rested(self, now: float) -> None:
        if len(self._chats) <= self._forget_above:
            return
        self._chats = {chat: known for chat, known in self._chats.items() if not _rested(known, now)}
        self._forget_above = max(KEPT_CHATS, 2 * len(self._chats))


def _rested(known: _Chat, now: float) -> bool:
    return not known.flying and known.ready <= now and (not known.answers or known.answers[-1] + MINUTE <= now)
