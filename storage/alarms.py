"""What the admins were told of an account: once for each limit and month, by whichever process sees it first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, String, Table, UniqueConstraint, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.engine import Connection
from storage.schema import Moment, key, metadata, new_id, refers

account_alarms = Table(
    "account_alarms",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("what", String(16), nullable=False),
    Column("month", String(7), nullable=False),
    Column("told_at", Moment, nullable=False),
    UniqueConstraint("account_id", "what", "month"),
)
"""`what`: people, groups, messages (nearly used up), refused (the vendor took no more people)."""

_ONCE = ["account_id", "what", "month"]
_claim = {
    "sqlite": sqlite.insert(account_alarms).on_conflict_do_nothing(index_elements=_ONCE),
    "postgresql": postgresql.insert(account_alarms).on_conflict_do_nothing(index_elements=_ONCE),
}


async def claim(connection: Connection, account_id: int, what: str, month: str, now: datetime) -> bool:
    """True for whoever is to tell it; what is told must be owed in this same transaction."""
    its_id = new_id()
    row = {"id": its_id, "account_id": account_id, "what": what, "month": month, "told_at": now}
    await connection.execute(_claim[connection.dialect.name], [row])
    found = await connection.execute(select(account_alarms.c.id).where(account_alarms.c.id == its_id))
    return found.scalar() is not None


async def told(connection: Connection, month: str) -> set[tuple[int, str]]:
    """What was told in a month: (account id, what)."""
    rows = await connection.execute(select(account_alarms).where(account_alarms.c.month == month))
    return {(row.account_id, row.what) for row in rows}
