"""Seats of an account: taken by whoever ever wrote there, promised by printed links until they expire.

A seat is taken by a chat's first message and never given back, as the vendor counts its users. A link promises seats
at one account; whoever types its code, at whichever account, keeps one of its promises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table, delete, false, func, insert, select

from storage.accounts import accounts
from storage.addresses import addresses
from storage.engine import Connection
from storage.invites import invites
from storage.questions import Question
from storage.schema import Moment, key, metadata, new_id, refers
from storage.writing import Write

reservations = Table(
    "seat_reservations",
    metadata,
    key(),
    refers("invite_id", "invites", index=True),
    refers("account_id", "accounts"),
    Column("seats", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
)

arrivals = Table(
    "seat_arrivals",
    metadata,
    refers("invite_id", "invites"),
    refers("address_id", "addresses"),
    Column("arrived_at", Moment, nullable=False),
    PrimaryKeyConstraint("invite_id", "address_id"),
)
"""Which chats came with which code: each keeps one promise, however often the code is typed there."""

_arrive = insert(arrivals)


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of one account. `limit`: None where there is none."""

    taken: int
    reserved: int
    limit: int | None

    @property
    def free(self) -> int | None:
        """Neither taken nor promised; None where there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.taken - self.reserved)


@dataclass(frozen=True, slots=True)
class Promise:
    """So many newcomers may be sent to an account. `seats`: None where they are not counted."""

    account_id: int
    seats: int | None


@dataclass(frozen=True, slots=True)
class HasArrived(Question[bool]):
    """Whether this chat came with this code before."""

    invite_id: int
    address_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[HasArrived]) -> Sequence[bool]:
        asked = {one.address_id for one in questions}
        rows = await connection.execute(select(arrivals).where(arrivals.c.address_id.in_(asked)))
        known = {(row.invite_id, row.address_id) for row in rows}
        return [(one.invite_id, one.address_id) in known for one in questions]


def arrived(invite_id: int, address_id: int, now: datetime) -> Write:
    """A chat came with a code. Write it only where it had not come with that code before."""
    return Write(_arrive, {"invite_id": invite_id, "address_id": address_id, "arrived_at": now})


async def seats(connection: Connection, now: datetime) -> dict[int, Seats]:
    """The seats of every account, by its id."""
    taken = await _taken(connection)
    promised = await _promised(connection, now)
    rows = await connection.execute(select(accounts.c.id, accounts.c.limits))
    return {row.id: Seats(taken.get(row.id, 0), promised[row.id], row.limits.get("people")) for row in rows}


async def reserve(
    connection: Connection, invite_id: int, wanted: int, among: Sequence[int], now: datetime
) -> list[Promise]:
    """Promise seats for a code at these accounts of one messenger, the first with room first; fewer than wanted where
    there is no more room. Two who ask at once wait for each other: on PostgreSQL for the accounts' rows."""
    await connection.execute(
        select(accounts.c.id).where(accounts.c.id.in_(among)).order_by(accounts.c.id).with_for_update()
    )
    now_there = await seats(connection, now)
    promises: list[Promise] = []
    for account_id in among:
        free = now_there[account_id].free
        if free is None:
            return [*promises, Promise(account_id, None)]
        if wanted and free:
            promises.append(Promise(account_id, min(wanted, free)))
            wanted -= min(wanted, free)
    rows = [_reservation(invite_id, one, now) for one in promises]
    if rows:
        await connection.execute(insert(reservations), rows)
    return promises


def _reservation(invite_id: int, promise: Promise, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "invite_id": invite_id,
        "account_id": promise.account_id,
        "seats": promise.seats,
        "created_at": now,
    }


async def promises_of(connection: Connection, invite_id: int) -> list[Promise]:
    """What a code promised when it was made, in its order."""
    rows = await connection.execute(
        select(reservations).where(reservations.c.invite_id == invite_id).order_by(reservations.c.id)
    )
    return [Promise(row.account_id, row.seats) for row in rows]


async def forget(connection: Connection, invite_ids: Sequence[int]) -> None:
    """Nothing is promised for these codes any more, which are about to be erased."""
    for table in (reservations, arrivals):
        await connection.execute(delete(table).where(table.c.invite_id.in_(invite_ids)))


async def _taken(connection: Connection) -> dict[int, int]:
    rows = await connection.execute(
        select(addresses.c.account_id, func.count())
        .where(addresses.c.is_group == false())
        .group_by(addresses.c.account_id)
    )
    return {row[0]: row[1] for row in rows}


async def _promised(connection: Connection, now: datetime) -> Counter[int]:
    """Seats promised by live codes and not come for, by account."""
    live = (
        select(invites.c.id)
        .where(invites.c.expires_at > now, invites.c.used < invites.c.uses)
        .where(invites.c.id.in_(select(reservations.c.invite_id)))
    )
    came = await _came(connection, live)
    rows = await connection.execute(
        select(reservations, invites.c.uses, invites.c.used)
        .join(invites, invites.c.id == reservations.c.invite_id)
        .where(reservations.c.invite_id.in_(live))
        .order_by(reservations.c.id)
    )
    left: dict[int, int] = {}
    found = Counter[int]()
    for row in rows:
        if row.invite_id not in left:
            all_that_came = sum(count for (invite, _), count in came.items() if invite == row.invite_id)
            left[row.invite_id] = row.uses - max(row.used, all_that_came)
        still = max(0, min(row.seats - came[row.invite_id, row.account_id], left[row.invite_id]))
        left[row.invite_id] -= still
        found[row.account_id] += still
    return found


async def _came(connection: Connection, live: Any) -> Counter[tuple[int, int]]:
    """How many chats came with a code, by (invite, account)."""
    rows = await connection.execute(
        select(arrivals.c.invite_id, addresses.c.account_id, func.count())
        .join(addresses, addresses.c.id == arrivals.c.address_id)
        .where(arrivals.c.invite_id.in_(live))
        .group_by(arrivals.c.invite_id, addresses.c.account_id)
    )
    return Counter({(row[0], row[1]): row[2] for row in rows})
