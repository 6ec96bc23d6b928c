"""What becomes of a message that could not be sent: tried again, held, redirected, or given up with a reason."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot import packing
from bot.books import Books
from bot.channels.base import SendFailed, Why
from locales import local
from storage import addresses, parcels, redirecting, refusing, waiting, windows
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel, Piece
from storage.writing import Write

log = logging.getLogger(__name__)

GIVE_UP = timedelta(days=3)
"""How long something without an expiry of its own is tried again."""

LOOK_AGAIN = timedelta(seconds=1)
_MOVED = "the group has moved"

Lost = Callable[[int, Why], Awaitable[None]]
"""Told when a group or person can no longer be reached: the address's id and why."""


class Mishaps:
    """Those of one account."""

    def __init__(self, account: str, database: Database, books: Books, on_lost: Lost) -> None:
        self._account, self._database, self._books, self._on_lost = account, database, books, on_lost

    async def record(
        self, parcel: Parcel, piece: Piece | None, failed: SendFailed, began: datetime, now: datetime
    ) -> None:
        """Write down what becomes of a parcel whose piece was not sent. `began`: when the try began."""
        if failed.why in (Why.QUOTA, Why.UNAUTHORISED) and await self._elsewhere(parcel, failed.why, now):
            return
        if failed.why in (Why.BLOCKED, Why.CHAT_GONE, Why.NO_RIGHTS):
            await self._lose(parcel, failed.why, now)
        elif failed.why is Why.MOVED and failed.moved_to:
            await self._follow(parcel, failed.moved_to, now)
        elif failed.why in parcels.HOLDS:
            # A window opens for whoever writes after this try began: they may have written while it was under way.
            due = began if failed.why is Why.WINDOW else now + timedelta(seconds=packing.wait(parcel, failed))
            await self._books.keep([*parcels.kept_back(parcel, failed.why, due), *_for_a_while(parcel, failed, began)])
        elif self._may_try_again(parcel, failed, now):
            due = now + timedelta(seconds=packing.wait(parcel, failed))
            twice = parcel.maybe_twice or failed.maybe_sent
            await self._books.keep([parcels.put_back(parcel, due, str(failed), maybe_twice=twice)])
        else:
            await self._give_up(parcel, piece, failed, now)

    async def _elsewhere(self, parcel: Parcel, why: Why, now: datetime) -> bool:
        """Where the account is dead, or has no seat for this person, it goes through another of their doors. A person
        without a seat is not knocked at before they write again; no answer is tried for ever. False: nothing of that.
        """
        if parcel.group or parcel.begun:
            return False
        account, address, month = parcel.account_id, parcel.address_id, f"{local(now):%Y-%m}"
        async with self._database.read() as connection:
            quota = why is Why.QUOTA
            no_seat = quota and await refusing.has_no_seat(connection, account, address, month)
            old = quota and await refusing.too_old(connection, parcel.id, now)
            may_move = not parcel.maybe_twice and (no_seat or not quota)
            writes = await redirecting.parcel(connection, account, parcel.id, now) if may_move else []
        if not writes and (no_seat or old):
            writes = parcels.ended(parcel, "failed", now, refusing.NO_SEAT if no_seat else why)
        if no_seat:
            writes.append(addresses.closed(address, "gone", refusing.NO_SEAT))
        await self._books.keep(writes)
        return bool(writes)

    async def _lose(self, parcel: Parcel, why: Why, now: datetime) -> None:
        """Nobody can be reached there: not tried again until somebody writes from there."""
        state = "blocked" if why is Why.BLOCKED else "gone"
        kept = await self._books.keep(
            [*parcels.ended(parcel, "failed", now, why), addresses.closed(parcel.address_id, state, why)]
        )
        if not kept:
            return
        try:
            await self._on_lost(parcel.address_id, why)
        except Exception as error:
            log.error("account %s: nobody heard that a chat is lost: %s", self._account, error)

    async def _follow(self, parcel: Parcel, moved_to: str, now: datetime) -> None:
        """A group goes on under another id, which its own messages may have made known already."""
        async with self._database.read() as connection:
            known = await waiting.address_at(connection, parcel.account_id, moved_to)
        writes = [_moved(parcel, now)]
        if known is None:
            writes.append(addresses.moved(parcel.address_id, moved_to))
        elif known != parcel.address_id:
            writes += parcels.redirected(parcel.address_id, known)
            writes.append(addresses.closed(parcel.address_id, "gone", _MOVED))
        try:
            await self._books.note(writes)
        except Exception:  # its first message under the new id came between the look and the note: look again
            await self._books.keep([_moved(parcel, now + LOOK_AGAIN)])

    def _may_try_again(self, parcel: Parcel, failed: SendFailed, now: datetime) -> bool:
        if failed.maybe_sent and (parcel.lane is Lane.BULK or parcel.maybe_twice):
            return False
        return failed.retryable and now - (parcel.created_at or now) < GIVE_UP

    async def _give_up(self, parcel: Parcel, piece: Piece | None, failed: SendFailed, now: datetime) -> None:
        """A picture that cannot be sent undoes no words: those beside it go alone, those after it still go."""
        if piece is None or piece.media_id is None or failed.maybe_sent:
            log.error("account %s: something owed was given up: %s", self._account, failed)
            await self._books.keep(parcels.ended(parcel, "failed", now, str(failed)))
            return
        log.error("account %s: a picture was given up: %s", self._account, failed)
        done = parcels.picture_dropped(piece) if piece.words else parcels.piece_ended(piece, "failed", None, now)
        if piece.words or parcel.pieces[1:]:
            await self._books.keep([done, parcels.put_back(parcel, now, "no picture", maybe_twice=parcel.maybe_twice)])
        else:
            state = "sent" if parcel.begun else "failed"
            await self._books.keep([done, *parcels.ended(parcel, state, now, "no picture")])


def _for_a_while(parcel: Parcel, failed: SendFailed, began: datetime) -> list[Write]:
    """Broadcasts do not wait for ever until somebody writes."""
    if failed.why is not Why.WINDOW or parcel.lane is not Lane.BULK:
        return []
    return windows.kept_for_a_while(parcel, parcel.created_at or began)


def _moved(parcel: Parcel, due: datetime) -> Write:
    return parcels.put_back(parcel, due, _MOVED, maybe_twice=parcel.maybe_twice)
