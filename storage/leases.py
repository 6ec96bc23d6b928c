"""Who may write to a messenger with an account: one process at a time, for a while, by the database's clock.

PostgreSQL only: on SQLite the lock of the one process is the lease (`bot.one_process`), and no rows are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Interval,
    String,
    Table,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    func,
    null,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql

from storage.engine import Connection
from storage.schema import Moment, key, metadata, new_id, refers
from storage.writing import Write

account_leases = Table(
    "account_leases",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("holder", String(80), nullable=False),
    Column("until", Moment, nullable=False),
    Column("term", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("account_id"),
)
"""`until`: by the database's clock, the only one that all processes share. `term`: grows by one whenever the lease
changes hands, so that what an earlier holder writes late can be told from what the present one writes."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_now: Any = func.clock_timestamp(type_=Moment)
"""The moment at which the row is looked at, after any wait for its lock; now() would be the transaction's start."""
_end: Any = _now + bindparam("b_length", type_=Interval)

_impatient: Any = (
    func.set_config("idle_in_transaction_session_timeout", bindparam("b_idle", type_=String), true()) != ""
)
"""The database ends a transaction that holds the row's lock and does nothing with it: a process that is frozen between
two statements would else keep everybody from the lease for as long as it is frozen."""

_first = postgresql.insert(account_leases).on_conflict_do_nothing(index_elements=["account_id"])
_acquire = (
    update(account_leases)
    .where(account_leases.c.account_id == bindparam("b_account"), account_leases.c.until <= _now, _impatient)
    .values(holder=bindparam("b_holder"), term=account_leases.c.term + 1, until=_end)
    .returning(account_leases.c.term)
)
_mine = and_(
    account_leases.c.account_id == bindparam("b_account"),
    account_leases.c.holder == bindparam("b_holder"),
    account_leases.c.term == bindparam("b_term"),
    _impatient,
)
_renew = update(account_leases).where(_mine).values(until=_end).returning(account_leases.c.term)
_release = update(account_leases).where(_mine).values(until=_now)
_fence = (
    update(account_leases)
    .where(account_leases.c.account_id == bindparam("b_account"))
    .values(
        holder=case(
            (
                and_(
                    account_leases.c.holder == bindparam("b_holder"),
                    account_leases.c.term == bindparam("b_term"),
                    _impatient,
                ),
                account_leases.c.holder,
            ),
            else_=null(),
        )
    )
)


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that was taken, or is to be taken up to its end."""

    account_id: int
    holder: str
    term: int
    length: timedelta

    @property
    def former(self) -> bool:
        """Whether somebody has held it before."""
        return self.term > 1

    def _named(self) -> dict[str, Any]:
        return {
            "b_account": self.account_id,
            "b_holder": self.holder,
            "b_term": self.term,
            "b_idle": _idle(self.length),
        }


def _idle(length: timedelta) -> str:
    """A third of a lease's length, in milliseconds: its end comes later, so nobody waits longer for this."""
    return str(int(length.total_seconds() * 1000 / 3))


async def free_in(connection: Connection, account_id: int) -> timedelta:
    """How long a lease still runs unless it is renewed or let go; nothing where it can be taken."""
    row = await connection.execute(
        select(account_leases.c.until - _now).where(
            account_leases.c.account_id == account_id, account_leases.c.until > _now
        )
    )
    left: timedelta | None = row.scalar()
    return left or timedelta()


async def acquire(connection: Connection, account_id: int, holder: str, length: timedelta) -> Held | None:
    """Take a lease that nobody holds any more; None while somebody does. Of several who try, one gets it: the row's
    lock lets them by one at a time, and each looks again at what the one before has left."""
    nobody = {"id": new_id(), "account_id": account_id, "holder": "", "until": _LONG_AGO, "term": 0}
    await connection.execute(_first, [nobody])
    wanted = {"b_account": account_id, "b_holder": holder, "b_length": length, "b_idle": _idle(length)}
    term = (await connection.execute(_acquire, wanted)).scalar()
    return None if term is None else Held(account_id, holder, term, length)


async def renew(connection: Connection, held: Held) -> bool:
    """Keep a lease for another while, also one that has run out and that nobody has taken; False where it is lost."""
    return (await connection.execute(_renew, {**held._named(), "b_length": held.length})).scalar() is not None


async def release(connection: Connection, held: Held) -> None:
    """Let go of a lease, so that another need not wait for its end."""
    await connection.execute(_release, held._named())


def fence(held: Held) -> Write:
    """Goes with everything that a holder records. Once the lease is another's, the row refuses the NULL and the
    transaction fails; until the transaction's end, nobody else gets the lease."""
    return Write(_fence, held._named())


async def is_lost(connection: Connection, held: Held) -> bool:
    """Whether another has taken a lease since."""
    row = await connection.execute(select(account_leases.c.term).where(account_leases.c.account_id == held.account_id))
    return bool(row.scalar() != held.term)


async def holders(connection: Connection) -> dict[int, str]:
    """Who holds which account's lease now. Nobody on SQLite, where no rows are kept."""
    if connection.dialect.name == "sqlite":
        return {}
    rows = await connection.execute(
        select(account_leases.c.account_id, account_leases.c.holder).where(account_leases.c.until > _now)
    )
    return {row.account_id: row.holder for row in rows}
