"""What is owed: taken in hand, fitted to the channel, sent, recorded. One sender an account; nothing is sent inside
a transaction, and what is in a sender's hand is on record before it leaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Button, Channel, Part, SendFailed, Why
from bot.channels.fitting import can_join, fit
from bot.clock import Clock
from bot.lane import Lane as Queue
from bot.lane import Ticket
from bot.nursery import Nursery
from bot.pacing import Pacer
from bot.recorder import Recorder
from storage import addresses, parcels
from storage.engine import Database
from storage.media import content
from storage.outbox import Lane
from storage.parcels import Due, Parcel, Piece
from storage.writing import Write

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=3)
"""How long something without an expiry of its own is tried again."""
SLOWEST = 60.0
"""Seconds between tries at most."""
LOOK_AROUND = 0.5
"""Seconds after which the outbox is looked at even if nobody said that it changed: the CLI writes beside us."""

Lost = Callable[[int, Why], Awaitable[None]]
"""Told when a group or person can no longer be reached: the address's id and why."""


class Sender:
    """The sender of one account."""

    def __init__(
        self, channel: Channel, database: Database, clock: Clock, recorder: Recorder, nursery: Nursery, on_lost: Lost
    ) -> None:
        self._channel, self._database, self._clock = channel, database, clock
        self._recorder, self._nursery, self._on_lost = recorder, nursery, on_lost
        self._pacer = Pacer(channel.limits)
        self._queue: Queue[Parcel] = Queue(self._pacer)
        self._in_hand: dict[int, Parcel] = {}
        self._busy_chats: set[int] = set()
        self._changed = asyncio.Event()
        self._filling = asyncio.Lock()
        self._stopping = False
        self._trouble: Why | None = None
        self.sent = 0
        self.failed = 0

    @property
    def trouble(self) -> Why | None:
        """What is wrong with the vendor just now, if anything."""
        return self._trouble

    def wake(self) -> None:
        """Something new may be owed."""
        self._changed.set()

    async def begin(self) -> None:
        """Deal with what an earlier process left in its hand, and start handing out."""
        await self._adopt(await self._orphans())
        self._nursery.start(self._hand_out(), f"hand out {self._channel.account}")

    async def run(self) -> None:
        """Send for ever what is owed."""
        while not self._stopping:
            self._changed.clear()
            if not await self._fill():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOK_AROUND)

    async def stop(self) -> None:
        """Take nothing more in hand, put back what has not left, wait for what is under way."""
        self._stopping = True
        self.wake()
        unsent = self._queue.drop(lambda _parcel: True)
        now = self._clock.now()
        if unsent:
            await self._recorder.write(
                [parcels.put_back(one, now, "the service stopped", maybe_twice=one.maybe_twice) for one in unsent]
            )
        for one in unsent:
            self._forget(one)
        while self._in_hand:
            self._changed.clear()
            await self._changed.wait()

    async def drain(self) -> None:
        """Until nothing is owed that may go now (demo, tests)."""
        while await self._fill() or self._in_hand:
            if self._in_hand:
                self._changed.clear()
                await self._changed.wait()

    # Taking in hand

    async def _fill(self) -> int:
        """Take in hand what may go now, replies first; returns how many parcels."""
        async with self._filling:
            return await self._fill_room()

    async def _fill_room(self) -> int:
        room = self._channel.limits.in_flight - len(self._in_hand)
        bulk_room = room - self._channel.limits.in_flight // 3
        if room <= 0 or self._stopping:
            return 0
        lanes = list(Lane) if bulk_room > 0 or not self._in_hand else [Lane.REPLY]
        now = self._clock.now()
        async with self._database.read() as connection:
            retried = await parcels.again(connection, self._channel.account_id, now, room)
            owed = await parcels.due(connection, self._channel.account_id, now, room * 4 + len(self._busy_chats), lanes)
        taken = [one for one in retried if one.address_id not in self._busy_chats]
        fresh, writes = self._pack(owed, room - len(taken), {one.address_id for one in taken}, now)
        writes += [parcels.taken(one, now) for one in taken]
        if writes:
            await self._recorder.write(writes)
        for one in (*taken, *fresh):
            self._put(one)
        return len(taken) + len(fresh)

    def _pack(self, owed: list[Due], room: int, busy: set[int], now: datetime) -> tuple[list[Parcel], list[Write]]:
        """Parcels of what may leave together, one a chat; and what to record of them."""
        writes: list[Write] = []
        piles: dict[int, list[Due]] = {}
        for one in owed:
            if one.expires_at is not None and one.expires_at <= now:
                writes.append(parcels.owed_ended(one.id, "expired", now, "not sent in time"))
            elif one.door_state != "open" and one.lane is not Lane.REPLY:
                writes.append(parcels.owed_ended(one.id, "failed", now, one.door_state))
            elif one.address_id not in busy and one.address_id not in self._busy_chats:
                piles.setdefault(one.address_id, []).append(one)
        fresh = [self._parcel(pile) for pile in list(piles.values())[: max(0, room)]]
        for parcel in fresh:
            writes += parcels.packed(parcel, now)
        return fresh, writes

    def _parcel(self, pile: list[Due]) -> Parcel:
        together = [pile[0]]
        for one in pile[1:]:
            if not can_join(together[-1], one) or one.lane is Lane.BULK:
                break
            together.append(one)
        first = together[0]
        return Parcel(
            account_id=self._channel.account_id,
            address_id=first.address_id,
            chat=first.chat,
            group=first.group,
            lane=first.lane,
            pieces=fit(together, self._channel.limits),
            owed_ids=tuple(one.id for one in together),
            attempts=1,
            created_at=min(one.created_at for one in together),
        )

    def _put(self, parcel: Parcel) -> None:
        self._in_hand[parcel.id] = parcel
        self._busy_chats.add(parcel.address_id)
        self._queue.put(parcel, parcel.chat, group=parcel.group, urgency=int(parcel.lane))

    def _forget(self, parcel: Parcel) -> None:
        self._in_hand.pop(parcel.id, None)
        self._busy_chats.discard(parcel.address_id)
        self.wake()

    # What an earlier process left

    async def _orphans(self) -> list[Parcel]:
        async with self._database.read() as connection:
            return await parcels.orphans(connection, self._channel.account_id, self._clock.now())

    async def _adopt(self, orphans: Iterable[Parcel]) -> None:
        """Nobody knows whether these arrived: resent once and marked, but never a broadcast."""
        writes: list[Write] = []
        now = self._clock.now()
        for one in orphans:
            if one.lane is Lane.BULK or one.maybe_twice:
                writes += parcels.ended(one, "failed", now, "the answer never came")
            else:
                writes.append(parcels.put_back(one, now, "the service was cut off", maybe_twice=True))
        if writes:
            await self._recorder.write(writes)

    # Sending

    async def _hand_out(self) -> None:
        while True:
            ticket = await self._queue.take()
            self._nursery.start(self._send(ticket), f"send {self._channel.account}")

    async def _send(self, ticket: Ticket[Parcel]) -> None:
        parcel = ticket.item
        piece = parcel.pieces[0] if parcel.pieces else None
        try:
            with ticket:
                message_id = await self._channel.send(await self._part(parcel, piece)) if piece else ""
        except SendFailed as failed:
            self._pacer.heed(ticket.chat, failed)
            await self._failed(parcel, piece, failed)
            return
        self._trouble = None
        await self._arrived(ticket, parcel, piece, message_id)

    async def _part(self, parcel: Parcel, piece: Piece) -> Part:
        picture: tuple[bytes, str] | None = None
        if piece.media_id is not None:
            async with self._database.read() as connection:
                picture = await content(connection, piece.media_id)
        return Part(
            chat=parcel.chat,
            group=parcel.group,
            text=piece.words,
            buttons=tuple(Button(label, data) for label, data in piece.buttons),
            picture=picture[0] if picture else None,
            picture_type=picture[1] if picture else "",
        )

    async def _arrived(self, ticket: Ticket[Parcel], parcel: Parcel, piece: Piece | None, message_id: str) -> None:
        self.sent += 1
        now = self._clock.now()
        rest = parcel.pieces[1:]
        writes = [parcels.piece_ended(piece, "sent", message_id, now)] if piece else []
        if rest:
            await self._recorder.write(writes)
            self._queue.again(ticket, replace(parcel, pieces=rest))
            return
        await self._recorder.write([*writes, *parcels.ended(parcel, "sent", now)])
        self._forget(parcel)

    async def _failed(self, parcel: Parcel, piece: Piece | None, failed: SendFailed) -> None:
        self.failed += 1
        now = self._clock.now()
        self._notice(failed)
        if failed.why in (Why.BLOCKED, Why.CHAT_GONE, Why.NO_RIGHTS):
            state = "blocked" if failed.why is Why.BLOCKED else "gone"
            writes = [
                *parcels.ended(parcel, "failed", now, failed.why),
                addresses.closed(parcel.address_id, state, failed.why),
            ]
            await self._recorder.write(writes)
            await self._on_lost(parcel.address_id, failed.why)
        elif failed.why is Why.MOVED and failed.moved_to:
            await self._recorder.write(
                [
                    addresses.moved(parcel.address_id, failed.moved_to),
                    parcels.put_back(parcel, now, "the group has moved", maybe_twice=parcel.maybe_twice),
                ]
            )
        elif self._may_try_again(parcel, failed, now):
            due = now + timedelta(seconds=_wait(parcel, failed))
            twice = parcel.maybe_twice or failed.maybe_sent
            await self._recorder.write([parcels.put_back(parcel, due, str(failed), maybe_twice=twice)])
        else:
            await self._give_up(parcel, piece, failed, now)
        self._forget(parcel)

    def _may_try_again(self, parcel: Parcel, failed: SendFailed, now: datetime) -> bool:
        if failed.maybe_sent and (parcel.lane is Lane.BULK or parcel.maybe_twice):
            return False
        return failed.retryable and now - (parcel.created_at or now) < GIVE_UP

    async def _give_up(self, parcel: Parcel, piece: Piece | None, failed: SendFailed, now: datetime) -> None:
        """A picture that cannot be sent does not undo the words that arrived."""
        if piece is not None and piece.media_id is not None and not piece.words:
            writes = [
                parcels.piece_ended(piece, "failed", None, now),
                *parcels.ended(parcel, "sent", now, "no picture"),
            ]
        else:
            log.error("account %s: something owed was given up: %s", self._channel.account, failed)
            writes = parcels.ended(parcel, "failed", now, str(failed))
        await self._recorder.write(writes)

    def _notice(self, failed: SendFailed) -> None:
        """Trouble of the whole account is logged once and slows everything; of one chat, it is that chat's alone."""
        if failed.why not in (Why.VENDOR, Why.NETWORK, Why.UNAUTHORISED, Why.QUOTA):
            return
        if self._trouble is not failed.why:
            log.warning("account %s: %s", self._channel.account, failed)
        self._trouble = failed.why
        self._pacer.hold(SLOWEST if failed.why is Why.UNAUTHORISED else 1.0)


def _wait(parcel: Parcel, failed: SendFailed) -> float:
    """Seconds until the next try: what the vendor asked for, else doubling."""
    return failed.retry_after if failed.retry_after is not None else min(SLOWEST, 2.0 ** min(parcel.attempts, 6))
