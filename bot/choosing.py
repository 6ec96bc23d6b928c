"""What a sender takes in hand next: a look at what is owed, through the rules of sending, as far as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import packing, quotas
from bot.channels.base import Limits
from bot.hand import Hand
from bot.holding import Holding
from storage import parcels, waiting
from storage.engine import Database
from storage.outbox import Lane
from storage.parcels import Parcel
from storage.waiting import Due
from storage.writing import Write

TOGETHER = 30
"""So many things owed are looked through for those that may leave as one message."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be taken in hand, replies first, and what is to be written before it is."""

    parcels: list[Parcel]
    writes: list[Write]
    held: int
    """So many wait by a rule, and are dealt with."""
    found: bool
    """Something was owed, of which there may be more than there was room for."""


class Choosing:
    """For one account."""

    def __init__(self, account_id: int, database: Database, holding: Holding | None) -> None:
        self._account_id, self._database, self._holding = account_id, database, holding

    async def look(self, hand: Hand, room: int, others: int, limits: Limits, now: datetime) -> Choice:
        """At most `room` parcels, `others` of them no replies, none to a chat that has something in hand."""
        owed, tried, spared = await self._waiting(hand, room, others, now)
        found = bool(owed or tried or spared)
        tried = packing.behind_answers(tried, owed)
        held: list[Write] = []
        if self._holding is not None:
            owed, tried, held = await self._holding.sort(owed, tried, now)
        retried, ended = packing.again([one for one in tried if one.address_id not in hand], now)
        busy = {*hand, *(one.address_id for one in tried)}
        free = [one for one in owed if one.address_id not in busy]
        fresh, more = packing.fresh(free, self._account_id, limits, now)
        chosen = packing.within(retried, fresh, room, others)
        taking = [write for one in chosen for write in _taking(one, now)]
        return Choice(chosen, [*ended, *more, *spared, *held, *taking], len(held), found)

    async def _waiting(
        self, hand: Hand, room: int, others: int, now: datetime
    ) -> tuple[list[Due], list[Parcel], list[Write]]:
        """What is owed, what is to be tried again, and what to record of that for which the month has no room."""
        lanes = tuple(Lane) if others else (Lane.REPLY,)
        async with self._database.look() as connection:
            tried = await waiting.again(connection, self._account_id, now, room + len(hand), lanes)
            owed = await waiting.due(connection, self._account_id, now, max(room * 2, TOGETHER), lanes)
            owed, spared = await quotas.spare(connection, self._account_id, owed, now)
        return owed, tried, spared


def _taking(parcel: Parcel, now: datetime) -> list[Write]:
    writes = [parcels.taken(parcel, now)] if parcel.attempts > 1 else parcels.packed(parcel, now)
    return [*writes, *(parcels.released(parcel, now) if parcel.held else ())]
