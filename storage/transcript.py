"""What was said in one chat, both ways: for pages that show their history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.addresses import addresses
from storage.engine import Connection
from storage.journal import journal
from storage.outbox import owed, parcels, parts
from storage.waiting import OF_DUE, Due, due_of


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours that left. `order` compares with that of what was received: both ids are made in time order."""

    order: int
    parcel_id: int
    vendor_message_id: str
    words: str
    buttons: tuple[tuple[str, str], ...]
    media_id: int | None
    at: datetime


async def sent(connection: Connection, account_id: int, chat: str, limit: int) -> list[Sent]:
    """The last messages sent to a chat, oldest first."""
    rows = await connection.execute(
        select(
            parts.c.id,
            parts.c.parcel_id,
            parts.c.vendor_message_id,
            parts.c.words,
            parts.c.buttons,
            parts.c.media_id,
            parts.c.sent_at,
        )
        .join(parcels, parcels.c.id == parts.c.parcel_id)
        .join(addresses, addresses.c.id == parcels.c.address_id)
        .where(addresses.c.account_id == account_id, addresses.c.vendor_id == chat, parts.c.state == "sent")
        .order_by(parts.c.id.desc())
        .limit(limit)
    )
    return [
        Sent(
            row.id,
            row.parcel_id,
            row.vendor_message_id or "",
            row.words,
            tuple((label, data) for label, data in row.buttons),
            row.media_id,
            row.sent_at,
        )
        for row in reversed(rows.all())
    ]


async def contents(connection: Connection, parcel_ids: Collection[int]) -> dict[int, list[Due]]:
    """What was owed in parcels that left, in the order in which it was packed."""
    rows = await connection.execute(
        select(owed.c.parcel_id, *OF_DUE, owed.c.created_at)
        .join(addresses, addresses.c.id == owed.c.address_id)
        .where(owed.c.parcel_id.in_(sorted(parcel_ids)))
        .order_by(owed.c.lane, owed.c.due_at, owed.c.id)
    )
    found: dict[int, list[Due]] = {}
    for parcel_id, *row in rows:
        found.setdefault(parcel_id, []).append(due_of(row))
    return found


async def received(connection: Connection, account_id: int, chat: str, limit: int) -> list[tuple[int, bytes]]:
    """The last raw events of a chat with their order, oldest first."""
    rows = await connection.execute(
        select(journal.c.id, journal.c.body)
        .where(
            journal.c.account_id == account_id,
            journal.c.conversation >= f"{chat}:",
            journal.c.conversation < f"{chat};",
        )
        .order_by(journal.c.id.desc())
        .limit(limit)
    )
    return [(row.id, row.body) for row in reversed(rows.all())]
