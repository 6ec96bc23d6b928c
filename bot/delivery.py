"""What is owed: taken in hand, fitted to the channel, sent, recorded. One sender an account; nothing is sent inside
a transaction, and what is in a sender's hand is on record before it leaves."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot import packing, quotas
from bot.books import Books
from bot.channels.base import Channel, Limits, Pictures, SendFailed, Why
from bot.clock import Clock
from bot.holding import Holding
from bot.lane import Lane as Queue
from bot.lane import Ticket
from bot.leasing import Lease
from bot.mishaps import Lost, Mishaps
from bot.nursery import Nursery
from bot.orphans import Orphans
from bot.pacing import Pacer
from bot.parts import Address, Parts
from bot.permit import permit
from bot.recorder import Recorder
from storage import parcels, waiting
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel, Piece
from storage.writing import Write

log = logging.getLogger(__name__)

LOOK_AROUND = 0.5
"""Seconds after which the outbox is looked at even if nobody said that it changed: the CLI writes beside us."""

TOGETHER = 30
"""So many things owed are looked through for those that may leave as one message."""
FRESH = timedelta(minutes=1)
"""How long what nobody asked for may lie in hand (a vendor asked us to wait) before it is asked once more whether it
may go: an evening's post must not leave at night."""

PAUSE = 1.0
"""Seconds in which a vendor in trouble is left alone."""


class NotOurTurn(Exception):
    """Another process may be sending for this account by now: nothing has left."""


