"""What is owed: taken in hand, fitted to the channel, sent, recorded. One sender an account; nothing is sent inside
a transaction, and what is in a sender's hand is on record before it leaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot import packing
from bot.books import Books
from bot.channels.base import Channel, Limits, Pictures, SendFailed, Why
from bot.choosing import Choosing
from bot.clock import Clock
from bot.hand import Hand
from bot.holding import Holding
from bot.lane import Lane as Queue
from bot.lane import Ticket
from bot.leasing import Lease
from bot.lookout import LOOK_AROUND, Lookout
from bot.mishaps import Lost, Mishaps
from bot.nursery import Nursery
from bot.orphans import Orphans
from bot.pacing import Pacer
from bot.parts import Address, Parts
from bot.permit import permit
from bot.recorder import Recorder
from storage import parcels
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel, Piece
from storage.writing import Write

log = logging.getLogger(__name__)

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
        self._parts = Parts(database, self.limits, address)
        self._choosing = Choosing(channel.account_id, database, holding)
        self._keeps_rules = holding is not None
        self._pacer = Pacer(channel.limits)
        self._orphans = Orphans(channel, database, clock, self._books, self._pacer)
        self._queue: Queue[Parcel] = Queue(self._pacer)
        self._hand = Hand()
        self._doubtful: list[Parcel] = []
        """Their taking in hand failed, and may be on record all the same."""
        self._begun = False
        self._changed = asyncio.Event()
        self._lookout = Lookout()
        self._filling = asyncio.Lock()
        self._stopping = False
        self._trouble: Why | None = None
        self.sent = 0
        self.failed = 0
        self.twice = 0
        """Sent, and perhaps twice."""

    @property
    def limits(self) -> Limits:
        """What the messenger can show. Looked up each time: the demo's page changes its look."""
        declared = self._channel.limits
        return replace(declared, pictures=Pictures.NONE) if self._pictureless else declared

    @property
    def trouble(self) -> Why | None:
        """What is wrong with the vendor just now, if anything."""
        return self._trouble

    def wake(self) -> None:
        """Something new may be owed."""
        self._lookout.news()
        self._changed.set()

    async def begin(self) -> None:
        """Start handing out. Where no other process can send, deal first with what an earlier one left in its hand."""
        if self._lease is None:
            await self._orphans.adopt(await self._orphans.found())
        self._begun = True
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
                    self._lookout.news()

    def _worth_a_look(self) -> bool:
        """Waiting for much room leaves a limit's slots empty (measured: a tenth of the hand costs nothing, a third a
        hundredth of a broadcast's time)."""
        limit = self._channel.limits.in_flight
        return self._lookout.is_due(room=limit - len(self._hand) - self._kept_free, enough=max(1, limit // 10))

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
        while self._hand:
            self._changed.clear()
            unsent = self._queue.drop(lambda _parcel: True)
            await self._put_back(unsent, reason)
            if self._hand:
                await self._changed.wait()

    async def _put_back(self, unsent: list[Parcel], reason: str) -> None:
        now = self._clock.now()
        await self._books.keep([parcels.put_back(one, now, reason, maybe_twice=one.maybe_twice) for one in unsent])
        for one in unsent:
            self._forget(one)

    async def drain(self) -> None:
        """Until nothing is owed that may go now (demo, tests)."""
        while await self._fill() or self._hand or (self._lookout.has_news and self._takes()):
            if self._hand:
                self._changed.clear()
                await self._changed.wait()

    # Taking in hand

    async def _fill(self) -> int:
        """Take in hand what may go now, replies first; returns how many were dealt with."""
        async with self._filling:
            return await self._fill_room()

    async def _fill_room(self) -> int:
        room = self._channel.limits.in_flight - len(self._hand)
        if room <= 0 or not self._takes():
            return 0
        await self._regain()
        self._lookout.looking(self._hand)
        others, now = max(room - self._kept_free, 0 if self._hand else 1), self._clock.now()
        choice = await self._choosing.look(self._hand, room, others, self.limits, now)
        self._lookout.saw(something=choice.found)
        try:
            await self._books.note(choice.writes)
        except Exception:
            if await self._books.overtaken():
                return 0  # they are another process's to send
            self._doubtful += choice.parcels
            raise
        for one in choice.parcels:
            self._put(one, now)
            self._lookout.took(one.address_id)
        return len(choice.parcels) + choice.held

    def _takes(self) -> bool:
        return not self._stopping and self._may_write()

    async def _regain(self) -> None:
        """What may be on record as in hand, and is not, is to be tried again."""
        if doubtful := list(self._doubtful):
            await self._books.note([parcels.regained(one, self._clock.now()) for one in doubtful])
            del self._doubtful[: len(doubtful)]

    def _may_write(self) -> bool:
        return not self._resting and (self._lease is None or self._lease.may_write())

    def _put(self, parcel: Parcel, now: datetime) -> None:
        self._hand.put(parcel, now)
        self._queue.put(parcel, parcel.chat, group=parcel.group, urgency=int(parcel.lane))

    def _forget(self, parcel: Parcel) -> None:
        self._hand.drop(parcel)
        self._free(parcel.address_id)

    def _free(self, address_id: int) -> None:
        self._lookout.freed(address_id)
        self._changed.set()

    # Answers that are taken in hand as they are owed (bot.handover)

    def promise(self, address_id: int) -> bool:
        """Whether an answer to a chat may be written down as taken in hand: then there is room kept for it until
        `settle`. Never beside a look at the outbox, which may be about to take something older of that chat."""
        room = self._channel.limits.in_flight - len(self._hand)
        usual = self._begun and self._trouble is None and not self._filling.locked()
        if not usual or room <= 0 or address_id in self._hand or not self._takes():
            return False
        self._hand.promise(address_id)
        return True

    def fence(self) -> Sequence[Write]:
        """What goes with everything that is written down as taken in hand."""
        return self._books.fence()

    def settle(self, parcel: Parcel, *, kept: bool) -> None:
        """What was promised is on record as taken, and leaves; or it was not kept."""
        if kept:
            self._put(parcel, self._clock.now())
            self._changed.set()
        else:
            self._doubtful.append(parcel)
            self._hand.withdraw(parcel.address_id)
            self._free(parcel.address_id)

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
        kept = self._keeps_rules and parcel.lane is not Lane.REPLY
        return kept and now - self._hand.since(parcel, now) > FRESH

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
        if not self._takes():
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
