"""Broadcasts: words to many, with the audience frozen at the moment of the yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, String, Table, Text, bindparam, insert, select, update

from storage.outbox import owed
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
