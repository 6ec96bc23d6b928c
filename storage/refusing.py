"""Whether a vendor's "quota" is about a seat: a person beyond an account's last one, whom it never let us answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, false, func, select

from storage import quotas
from storage.accounts import accounts
from storage.addresses import addresses
from storage.engine import Connection
from storage.outbox import owed, parcels

NO_SEAT = "no_seat"
"""Kept as the reason with an address the vendor took no more."""

LONGEST = timedelta(days=32)
"""A refused answer is tried each morning into the next month, when every quota begins anew, and not for ever."""


async def has_no_seat(connection: Connection, account_id: int, address_id: int, month: str) -> bool:
    """By our ledger: its month is not used up, as many as it takes wrote there before, nothing ever arrived there."""
    used = await quotas.month_of(connection, account_id, month)
    if used.limit is not None and used.used >= used.limit:
        return False
    limits = (await connection.execute(select(accounts.c.limits).where(accounts.c.id == account_id))).scalar_one()
    most = limits.get("people")
    if most is None:
        return False
    arrived = exists().where(parcels.c.address_id == address_id, parcels.c.state == "sent")
    before = (
        select(func.count())
        .where(addresses.c.account_id == account_id, addresses.c.is_group == false(), addresses.c.id < address_id)
        .scalar_subquery()
    )
    row = (await connection.execute(select(before.label("before"), arrived.label("arrived")))).one()
    return row.before >= most and not row.arrived


async def too_old(connection: Connection, parcel_id: int, now: datetime) -> bool:
    """Whether everything in a parcel has been owed for longer than a quota can last."""
    newest = select(func.max(owed.c.created_at)).where(owed.c.parcel_id == parcel_id)
    made: datetime | None = (await connection.execute(newest)).scalar()
    return made is not None and now - made > LONGEST


async def refused_at(connection: Connection) -> dict[int, int]:
    """How many people each account was not let to answer, by its id."""
    rows = await connection.execute(
        select(addresses.c.account_id, func.count())
        .where(addresses.c.state_reason == NO_SEAT, addresses.c.state != "open")
        .group_by(addresses.c.account_id)
    )
    return {row[0]: row[1] for row in rows}
