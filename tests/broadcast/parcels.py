"""A sender that has taken something in hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.outbox import Lane
from storage.parcels import Parcel, kept_back, packed
from storage.writing import apply


async def packed_up(connection: AsyncConnection, row: Any, now: datetime) -> None:
    """The owed row is in a parcel under way."""
    await apply(connection, packed(_parcel(row), now))


async def refused(connection: AsyncConnection, row: Any, now: datetime) -> None:
    """The owed row was in a parcel that the vendor refused, for the month is used up."""
    parcel = _parcel(row)
    await apply(connection, packed(parcel, now))
    await apply(connection, kept_back(parcel, "quota", now + timedelta(hours=12)))


def _parcel(row: Any) -> Parcel:
    return Parcel(row.account_id, row.address_id, "u", False, Lane.BULK, (), (row.id,))
