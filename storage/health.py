"""How the sending went: for the admins' digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, case, func, select

from storage.accounts import accounts
from storage.addresses import LEFT, addresses
from storage.engine import Connection
from storage.journal import journal
from storage.occurrences import occurrences
from storage.outages import Outages, outages_since
from storage.outbox import owed, parcels
from storage.questions import Question
from storage.windows import CLOSED, behind


@dataclass(frozen=True, slots=True)
class Week:
    """What became of the messages between two moments."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unreachable: int = 0
    unread: int = 0
    """Events that could not be handled."""
    dead: tuple[str, ...] = ()
    """Names of accounts in service whose token is refused."""
    twice: int = 0
    """Messages that may have arrived twice."""
    late: int = 0
    """Firings that were too late to be made up for, each counted once however many places it concerned."""
    outages: Outages = field(default_factory=Outages)
    """Times in which the database could not be written."""


@dataclass(frozen=True, slots=True)
class HealthOf(Question[Week]):
    """How the sending went since a moment; what waits and who is out of reach now."""

    since: datetime

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[HealthOf]) -> Sequence[Week]:
        return [await _health(connection, one.since) for one in questions]


async def _health(connection: Connection, since: datetime) -> Week:
    went = (
        await connection.execute(
            select(
                func.sum(case((and_(owed.c.state == "sent", owed.c.ended_at >= since), 1), else_=0)).label("sent"),
                func.sum(case((owed.c.state.in_(("owed", "held")), 1), else_=0)).label("waiting"),
                func.sum(case((and_(owed.c.state == "failed", owed.c.ended_at >= since), 1), else_=0)).label("failed"),
            )
        )
    ).one()
    unreachable = await connection.execute(
        select(func.count()).where(
            addresses.c.is_group.is_(False),
            addresses.c.state != "open",
            addresses.c.state_reason.is_distinct_from(LEFT),
        )
    )
    unread = await connection.execute(
        select(func.count()).where(journal.c.state == "failed", journal.c.received_at >= since)
    )
    dead = await connection.execute(
        select(accounts.c.name).where(accounts.c.enabled, accounts.c.ill_since.is_not(None)).order_by(accounts.c.name)
    )
    twice = await connection.execute(
        select(func.count()).where(parcels.c.maybe_twice, parcels.c.state == "sent", parcels.c.ended_at >= since)
    )
    late = select(occurrences.c.job, occurrences.c.period).where(
        occurrences.c.fired_at >= since, occurrences.c.state == "skipped", occurrences.c.reason.contains("late")
    )
    too_late = await connection.execute(select(func.count()).select_from(late.distinct().subquery()))
    return Week(
        went.sent or 0,
        went.waiting or 0,
        went.failed or 0,
        unreachable.scalar_one(),
        unread.scalar_one(),
        tuple(dead.scalars()),
        twice.scalar_one(),
        too_late.scalar_one(),
        await outages_since(connection, since),
    )


@dataclass(frozen=True, slots=True)
class HeldNow(Question[Mapping[str, int]]):
    """How many messages are held just now, by the operator's reason."""

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[HeldNow]) -> Sequence[Mapping[str, int]]:
        found = await held_counts(connection)
        return [found for _ in questions]


async def held_counts(connection: Connection) -> dict[str, int]:
    """How many messages are held just now, by the reason (without what follows a colon: the name of the day); those
    behind one that a closed window holds count as held for it."""
    rows = await connection.execute(
        select(owed.c.reason, func.count()).where(owed.c.state == "held").group_by(owed.c.reason)
    )
    found: dict[str, int] = {}
    for reason, count in rows:
        why = (reason or "unknown").partition(":")[0]
        found[why] = found.get(why, 0) + count
    if CLOSED in found:
        found[CLOSED] += await behind(connection)
    return found


async def touch(connection: Connection) -> None:
    """Write something that changes nothing, so that the commit shows whether the database can be written: a
    transaction without a write asks nothing of the disk."""
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA user_version = 0")
    else:
        await connection.execute(select(func.pg_current_xact_id()))
