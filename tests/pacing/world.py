"""A world without waiting: a clock that jumps from event to event, and a vendor that notes when requests reach it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf
from selectors import DefaultSelector, SelectorKey

from bot.channels.base import Limits, Pictures
from bot.lane import Lane, Ticket
from bot.pacing import Pacer


def limits(
    per_second: float | None = 30,
    in_flight: int = 30,
    per_chat_interval: float = 1.0,
    per_group_minute: int | None = 20,
) -> Limits:
    """Telegram's limits, unless told otherwise."""
    return Limits(
        text=4096,
        caption=1024,
        buttons=8,
        button_label=40,
        pictures=Pictures.UPLOAD,
        in_flight=in_flight,
        per_second=per_second,
        per_chat_interval=per_chat_interval,
        per_group_minute=per_group_minute,
    )


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@dataclass
class World:
    """Sends everything a lane holds through a network with the given delays, there and back."""

    kept: Limits
    there: Callable[[], float] = lambda: 0.01
    back: Callable[[], float] = lambda: 0.01
    clock: Clock = field(default_factory=Clock)
    reached: list[tuple[float, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pacer = Pacer(self.kept, self.clock)
        self.lane: Lane[str] = Lane(self.pacer)
        self._answers: list[tuple[float, int, Ticket[str]]] = []
        self._order = count()

    def run(self, until: float = inf) -> None:
        """Go on until nothing is left to do, or until so many seconds have passed since the start."""
        end = 1000.0 + until
        while True:
            while (ticket := self.lane.pick()) is not None:
                self._send(ticket)
            coming = min(self.lane.next_at(), self._answers[0][0] if self._answers else inf)
            if coming > end or coming == inf:
                return
            self.clock.time = max(self.clock.time, coming)
            while self._answers and self._answers[0][0] <= self.clock.time:
                heappop(self._answers)[2].done()

    def _send(self, ticket: Ticket[str]) -> None:
        there = self.clock.time + self.there()
        self.reached.append((there, ticket.chat, ticket.item))
        heappush(self._answers, (there + self.back(), next(self._order), ticket))

    def moments(self, chat: str | None = None) -> list[float]:
        """When requests reached the vendor, in order."""
        return sorted(at for at, to, _ in self.reached if chat in (None, to))

    def order(self) -> list[str]:
        """The items in the order in which they left."""
        return [item for _, _, item in self.reached]


def most_within(moments: list[float], seconds: float) -> int:
    """The largest number of moments inside any window of that length."""
    most = first = 0
    for last, at in enumerate(moments):
        while at - moments[first] >= seconds - 1e-9:
            first += 1
        most = max(most, last - first + 1)
    return most


def jitter(seed: int, longest: float) -> Callable[[], float]:
    """Delays that are mostly short and now and then long."""
    dice = random.Random(seed)
    return lambda: longest * dice.random() ** 4


class _Jump(DefaultSelector):
    """Moves the loop's clock instead of waiting."""

    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        if timeout:
            self._loop.moved += timeout
            self._loop.jumps += 1
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop in which a wait of an hour takes no time, and every wait is counted."""

    def __init__(self) -> None:
        self.moved = 1000.0
        self.jumps = 0
        super().__init__(_Jump(self))

    def time(self) -> float:
        return self.moved


def names(prefix: str, number: int) -> Iterator[str]:
    """a-0, a-1, …"""
    return (f"{prefix}-{n}" for n in range(number))
