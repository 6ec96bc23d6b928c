"""What waits for one account: the most urgent message that may go now is handed out, one by one.

The loop of a sender (nothing is polled: `take` sleeps until a message may go):

    while True:
        ticket = await lane.take()
        nursery.start(send(ticket))

    async def send(ticket):
        with ticket:                            # leaving frees the slot and the chat
            try:
                await channel.send(part_of(ticket.item))
            except SendFailed as failed:
                lane.pacer.heed(ticket.chat, failed)
                lane.again(ticket)              # the same place in its chat; also for a parcel's next part
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from types import TracebackType
from typing import Generic, TypeVar

from bot.pacing import Pacer

T = TypeVar("T")


class Ticket(Generic[T]):
    """Leave to send one item now. Leaving the `with` block (or `done`) says that it was answered or given up."""

    __slots__ = ("_lane", "_open", "chat", "group", "item", "place")

    def __init__(self, lane: Lane[T], item: T, chat: str, group: bool, place: tuple[int, int]) -> None:
        self._lane = lane
        self._open = True
        self.item = item
        self.chat = chat
        self.group = group
        self.place = place

    def __enter__(self) -> Ticket[T]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.done()

    def done(self) -> None:
        """Free the slot and the chat; a second call changes nothing."""
        if self._open:
            self._open = False
            self._lane._ended(self.chat, self.group)


@dataclass(slots=True)
class _Queue(Generic[T]):
    group: bool
    waiting: list[tuple[int, int, int, T]] = field(default_factory=list)


class Lane(Generic[T]):
    """What waits for one account: by urgency (the lowest number first), then in the order it came.

    A chat that must wait never keeps another one back. Within a chat one message is under way at a time.
    """

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self._queues: dict[str, _Queue[T]] = {}
        self._ready: list[tuple[int, int, str]] = []
        self._resting: list[tuple[float, str]] = []
        self._order = count()
        self._changed = asyncio.Event()
        self._size = 0

    def __len__(self) -> int:
        """How many wait; those under way are not counted."""
        return self._size

    def put(self, item: T, chat: str, *, group: bool = False, urgency: int = 0) -> None:
        """Let an item wait for its turn: 0 for replies, higher numbers for what can wait longer."""
        self._insert(item, chat, group, (urgency, next(self._order)))

    def again(self, ticket: Ticket[T], item: T | None = None) -> None:
        """Put a ticket's item (or the parcel's next part) back, before everything that came to its chat later."""
        self._insert(ticket.item if item is None else item, ticket.chat, ticket.group, ticket.place)

    def drop(self, chosen: Callable[[T], bool]) -> list[T]:
        """Take out what need not go any more (cancelled, expired, the service stops); returns it."""
        dropped: list[T] = []
        for chat, queue in list(self._queues.items()):
            dropped += [entry[3] for entry in queue.waiting if chosen(entry[3])]
            queue.waiting = [entry for entry in queue.waiting if not chosen(entry[3])]
            heapify(queue.waiting)
            self._offer(chat, queue)
        self._size -= len(dropped)
        return dropped

    def pick(self) -> Ticket[T] | None:
        """The most urgent item that may go now, or None. Never waits."""
        now = self.pacer.now()
        if self.pacer.account_at() > now:
            return None
        self._wake_rested(now)
        while self._ready:
            urgency, order, chat = heappop(self._ready)
            queue = self._queues.get(chat)
            if queue is None or queue.waiting[0][:2] != (urgency, order):
                continue  # an entry left behind: its item went, or a more urgent one came
            if self.pacer.chat_at(chat, queue.group) > now:
                self._rest(chat, queue)
                continue
            return self._start(chat, queue)
        return None

    def next_at(self) -> float:
        """When `pick` is worth another try; infinity while only a new item or an answer can change its mind."""
        soonest = -inf if self._ready else self._resting[0][0] if self._resting else inf
        return max(self.pacer.account_at(), soonest)

    async def take(self) -> Ticket[T]:
        """Wait for the next item that may go. Cancelling this loses nothing."""
        while (ticket := self.pick()) is None:
            self._changed.clear()
            wait = self.next_at() - self.pacer.now()
            try:
                async with asyncio.timeout(None if wait == inf else max(0.0, wait)):
                    await self._changed.wait()
            except TimeoutError:
                continue
        return ticket

    def _insert(self, item: T, chat: str, group: bool, place: tuple[int, int]) -> None:
        queue = self._queues.setdefault(chat, _Queue(group))
        heappush(queue.waiting, (*place, next(self._order), item))
        self._size += 1
        if queue.waiting[0][:2] == place:
            self._offer(chat, queue)
        self._changed.set()

    def _start(self, chat: str, queue: _Queue[T]) -> Ticket[T]:
        urgency, order, _, item = heappop(queue.waiting)
        if not queue.waiting:
            del self._queues[chat]
        self._size -= 1
        self.pacer.begin(chat, queue.group)
        return Ticket(self, item, chat, queue.group, (urgency, order))

    def _ended(self, chat: str, group: bool) -> None:
        self.pacer.end(chat, group)
        queue = self._queues.get(chat)
        if queue is not None:
            self._rest(chat, queue)
        self._changed.set()

    def _offer(self, chat: str, queue: _Queue[T]) -> None:
        if not queue.waiting:
            del self._queues[chat]
        elif self.pacer.chat_at(chat, queue.group) <= self.pacer.now():
            heappush(self._ready, (*queue.waiting[0][:2], chat))
        else:
            self._rest(chat, queue)

    def _rest(self, chat: str, queue: _Queue[T]) -> None:
        at = self.pacer.chat_at(chat, queue.group)
        if at < inf:  # a chat with a message under way is heard of when that one ends
            heappush(self._resting, (at, chat))

    def _wake_rested(self, now: float) -> None:
        while self._resting and self._resting[0][0] <= now:
            _, chat = heappop(self._resting)
            queue = self._queues.get(chat)
            if queue is not None:
                self._offer(chat, queue)
