"""What a message costs before it is sent: what each account has left this month, and out of which pocket it pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import oa_ledger, quotas
from storage.accounts import accounts
from storage.addresses import addresses
from storage.engine import Connection
from storage.questions import Question

_AT_ONCE = 5000
"""Ids named in one statement at most: databases limit the values of a statement."""


@dataclass(frozen=True, slots=True)
class Price:
    """What an account's next messages cost. `left`: how many nobody asked for still go this month (None: no limit).

    `package` and `dong` are an Official Account's alone: paid messages left after 48 hours, and what each further one
    costs in đồng.
    """

    account: str
    channel: str
    left: int | None = None
    package: int = 0
    dong: int = 0


@dataclass(frozen=True, slots=True)
class Prices(Question[Mapping[int, Price]]):
    """The prices at every account in a month ("2026-11"), by account."""

    month: str

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Prices]) -> Sequence[Mapping[int, Price]]:
        return [await _prices(connection, one.month) for one in questions]


async def _prices(connection: Connection, month: str) -> dict[int, Price]:
    rows = await connection.execute(select(accounts.c.id, accounts.c.name, accounts.c.channel, accounts.c.limits))
    found: dict[int, Price] = {}
    for row in rows.all():
        if row.channel == "zalo-oa":
            spent = (await oa_ledger.totals(connection, row.id, month)).package
            package = int(row.limits.get("package", oa_ledger.PACKAGE))
            dong = int(row.limits.get("price", oa_ledger.PRICE))
            found[row.id] = Price(row.name, row.channel, None, max(0, package - spent), dong)
        else:
            left = (await quotas.month_of(connection, row.id, month)).left_for_posts
            found[row.id] = Price(row.name, row.channel, left)
    return found


@dataclass(frozen=True, slots=True)
class Pockets(Question[Mapping[int, str]]):
    """What a message to these private chats at an Official Account costs just now: `free`, `charged` or `closed`
    (they must write first), by address."""

    addresses: tuple[int, ...]
    now: datetime

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Pockets]) -> Sequence[Mapping[int, str]]:
        return [await _pockets(connection, one) for one in questions]


async def _pockets(connection: Connection, question: Pockets) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(question.addresses), _AT_ONCE):
        some = question.addresses[start : start + _AT_ONCE]
        rows = await connection.execute(select(addresses.c.id, addresses.c.heard_at).where(addresses.c.id.in_(some)))
        found |= {row.id: oa_ledger.reach_of(row.heard_at, question.now) for row in rows}
    return found
