"""Broadcasts: words to many, with the audience frozen at the moment of the yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text, bindparam, insert, select, update

from storage.outbox import owed, parcels
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
    Column("asked_at", Moment),
)
"""`state`: sending, done, cancelled. `told`: how much of the progress its author has heard. `asked_at`: when they were
asked what to do with what is held for a quota."""

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
_BY_AUTHOR = "the author cancelled it"
_cancel_owed = (
    update(owed)
    .where(owed.c.id.in_(_its_owed), owed.c.state == "owed", owed.c.parcel_id.is_(None))
    .values(state="cancelled", reason=_BY_AUTHOR, ended_at=bindparam("b_at"))
)
_held_parcels = select(owed.c.parcel_id).where(
    owed.c.id.in_(_its_owed), owed.c.state == "held", owed.c.parcel_id.is_not(None)
)
_cancel_held_parcels = (
    update(parcels)
    .where(parcels.c.id.in_(_held_parcels), parcels.c.state == "waiting")
    .values(state="cancelled", reason=_BY_AUTHOR, ended_at=bindparam("b_at"))
)
_cancel_held = (
    update(owed)
    .where(owed.c.id.in_(_its_owed), owed.c.state == "held")
    .values(state="cancelled", reason=_BY_AUTHOR, ended_at=bindparam("b_at"))
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
        "asked_at": None,
    }
    return [Write(_insert, row), *(added(broadcast.id, one) for one in audience)]


def added(broadcast_id: int, recipient: Recipient) -> Write:
    """One more recipient, after the yes."""
    return Write(
        _insert_recipient,
        {
            "id": new_id(),
            "broadcast_id": broadcast_id,
            "person_id": recipient.person_id,
            "address_id": recipient.address_id,
            "owed_id": recipient.owed_id,
            "state": recipient.state,
            "reason": recipient.reason,
        },
    )


def cancelled(broadcast_id: int, now: datetime) -> list[Write]:
    """What has not left goes nowhere; what is in a sender's hand arrives. `settle` ends the recipients."""
    its = {"b_id": broadcast_id, "b_at": now}
    return [Write(_cancel_owed, its), *cancel_held(broadcast_id, now), Write(_cancel, {"b_id": broadcast_id})]


def cancel_held(broadcast_id: int, now: datetime) -> list[Write]:
    """What is held goes nowhere, be it in no parcel yet or in one that the vendor refused for now."""
    its = {"b_id": broadcast_id, "b_at": now}
    return [Write(_cancel_held_parcels, its), Write(_cancel_held, its)]
