"""The token pair of a Zalo Official Account: sealed, renewed by one process at a time, never used before it is kept.

A renewal is `begin` (a lease, and the note that the vendor is about to be asked), the question itself, then `keep`.
Both change the row only where it still holds the pair that was read (`generation`), so that of two processes one wins.
A note that was never taken back means that an answer may have been lost on the way: the refresh token works once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, LargeBinary, String, Table, UniqueConstraint, insert, or_, select, update

from storage.engine import Connection
from storage.schema import Json, Moment, key, metadata, new_id, refers

oa_tokens = Table(
    "oa_tokens",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("generation", Integer, nullable=False),
    Column("access_token", LargeBinary),
    Column("refresh_token", LargeBinary, nullable=False),
    Column("access_until", Moment),
    Column("kept_at", Moment, nullable=False),
    Column("given", Json, nullable=False),
    Column("holder", String(80)),
    Column("held_until", Moment),
    Column("begun_at", Moment),
    Column("trouble", String(500)),
    UniqueConstraint("account_id"),
)
"""`given`: marks of the refresh tokens that an operator has ever given; none is taken twice, since it is used up.
`holder` with `held_until`: who is renewing; `held_until` alone: nobody asks again before. `begun_at`: the vendor was
asked, and no answer is on record."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is on record. Tokens are sealed; `access` is None until the first renewal."""

    account_id: int
    generation: int
    access: bytes | None
    refresh: bytes
    access_until: datetime | None
    kept_at: datetime
    holder: str | None
    held_until: datetime | None
    begun_at: datetime | None
    trouble: str | None


async def pair(connection: Connection, account_id: int) -> Pair | None:
    """The pair of an account; None where no operator has given a refresh token yet."""
    row = (await connection.execute(select(oa_tokens).where(oa_tokens.c.account_id == account_id))).one_or_none()
    if row is None:
        return None
    return Pair(
        row.account_id,
        row.generation,
        row.access_token,
        row.refresh_token,
        row.access_until,
        row.kept_at,
        row.holder,
        row.held_until,
        row.begun_at,
        row.trouble,
    )


async def give(connection: Connection, account_id: int, refresh: bytes, mark: str, now: datetime) -> bool:
    """Take a refresh token that an operator gives, in place of the pair on record. Returns False, and changes
    nothing, where this very token was given before: the environment goes on naming one long after it was used up."""
    row = (
        await connection.execute(
            select(oa_tokens.c.generation, oa_tokens.c.given)
            .where(oa_tokens.c.account_id == account_id)
            .with_for_update()  # a renewal that is being kept comes first
        )
    ).one_or_none()
    if row is None:
        first = {"id": new_id(), "account_id": account_id, "generation": 0, "refresh_token": refresh, "kept_at": now}
        await connection.execute(insert(oa_tokens), [{**first, "given": [mark]}])
        return True
    if mark in row.given:
        return False
    await connection.execute(
        update(oa_tokens)
        .where(oa_tokens.c.account_id == account_id)
        .values(
            generation=row.generation + 1,
            access_token=None,
            refresh_token=refresh,
            access_until=None,
            kept_at=now,
            given=[*row.given, mark],
            holder=None,
            held_until=None,
            begun_at=None,
            trouble=None,
        )
    )
    return True


async def begin(connection: Connection, held: Pair, holder: str, now: datetime, until: datetime) -> bool:
    """Take the renewal in hand and note that the vendor is about to be asked; False where another was quicker."""
    result = await connection.execute(
        update(oa_tokens)
        .where(
            oa_tokens.c.account_id == held.account_id,
            oa_tokens.c.generation == held.generation,
            or_(oa_tokens.c.held_until.is_(None), oa_tokens.c.held_until <= now),
        )
        .values(holder=holder, held_until=until, begun_at=now)
    )
    return result.rowcount > 0


async def keep(
    connection: Connection, held: Pair, access: bytes, refresh: bytes, access_until: datetime, now: datetime
) -> bool:
    """Put the new pair in place of the one it came from; False where another pair has taken that place already."""
    result = await connection.execute(
        update(oa_tokens)
        .where(oa_tokens.c.account_id == held.account_id, oa_tokens.c.generation == held.generation)
        .values(
            generation=held.generation + 1,
            access_token=access,
            refresh_token=refresh,
            access_until=access_until,
            kept_at=now,
            holder=None,
            held_until=None,
            begun_at=None,
            trouble=None,
        )
    )
    return result.rowcount > 0


async def let_go(
    connection: Connection, held: Pair, holder: str, until: datetime, begun_at: datetime | None, trouble: str | None
) -> None:
    """The renewal failed: nobody asks again before `until`. `begun_at` stays where the vendor may have heard us."""
    await connection.execute(
        update(oa_tokens)
        .where(
            oa_tokens.c.account_id == held.account_id,
            oa_tokens.c.generation == held.generation,
            oa_tokens.c.holder == holder,
        )
        .values(holder=None, held_until=until, begun_at=begun_at, trouble=trouble and trouble[:500])
    )
