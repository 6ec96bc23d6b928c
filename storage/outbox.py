"""What is owed to whom, and the parcels in which it went over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, func, insert, select, text

from storage.engine import Connection
from storage.schema import Id, Json, Moment, key, metadata, new_id, refers
from storage.writing import Write

owed = Table(
    "owed",
    metadata,
    key(),
    refers("account_id", "accounts"),
    refers("address_id", "addresses", index=True),
    refers("person_id", "persons", nullable=True),
    Column("kind", String(20), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("cause_id", Id, index=True),
    Column("words", Text, nullable=False),
    Column("choices", Json, nullable=False),
    Column("question", String(32)),
    refers("media_id", "media", nullable=True),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("state", String(10), nullable=False),
    Column("reason", String(100)),
    refers("parcel_id", "parcels", nullable=True, index=True),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
"""States: owed, held, sent, failed, expired, cancelled. `leased_until`: a sender has it in hand; the state waits.
`lane`: 0 replies, 1 the clock, 2 bulk. `words` are rendered for their reader."""

Index(
    "ix_owed_open",
    owed.c.account_id,
    owed.c.lane,
    owed.c.due_at,
    sqlite_where=text("state IN ('owed', 'held')"),
    postgresql_where=text("state IN ('owed', 'held')"),
)

Index(
    "ix_owed_to",
    owed.c.address_id,
    owed.c.lane,
    sqlite_where=text("state IN ('owed', 'held')"),
    postgresql_where=text("state IN ('owed', 'held')"),
)

parcels = Table(
    "parcels",
    metadata,
    key(),
    refers("account_id", "accounts"),
    refers("address_id", "addresses", index=True),
    Column("lane", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("maybe_twice", Boolean, nullable=False),
    Column("reason", String(200)),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
"""States: sending (in a sender's hand), waiting (to be tried again at `due_at`), sent, failed, cancelled."""

Index(
    "ix_parcels_open",
    parcels.c.account_id,
    parcels.c.due_at,
    sqlite_where=text("state IN ('sending', 'waiting')"),
    postgresql_where=text("state IN ('sending', 'waiting')"),
)

parts = Table(
    "parcel_parts",
    metadata,
    key(),
    refers("parcel_id", "parcels", index=True),
    Column("position", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("buttons", Json, nullable=False),
    refers("media_id", "media", nullable=True),
    Column("state", String(10), nullable=False),
    Column("vendor_message_id", String(100)),
    Column("sent_at", Moment),
)
"""One message over the wire. A picture is a part of its own where the channel cannot put it beside the text."""


TO_PASTE = "to-paste"
"""The kind of a text that is meant to be copied: it stands alone in its message."""


class Lane(IntEnum):
    """Who goes first: replies, then the clock, then bulk."""

    REPLY = 0
    CLOCK = 1
    BULK = 2


@dataclass(frozen=True, slots=True)
class Owing:
    """Something owed to one address, in its reader's words. `choices`: (key, label) pairs."""

    account_id: int
    address_id: int
    person_id: int | None
    kind: str
    lane: Lane
    words: str
    choices: tuple[tuple[str, str], ...] = ()
    question: str | None = None
    media_id: int | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    cause_id: int | None = None
    id: int = field(default_factory=new_id)
    held_for: str = ""
    """Why it is not due at once, in the operator's words: then it is written down as held."""


_insert = insert(owed)


def owe(owing: Owing, now: datetime, parcel_id: int | None = None, leased_until: datetime | None = None) -> Write:
    """Write down what is owed, in the same transaction as the change that caused it; with its parcel, where it goes
    into a sender's hand at once."""
    return Write(
        _insert,
        {
            "id": owing.id,
            "account_id": owing.account_id,
            "address_id": owing.address_id,
            "person_id": owing.person_id,
            "kind": owing.kind,
            "lane": int(owing.lane),
            "cause_id": owing.cause_id,
            "words": owing.words,
            "choices": [list(choice) for choice in owing.choices],
            "question": owing.question,
            "media_id": owing.media_id,
            "due_at": owing.due_at or now,
            "expires_at": owing.expires_at,
            "state": "held" if owing.held_for else "owed",
            "reason": owing.held_for[:100] or None,
            "parcel_id": parcel_id,
            "leased_until": leased_until,
            "created_at": now,
            "ended_at": None,
        },
    )


async def counts(connection: Connection) -> dict[str, int]:
    """How many messages are in each state."""
    rows = await connection.execute(select(owed.c.state, func.count()).group_by(owed.c.state))
    return {row[0]: row[1] for row in rows}
