"""What a Zalo Official Account's messages cost: a ledger per person and month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, func, insert, select, update

from storage.addresses import addresses
from storage.engine import Connection
from storage.schema import key, metadata, new_id, refers

FREE_FOR = timedelta(hours=48)
CLOSED_AFTER = timedelta(days=7)
"""After a person's last message: so long messages cost nothing, and so long they are taken at all."""
PACKAGE, PRICE = 500, 55
"""Messages a month after 48 hours that a Growth package has paid, and the đồng of each further one, where an account's
limits ("package", "price") say nothing else."""

oa_ledger = Table(
    "oa_ledger",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("vendor_id", String(100), nullable=False),
    Column("month", String(7), nullable=False),
    Column("free", Integer, nullable=False),
    Column("package", Integer, nullable=False),
    Column("paid", Integer, nullable=False),
    Column("dong", Integer, nullable=False),
    UniqueConstraint("account_id", "month", "vendor_id"),
)
"""`vendor_id`: the person's id at this Official Account. `dong`: what `paid` cost, at the price of each day."""


class Charge(StrEnum):
    """Out of which pocket a message went."""

    FREE = "free"
    PACKAGE = "package"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Totals:
    """Messages of a month by pocket, and the đồng that the paid ones cost."""

    free: int = 0
    package: int = 0
    paid: int = 0
    dong: int = 0


def reach_of(heard_at: datetime | None, now: datetime) -> str:
    """`free`, `charged` or `closed`: what a message costs somebody last heard at that time."""
    silence = now - heard_at if heard_at is not None else CLOSED_AFTER + FREE_FOR
    if silence <= FREE_FOR:
        return "free"
    return "charged" if silence <= CLOSED_AFTER else "closed"


async def note(connection: Connection, account_id: int, user: str, month: str, charge: Charge, dong: int) -> None:
    """One more message to a person in a month ("2026-11")."""
    pocket = oa_ledger.c[charge.value]
    result = await connection.execute(
        update(oa_ledger)
        .where(oa_ledger.c.account_id == account_id, oa_ledger.c.vendor_id == user, oa_ledger.c.month == month)
        .values({pocket: pocket + 1, oa_ledger.c.dong: oa_ledger.c.dong + dong})
    )
    if result.rowcount:
        return
    row = {"id": new_id(), "account_id": account_id, "vendor_id": user, "month": month, "dong": dong}
    counts = {one.value: int(one is charge) for one in Charge}
    await connection.execute(insert(oa_ledger), [{**row, **counts}])


async def totals(connection: Connection, account_id: int, month: str, user: str | None = None) -> Totals:
    """What an account (or one person) used in a month."""
    sums = [func.coalesce(func.sum(oa_ledger.c[name]), 0) for name in ("free", "package", "paid", "dong")]
    asked = select(*sums).where(oa_ledger.c.account_id == account_id, oa_ledger.c.month == month)
    if user is not None:
        asked = asked.where(oa_ledger.c.vendor_id == user)
    return Totals(*(await connection.execute(asked)).one())


async def heard_at(connection: Connection, account_id: int, user: str) -> datetime | None:
    """When a person last wrote; None where they never did."""
    found: datetime | None = (
        await connection.execute(
            select(addresses.c.heard_at).where(addresses.c.account_id == account_id, addresses.c.vendor_id == user)
        )
    ).scalar_one_or_none()
    return found