class Sender:
    """The sender of one account."""

    def __init__(
        self,
        channel: Channel,
        database: Database,
        clock: Clock,
        recorder: Recorder,
        nursery: Nursery,
        on_lost: Lost,
        address: Address | None = None,
        holding: Holding | None = None,
        lease: Lease | None = None,
    ) -> None:
        """`address`: None where this service has none, so that a messenger that fetches pictures gets words only.
        `holding`: what keeps the rules of sending; None: what is owed goes at once (tests of the wire alone).
        `lease`: None where no other process can send."""
        self._lease = lease
        self._resting = lease is not None
        self._channel, self._database, self._clock = channel, database, clock
        self._nursery = nursery
        self._books = Books(recorder, channel.account, lease)
        self._mishaps = Mishaps(channel.account, database, self._books, on_lost)
        self._pictureless = channel.limits.pictures is Pictures.URL and address is None
        self._parts = Parts(database, self._limits, address)
        self._holding = holding
        self._pacer = Pacer(channel.limits)
        self._orphans = Orphans(channel, database, clock, self._books, self._pacer)
        self._queue: Queue[Parcel] = Queue(self._pacer)
        self._in_hand: dict[int, Parcel] = {}
        self._since: dict[int, datetime] = {}
        self._busy_chats: set[int] = set()
        self._changed = asyncio.Event()
        self._news = True
        self._filling = asyncio.Lock()
        self._stopping = False
        self._trouble: Why | None = None
        self.sent = 0
        self.failed = 0
        self.twice = 0
        """Sent, and perhaps twice."""

    @property
    def _limits(self) -> Limits:
        """Looked up each time: the demo's page changes its look."""
        declared = self._channel.limits
        return replace(declared, pictures=Pictures.NONE) if self._pictureless else declared

    @property
    def trouble(self) -> Why | None:
        """What is wrong with the vendor just now, if anything."""
        return self._trouble

    def wake(self) -> None:
        """Something new may be owed."""
        self._news = True
        self._changed.set()

    async def begin(self) -> None:
        """Start handing out. Where no other process can send, deal first with what an earlier one left in its hand."""
        if self._lease is None:
            await self._orphans.adopt(await self._orphans.found())
        self._nursery.start(self._hand_out(), f"hand out {self._channel.account}")

    async def take_over(self) -> None:
        """The lease is ours: deal with what its former holder left in its hand, and begin to send, though not within
        what the messenger may still be counting of the former holder's."""
        orphans = await self._orphans.found()
        await self._orphans.adopt(orphans)
        if self._lease is not None and self._lease.former:
            await self._orphans.keep_distance(orphans)
        self._resting = False
        self.wake()

    async def step_back(self) -> None:
        """The lease is another's: take nothing more in hand, drop what has not left, let what is under way end."""
        self._resting = True
        await self._let_go("another process sends")

    async def run(self) -> None:
        """Send for ever what is owed."""
        while not self._stopping:
            self._changed.clear()
            try:
                taken = await self._fill() if self._worth_a_look() else 0
            except Exception as error:  # the database is away: what is owed is safe in it, and waits
                log.error("account %s: nothing can be taken in hand just now: %s", self._channel.account, error)
                taken = 0
            if not taken:
                try:
                    await asyncio.wait_for(self._changed.wait(), LOOK_AROUND)
                except TimeoutError:
                    self._news = True

    def _worth_a_look(self) -> bool:
        """Whether the outbox is asked: after news, and when there is room for some posts beside the replies. Asking at
        every message that left would cost more than the message, while many are owed; waiting for much room leaves a
        limit's slots empty (measured: a tenth of the hand costs nothing, a third a hundredth of a broadcast's time)."""
        asked, self._news = self._news, False
        limit = self._channel.limits.in_flight
        return asked or limit - len(self._in_hand) - self._kept_free >= max(1, limit // 10)

    @property
    def _kept_free(self) -> int:
        """A third of the hand is kept free for replies, so that they never wait for a broadcast."""
        return self._channel.limits.in_flight // 3

    async def stop(self) -> None:
        """Take nothing more in hand, put back what has not left, wait for what is under way."""
        self._stopping = True
        await self._let_go("the service stopped")

    async def _let_go(self, reason: str) -> None:
        self.wake()
        async with self._filling:
            pass  # what was being taken in hand is on record, so that it can be put back
        while self._in_hand:
            self._changed.clear()
            unsent = self._queue.drop(lambda _parcel: True)
            await self._put_back(unsent, reason)
            if self._in_hand:
                await self._changed.wait()

    async def _put_back(self, unsent: list[Parcel], reason: str) -> None:
        now = self._clock.now()
        await self._books.keep([parcels.put_back(one, now, reason, maybe_twice=one.maybe_twice) for one in unsent])
        for one in unsent:
            self._forget(one)

    async def drain(self) -> None:
        """Until nothing is owed that may go now (demo, tests)."""
        while await self._fill() or self._in_hand:
            if self._in_hand:
                self._changed.clear()
                await self._changed.wait()

    # Taking in hand

    async def _fill(self) -> int:
        """Take in hand what may go now, replies first; returns how many were dealt with."""
        async with self._filling:
            return await self._fill_room()

    async def _fill_room(self) -> int:
        room = self._channel.limits.in_flight - len(self._in_hand)
        if room <= 0 or self._stopping or not self._may_write():
            return 0
        others = max(room - self._kept_free, 0 if self._in_hand else 1)
        lanes = tuple(Lane) if others else (Lane.REPLY,)
        account, now = self._channel.account_id, self._clock.now()
        async with self._database.look() as connection:
            tried = await waiting.again(connection, account, now, room + len(self._busy_chats), lanes)
            owed = await waiting.due(connection, account, now, max(room * 2, TOGETHER), lanes)
            owed, spared = await quotas.spare(connection, account, owed, now)
        tried = packing.behind_answers(tried, owed)
        held: list[Write] = []
        if self._holding is not None:
            owed, tried, held = await self._holding.sort(owed, tried, now)
            spared += held
        retried, writes = packing.again([one for one in tried if one.address_id not in self._busy_chats], now)
        busy = self._busy_chats | {one.address_id for one in tried}
        found = [one for one in owed if one.address_id not in busy]
        fresh, more = packing.fresh(found, account, self._limits, now)
        chosen = packing.within(retried, fresh, room, others)
        writes += [*more, *spared]
        for one in chosen:
            writes += [parcels.taken(one, now)] if one.attempts > 1 else parcels.packed(one, now)
            writes += parcels.released(one, now) if one.held else []
        try:
            await self._books.note(writes)
        except Exception:
            if await self._books.overtaken():
                return 0  # they are another process's to send
            raise
        for one in chosen:
            self._put(one, now)
        return len(chosen) + len(held)

    def _may_write(self) -> bool:
        return not self._resting and (self._lease is None or self._lease.may_write())

    def _put(self, parcel: Parcel, now: datetime) -> None:
        self._in_hand[parcel.id] = parcel
        self._since[parcel.id] = now
        self._busy_chats.add(parcel.address_id)
        self._queue.put(parcel, parcel.chat, group=parcel.group, urgency=int(parcel.lane))

    def _forget(self, parcel: Parcel) -> None:
        self._in_hand.pop(parcel.id, None)
        self._since.pop(parcel.id, None)
        self._busy_chats.discard(parcel.address_id)
        self._changed.set()

    # Sending

    async def _hand_out(self) -> None:
        while True:
            ticket = await self._queue.take()
            self._nursery.start(self._send(ticket), f"send {self._channel.account}")

    async def _send(self, ticket: Ticket[Parcel]) -> None:
        parcel = ticket.item
        piece = parcel.pieces[0] if parcel.pieces else None
        began = self._clock.now()
        if self._has_lain(parcel, began):
            ticket.done()
            await self._put_back([parcel], "it waited for its turn")
            return
        if self._lease is not None:
            permit.set(self._lease.may_write)
        try:
            with ticket:
                message_id = await self._sent(parcel, piece) if piece else ""
        except NotOurTurn:
            await self._put_back([parcel], "another process may be sending")
            return
        except SendFailed as failed:
            if failed.whole_account or failed.why not in parcels.HOLDS:  # a held chat may be answered all the same
                self._pacer.heed(ticket.chat, failed)
            await self._failed(parcel, piece, failed, began)
            return
        self._trouble = None
        await self._arrived(ticket, parcel, piece, message_id)

    def _has_lain(self, parcel: Parcel, now: datetime) -> bool:
        kept = self._holding is not None and parcel.lane is not Lane.REPLY
        return kept and now - self._since.get(parcel.id, now) > FRESH

    async def _sent(self, parcel: Parcel, piece: Piece) -> str:
        """Send one message; whatever goes wrong is a SendFailed, so that no message can stop the others."""
        try:
            part = await self._parts.part(parcel, piece)
        except SendFailed:
            raise
        except Exception as error:
            raise SendFailed(Why.MALFORMED, f"not read: {type(error).__name__}", retryable=True) from error
        if not self._may_write():
            raise NotOurTurn
        try:
            return await self._channel.send(part)
        except SendFailed:
            raise
        except Exception as error:
            log.error("account %s: the channel broke its word: %s", self._channel.account, type(error).__name__)
            raise SendFailed(Why.MALFORMED, type(error).__name__, retryable=True, maybe_sent=True) from error

    async def _arrived(self, ticket: Ticket[Parcel], parcel: Parcel, piece: Piece | None, message_id: str) -> None:
        self.sent += 1
        self.twice += parcel.maybe_twice
        now = self._clock.now()
        rest = parcel.pieces[1:]
        writes = [parcels.piece_ended(piece, "sent", message_id, now)] if piece else []
        if not rest:
            await self._books.keep([*writes, *parcels.ended(parcel, "sent", now)])
            self._forget(parcel)
            return
        await self._books.keep(writes)
        following = replace(parcel, pieces=rest, begun=True)
        if self._stopping or not self._may_write():
            await self._put_back([following], "cut off between two messages")
        else:
            self._queue.again(ticket, following)

    async def _failed(self, parcel: Parcel, piece: Piece | None, failed: SendFailed, began: datetime) -> None:
        self.failed += 1
        now = self._clock.now()
        self._notice(failed)
        await self._mishaps.record(parcel, piece, failed, began, now)
        self._forget(parcel)

    def _notice(self, failed: SendFailed) -> None:
        """Trouble of the whole account is logged once and slows everything; of one chat, it is that chat's alone."""
        if failed.why not in (Why.VENDOR, Why.NETWORK, Why.UNAUTHORISED, Why.QUOTA):
            return
        if self._trouble is not failed.why and not failed.told:
            log.warning("account %s: %s", self._channel.account, failed)
        self._trouble = failed.why
        self._pacer.hold(packing.SLOWEST if failed.why is Why.UNAUTHORISED else PAUSE)
