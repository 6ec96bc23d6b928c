"""Groups and the places they belong to: what a binding needs to know, and who hears when one is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import places
from storage.addresses import addresses, group_bindings
from storage.contacts import Contact, LeadsOf
from storage.finding import Place
from storage.known import Door
from storage.outbox import owed
from storage.questions import Question

TOLD_FOR = timedelta(days=1)
"""The leads hear of a lost group once in so long, however often it fails."""
LOST = "group_lost"
WRONG_CODE = "wrong_code"
OVERHEARD = "overheard"
"""Kinds of owed messages that are counted."""


@dataclass(frozen=True, slots=True)
class PlacesWithin(Question[tuple[Place, ...]]):
    """All places of a day at and below a place; from the root with None."""

    unit_id: int | None
    day: date

    @classmethod
    async def answer(
        cls, connection: AsyncConnection, questions: Sequence[PlacesWithin]
    ) -> Sequence[tuple[Place, ...]]:
        """One statement for each reach that is asked about: binding a group is rare."""
        found = {
            one.unit_id: await places.everything(connection, one.day, one.unit_id) for one in dict.fromkeys(questions)
        }
        return [found[one.unit_id] for one in questions]


@dataclass(frozen=True, slots=True)
class DoorAt(Question[Door | None]):
    """The group with a vendor's id at an account, if it is known."""

    account_id: int
    vendor_id: str

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[DoorAt]) -> Sequence[Door | None]:
        rows = await connection.execute(
            select(addresses).where(
                tuple_(addresses.c.account_id, addresses.c.vendor_id).in_(
                    [(one.account_id, one.vendor_id) for one in questions]
                )
            )
        )
        found = {
            (row.account_id, row.vendor_id): Door(
                row.id, row.account_id, row.vendor_id, row.is_group, row.state, row.title or "", row.person_id
            )
            for row in rows
        }
        return [found.get((one.account_id, one.vendor_id)) for one in questions]


@dataclass(frozen=True, slots=True)
class BoundTo(Question[int | None]):
    """The place a group belongs to."""

    address_id: int

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[BoundTo]) -> Sequence[int | None]:
        rows = await connection.execute(
            select(group_bindings.c.address_id, group_bindings.c.unit_id)
            .where(
                group_bindings.c.address_id.in_({one.address_id for one in questions}),
                group_bindings.c.ended_at.is_(None),
            )
            .order_by(group_bindings.c.id)
        )
        found = {row.address_id: row.unit_id for row in rows}
        return [found.get(one.address_id) for one in questions]


@dataclass(frozen=True, slots=True)
class OwedLately(Question[int]):
    """How many messages of a kind were owed to an address since a moment."""

    address_id: int
    kind: str
    since: datetime

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[OwedLately]) -> Sequence[int]:
        since = min(one.since for one in questions)
        rows = await connection.execute(
            select(owed.c.address_id, owed.c.kind, func.count())
            .where(
                owed.c.address_id.in_({one.address_id for one in questions}),
                owed.c.kind.in_({one.kind for one in questions}),
                owed.c.created_at > since,
            )
            .group_by(owed.c.address_id, owed.c.kind)
        )
        found = {(row[0], row[1]): row[2] for row in rows}
        return [found.get((one.address_id, one.kind), 0) for one in questions]


@dataclass(frozen=True, slots=True)
class Loss:
    """A bound group that cannot be written to any more, and the leads who shall hear of it."""

    title: str
    place: Place
    leads: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class LossOf(Question[Loss | None]):
    """Who must hear that a group is lost: None for a chat that is no group, is bound to nothing, or was told of."""

    address_id: int
    day: date
    now: datetime

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[LossOf]) -> Sequence[Loss | None]:
        """One by one: a group is lost seldom."""
        return [await _loss(connection, one) for one in questions]


async def _loss(connection: AsyncConnection, asked: LossOf) -> Loss | None:
    (unit_id,) = await BoundTo.answer(connection, [BoundTo(asked.address_id)])
    if unit_id is None or await _told(connection, asked.address_id, asked.now - TOLD_FOR):
        return None
    place = await places.by_id(connection, unit_id, asked.day)
    title = (await connection.execute(select(addresses.c.title).where(addresses.c.id == asked.address_id))).scalar()
    if place is None:
        return None
    commune = place.parent_id if place.kind == "village" and place.parent_id else place.id
    (leads,) = await LeadsOf.answer(connection, [LeadsOf(commune, asked.day, or_admins=True)])
    return Loss(title or "", place, leads)


async def _told(connection: AsyncConnection, address_id: int, since: datetime) -> bool:
    told = select(owed.c.id).where(owed.c.cause_id == address_id, owed.c.kind == LOST, owed.c.created_at > since)
    return (await connection.execute(told.limit(1))).first() is not None
