"""Broadcasts: words to many, with the audience frozen at the moment of the yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text, bindparam, case, func, insert, select, update

from storage.engine import Connection
from storage.outbox import owed
from storage.questions import Question
from storage.schema import Json, Moment, key, metadata, new_id, refers
from storage.writing import Write

broadcasts = Table(
    "broadcasts",
    metadata,
    key(),
    refers("author_id", "persons"),
    refers("author_address_id", "addresses"),
    Column("target", Json, nullable=False),
    Column("words", Text, nullable=False),
    refers("media_id", "media", nullable=True),
    Column("state", String(10), nullable=False),
    Column("confirmed_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("told", String(10), nullable=False),
)
"""`state`: sending, done, cancelled. `told`: how much of the progress its author has heard."""

recipients = Table(
    "broadcast_recipients",
    metadata,
    key(),
    refers("broadcast_id", "broadcasts"),
    refers("person_id", "persons", nullable=True),
    refers("address_id", "addresses", nullable=True),
    refers("owed_id", "owed", nullable=True, index=True),
    Column("state", String(10), nullable=False),
    Column("reason", String(100)),
    Index("ix_broadcast_recipients_state", "broadcast_id", "state"),
)
"""Each ends in one state: sent, failed, skipped (never reachable), cancelled; the reason says why."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of the frozen audience: a person, or a group (without a person). `state`: waiting, or skipped and why."""

    person_id: int | None
    address_id: int | None
    owed_id: int | None = None
    state: str = "waiting"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Words (and perhaps a picture) from an author to a target."""

    id: int
    author_id: int
    author_address_id: int
    target: Mapping[str, Any]
    words: str
    media_id: int | None = None


_insert = insert(broadcasts)
_insert_recipient = insert(recipients)
_its_owed = select(recipients.c.owed_id).where(recipients.c.broadcast_id == bindparam("b_id"))
_cancel_owed = (
    update(owed)
    .where(owed.c.id.in_(_its_owed), owed.c.state.in_(("owed", "held")), owed.c.parcel_id.is_(None))
    .values(state="cancelled", reason="the author cancelled it", ended_at=bindparam("b_at"))
)
_cancel = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("b_id"), broadcasts.c.state == "sending")
    .values(state="cancelled")
)


def started(broadcast: Broadcast, audience: Sequence[Recipient], now: datetime) -> list[Write]:
    """A confirmed broadcast with its audience as it is at this moment."""
    row = {
        "id": broadcast.id,
        "author_id": broadcast.author_id,
        "author_address_id": broadcast.author_address_id,
        "target": dict(broadcast.target),
        "words": broadcast.words,
        "media_id": broadcast.media_id,
        "state": "sending",
        "confirmed_at": now,
        "ended_at": None,
        "told": "",
    }
    return [
        Write(_insert, row),
        *(
            Write(
                _insert_recipient,
                {
                    "id": new_id(),
                    "broadcast_id": broadcast.id,
                    "person_id": one.person_id,
                    "address_id": one.address_id,
                    "owed_id": one.owed_id,
                    "state": one.state,
                    "reason": one.reason,
                },
            )
            for one in audience
        ),
    ]


def cancelled(broadcast_id: int, now: datetime) -> list[Write]:
    """What has not left goes nowhere; what is in a sender's hand arrives. `settle` ends the recipients."""
    return [Write(_cancel_owed, {"b_id": broadcast_id, "b_at": now}), Write(_cancel, {"b_id": broadcast_id})]


