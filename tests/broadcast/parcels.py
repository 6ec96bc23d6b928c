"""A sender that has taken something in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import Lane
from storage.parcels import Parcel, packed
from storage.writing import apply


async def packed_up(connection: AsyncConnection, row: Any, now: datetime) -> None:
    """The owed row is in a parcel under way."""
    parcel = Parcel(row.account_id, row.address_id, "u", False, Lane.BULK, (), (row.id,))
    await apply(connection, packed(parcel, now))
