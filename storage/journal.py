"""The journal: every event as it came, before anything is done with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    null,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.engine import Database
from storage.schema import Moment, key, metadata, new_id, refers
from storage.writing import Write

journal = Table(
    "journal",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("event_id", String(100), nullable=False),
    Column("conversation", String(210), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", String(8), nullable=False),
    Column("reason", String(200)),
    Column("attempts", Integer, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("ended_at", Moment),
    UniqueConstraint("account_id", "event_id"),
)
"""States: new, done, ignored (a shape without meaning for us), failed (three tries alone, with a reason)."""

Index(
    "ix_journal_new",
    journal.c.id,
    sqlite_where=text("state = 'new'"),
    postgresql_where=text("state = 'new'"),
)


_SQLITE_TIME = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy's `DateTime` is kept in a SQLite file."""


@dataclass(frozen=True, slots=True)
class Event:
    """One raw event. `conversation` orders it among its like; `state` is "new", or "ignored" for an unknown shape."""

    account_id: int
    event_id: str
    conversation: str
    body: bytes
    state: str = "new"
    reason: str | None = None
    id: int = field(default_factory=new_id)
    attempts: int = 0


_COLUMNS = (
    "id, account_id, event_id, conversation, body, state, reason, received_at, ended_at, attempts"  # in `_rows`' order
)
_append_arrays = (
    f"INSERT INTO journal ({_COLUMNS}) SELECT *, 0 FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], "
    "$5::bytea[], $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[]) "
    "ON CONFLICT (account_id, event_id) DO NOTHING"
)
"""Plain SQL for the one statement that every event waits for: Core's executemany spends 50 µs of CPU on a row of ten
columns, where aiohttp needs about 75 µs for a whole request."""


@cache
def _append_rows(count: int) -> str:
    """Many rows to a statement: sqlite3 lets go of the interpreter once a statement, and has to win it back."""
    return (
        f"INSERT INTO journal ({_COLUMNS}) VALUES {', '.join(['(?, ?, ?, ?, ?, ?, ?, ?, ?, 0)'] * count)} "
        "ON CONFLICT (account_id, event_id) DO NOTHING"
    )


_end = (
    update(journal)
    .where(journal.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"), ended_at=bindparam("b_at"))
)
_done = (
    update(journal)
    .where(among(journal.c.id, "b_ids"))
    .values(state="done", reason=null(), ended_at=bindparam("b_at", type_=Moment))
)
_failed_once = (
    update(journal)
    .where(journal.c.id == bindparam("b_id"))
    .values(attempts=journal.c.attempts + 1, reason=bindparam("b_reason"))
)


async def append(database: Database, events: Sequence[Event], now: datetime) -> None:
    """Keep events, durably when this returns; one that is there already (same account and event id) is left as it
    was."""
    if database.straight is not None:
        async with database.turn_at_writing():
            await database.straight.insert(_append_rows, _rows(events, f"{now.astimezone(UTC):{_SQLITE_TIME}}"))
        return
    await database.write_at_once(_append_arrays, list(zip(*_rows(events, now), strict=True)))


def _rows(events: Sequence[Event], at: object) -> list[tuple[object, ...]]:
    return [
        (
            event.id,
            event.account_id,
            event.event_id,
            event.conversation,
            event.body,
            event.state,
            event.reason,
            at,
            None if event.state == "new" else at,
        )
        for event in events
    ]


_waiting = (
    select(
        journal.c.id,
        journal.c.account_id,
        journal.c.event_id,
        journal.c.conversation,
        journal.c.body,
        journal.c.attempts,
    )
    .where(literal_column("state = 'new'"), journal.c.id > bindparam("b_after"))
    .order_by(journal.c.id)
    .limit(bindparam("b_limit"))
)


async def waiting(
    connection: AsyncConnection, limit: int, after: int = 0, accounts: Collection[int] | None = None
) -> list[Event]:
    """The oldest events that nobody has handled and whose id is above `after`, oldest first; only those of some
    accounts, where they are given."""
    wanted = _waiting if accounts is None else _waiting.where(journal.c.account_id.in_(accounts))
    rows = await connection.execute(wanted, {"b_limit": limit, "b_after": after})
    return [
        Event(account_id, event_id, conversation, body, id=event, attempts=attempts)
        for event, account_id, event_id, conversation, body, attempts in rows
    ]


async def is_new(connection: AsyncConnection, event_id: int) -> bool:
    """Whether nobody has handled an event yet."""
    found = await connection.execute(select(journal.c.id).where(journal.c.id == event_id, journal.c.state == "new"))
    return found.first() is not None


async def unhandled(connection: AsyncConnection) -> int:
    """How many events nobody has handled yet."""
    found = await connection.execute(select(func.count()).select_from(journal).where(literal_column("state = 'new'")))
    return int(found.scalar_one())


def done(event_ids: Collection[int], now: datetime) -> Write:
    """These events are done."""
    return Write(_done, {"b_ids": event_ids, "b_at": now})


def ended(event_id: int, state: str, now: datetime, reason: str | None = None) -> Write:
    """An event is ignored or failed: over, with a reason."""
    return Write(_end, {"b_id": event_id, "b_state": state, "b_reason": reason and reason[:200], "b_at": now})


def failed_once(event_id: int, reason: str) -> Write:
    """Handling raised; it is tried again, alone."""
    return Write(_failed_once, {"b_id": event_id, "b_reason": reason[:200]})