@dataclass(frozen=True, slots=True)
class Running(Question["Progress | None"]):
    """The author's newest broadcast that is still being sent."""

    author_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Running]) -> Sequence[Progress | None]:
        rows = await connection.execute(
            select(broadcasts.c.id, broadcasts.c.author_id)
            .where(broadcasts.c.state == "sending", broadcasts.c.author_id.in_([one.author_id for one in questions]))
            .order_by(broadcasts.c.id)
        )
        newest = {row.author_id: row.id for row in rows}
        counted = await progress(connection, list(newest.values()))
        return [counted.get(newest.get(one.author_id, 0)) for one in questions]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is. Counts are of people and groups that got it, did not, or wait; reasons of those who did
    not (state and reason -> how many)."""

    id: int
    author_id: int
    author_address_id: int
    state: str
    told: str = ""
    people_sent: int = 0
    groups_sent: int = 0
    waiting: int = 0
    cancelled: int = 0
    missed: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        return self.people_sent + self.groups_sent + self.cancelled + sum(self.missed.values())


async def progress(connection: Connection, ids: Sequence[int]) -> dict[int, Progress]:
    """How far these broadcasts are, by id."""
    if not ids:
        return {}
    found: dict[int, Progress] = {}
    for row in await connection.execute(select(broadcasts).where(broadcasts.c.id.in_(ids))):
        found[row.id] = Progress(row.id, row.author_id, row.author_address_id, row.state, row.told)
    group = recipients.c.person_id.is_(None)
    rows = await connection.execute(
        select(
            recipients.c.broadcast_id,
            recipients.c.state,
            recipients.c.reason,
            group.label("is_group"),
            func.count().label("times"),
        )
        .where(recipients.c.broadcast_id.in_(ids))
        .group_by(recipients.c.broadcast_id, recipients.c.state, recipients.c.reason, group)
    )
    for row in rows:
        found[row.broadcast_id] = _counted(found[row.broadcast_id], row)
    return found


def _counted(known: Progress, row: Any) -> Progress:
    match row.state:
        case "sent" if row.is_group:
            return replace(known, groups_sent=known.groups_sent + row.times)
        case "sent":
            return replace(known, people_sent=known.people_sent + row.times)
        case "waiting":
            return replace(known, waiting=known.waiting + row.times)
        case "cancelled":
            return replace(known, cancelled=known.cancelled + row.times)
    why = (row.state, row.reason or "")
    return replace(known, missed={**known.missed, why: known.missed.get(why, 0) + row.times})


HALF_WAY_ABOVE = 200
"""Recipients above which the author also hears when half of them are reached."""

_ENDED = ("sent", "failed", "expired", "cancelled")
_carry = (
    update(recipients)
    .where(
        recipients.c.state == "waiting",
        recipients.c.broadcast_id.in_(select(broadcasts.c.id).where(broadcasts.c.ended_at.is_(None))),
        recipients.c.owed_id == owed.c.id,
        owed.c.state.in_(_ENDED),
    )
    .values(
        state=case((owed.c.state == "expired", "failed"), else_=owed.c.state),
        reason=case((owed.c.state == "expired", "expired"), else_=owed.c.reason),
    )
)
_end = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("b_id"))
    .values(
        state=case((broadcasts.c.state == "sending", "done"), else_=broadcasts.c.state),
        ended_at=bindparam("b_at"),
        told="end",
    )
)
_half = update(broadcasts).where(broadcasts.c.id == bindparam("b_id")).values(told="half")


async def open_ones(connection: Connection) -> list[int]:
    """Broadcasts that have not ended: a cheap look before `settle`."""
    rows = await connection.execute(select(broadcasts.c.id).where(broadcasts.c.ended_at.is_(None)))
    return [row.id for row in rows]


async def settle(connection: Connection, now: datetime) -> list[Progress]:
    """Carry what became of the owed rows to the recipients, and end broadcasts of which nobody waits any more.

    Returns those whose author is to be told now: ended ones, and large ones half-way (once each; this transaction
    has to owe the author's message).
    """
    await connection.execute(_carry)
    telling: list[Progress] = []
    for one in (await progress(connection, await open_ones(connection))).values():
        if not one.waiting:
            await connection.execute(_end, {"b_id": one.id, "b_at": now})
            telling.append(replace(one, state="done" if one.state == "sending" else one.state, told="end"))
        elif _half_way(one):
            await connection.execute(_half, {"b_id": one.id})
            telling.append(replace(one, told="half"))
    return telling


def _half_way(one: Progress) -> bool:
    large = one.ended + one.waiting > HALF_WAY_ABOVE
    return large and not one.told and one.state == "sending" and one.ended >= one.waiting
