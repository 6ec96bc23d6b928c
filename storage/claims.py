"""Who lives what, where several processes share a PostgreSQL: locks that end with the transaction.

Advisory locks, not `FOR UPDATE SKIP LOCKED` on rows: what two turns may not share is a chat, a person or a place, and
a stranger's chat has no row yet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import blake2b

from sqlalchemy import ARRAY, BigInteger, Column, String, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.journal import Event, journal

_keys = (
    func.unnest(bindparam("b_keys", type_=ARRAY(BigInteger)))
    .table_valued(Column("key", BigInteger), name="keys")
    .render_derived()
)
_take = select(_keys.c.key).where(func.pg_try_advisory_xact_lock(_keys.c.key))


async def taken(connection: AsyncConnection, marks: Collection[object]) -> set[object]:
    """Those of the marks that are ours until this transaction ends; the others are in another process's hand."""
    if not marks:
        return set()
    by_key = {_key(mark): mark for mark in marks}
    rows = await connection.execute(_take, {"b_keys": sorted(by_key)})
    return {by_key[row.key] for row in rows}


async def alone(connection: AsyncConnection, mark: object) -> None:
    """Wait until nobody else holds the mark; it is then ours until this transaction ends. Read what it guards after
    this. Nothing to wait for on SQLite, which has one writer."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_key(mark))))


_first = (
    select(func.min(journal.c.id))
    .where(
        literal_column("state = 'new'"),
        journal.c.id <= bindparam("b_last"),  # what is behind them all is no question of theirs
        among(journal.c.conversation, "b_conversations", String),
    )
    .group_by(journal.c.account_id, journal.c.conversation)
)


async def still_first(connection: AsyncConnection, events: Sequence[Event]) -> list[Event]:
    """Those events that nobody has handled yet and that are the oldest of their conversation. Ask once the
    conversations are taken: before, the answer may be out of date."""
    if not events:
        return []
    wanted = {"b_last": max(one.id for one in events), "b_conversations": {one.conversation for one in events}}
    first = {row[0] for row in await connection.execute(_first, wanted)}
    return [one for one in events if one.id in first]


def _key(mark: object) -> int:
    """64 bits that every process computes alike."""
    return int.from_bytes(blake2b(repr(mark).encode(), digest_size=8).digest(), signed=True)
