"""Answers that go from the turn straight into a sender's hand: the transaction that owes one also takes it.

So what a person waits for needs no second look at the outbox and no second commit before it leaves. Whatever else is
owed, or cannot be taken just now, is found by its sender as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from bot.delivery import Sender
from bot.packing import at_once
from storage.outbox import Owing, owe
from storage.parcels import Parcel, born
from storage.writing import Write


class Answer(NamedTuple):
    """What a turn answers to the chat that spoke."""

    owing: Owing
    chat: str
    """In the vendor's ids."""
    group: bool
    overtakes: bool
    """Another answer to this chat waits already, and may have to go first."""


class Batch:
    """The answers of turns that are written down in one transaction."""

    def __init__(self, senders: Mapping[int, Sender]) -> None:
        self._senders = senders
        self._taken: list[tuple[Sender, Parcel]] = []
        self.left_over = False
        """Some must be looked for by their senders."""

    def writes(self, answers: Iterable[Answer], now: datetime) -> list[Write]:
        """What is to be written for all of them: taken in hand where that can be, else only owed."""
        writes: list[Write] = []
        for answer in answers:
            writes += self._taken_in_hand(answer, now) or self._owed(answer, now)
        fences = {id(write): write for sender, _ in self._taken for write in sender.fence()}
        return [*fences.values(), *writes]

    def _taken_in_hand(self, answer: Answer, now: datetime) -> list[Write]:
        sender = self._senders.get(answer.owing.account_id)
        if sender is None or answer.overtakes or answer.owing.media_id or not sender.promise(answer.owing.address_id):
            return []
        parcel = at_once(answer.owing, answer.chat, sender.limits, now, group=answer.group)
        self._taken.append((sender, parcel))
        return born(parcel, answer.owing, now)

    def _owed(self, answer: Answer, now: datetime) -> list[Write]:
        self.left_over = True
        return [owe(answer.owing, now)]

    def settle(self, *, kept: bool) -> None:
        """The transaction is on the disk and all that was taken leaves; or nothing of it was kept."""
        for sender, parcel in self._taken:
            sender.settle(parcel, kept=kept)


class Handover:
    """One for a process. `on_owed` is told where senders have to look for what a batch owes."""

    def __init__(self, senders: Mapping[int, Sender], on_owed: Callable[[], None]) -> None:
        self._senders, self._on_owed = senders, on_owed

    @contextmanager
    def batch(self, *, at_once: bool = True) -> Iterator[Batch]:
        """Around a transaction: it is kept unless something is raised. `at_once`: whether anything may be taken in
        hand; where that has just failed (another process may be sending by now), it is only owed."""
        batch, kept = Batch(self._senders if at_once else {}), False
        try:
            yield batch
            kept = True
        finally:
            batch.settle(kept=kept)
        if batch.left_over:
            self._on_owed()
