"""What was said in one chat, both ways: for pages that show their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.addresses import addresses
from storage.engine import Connection
from storage.journal import journal
from storage.outbox import parcels, parts


@dataclass(frozen=True, slots=True)
class Sent:
    """A message of ours that left. `order` compares with that of what was received: both ids are made in time order."""

    order: int
    vendor_message_id: str
    words: str
    buttons: tuple[tuple[str, str], ...]
    media_id: int | None
    at: datetime


async def sent(connection: Connection, account_id: int, chat: str, limit: int) -> list[Sent]:
    """The last messages sent to a chat, oldest first."""
    rows = await connection.execute(
        select(parts.c.id, parts.c.vendor_message_id, parts.c.words, parts.c.buttons, parts.c.media_id, parts.c.sent_at)
        .join(parcels, parcels.c.id == parts.c.parcel_id)
        .join(addresses, addresses.c.id == parcels.c.address_id)
        .where(addresses.c.account_id == account_id, addresses.c.vendor_id == chat, parts.c.state == "sent")
        .order_by(parts.c.id.desc())
        .limit(limit)
    )
    return [
        Sent(
            row.id,
            row.vendor_message_id or "",
            row.words,
            tuple((label, data) for label, data in row.buttons),
            row.media_id,
            row.sent_at,
        )
        for row in reversed(rows.all())
    ]


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
