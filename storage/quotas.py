"""How much of what the vendors' plans allow is used: for a sender that keeps a reserve, and for the admins' digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from storage.accounts import account_usage as usage
from storage.accounts import accounts, every, use
from storage.engine import Connection
from storage.questions import Question

NEARLY = 0.8
"""From this part of a limit on, an admin hears of it: there is time left to make another bot."""


RESERVE = 0.1
"""The part of a month's messages that is kept for answers: 300 of a free Zalo bot's 3,000."""
COUNTS, BOTH, OUT = "counts", "both", "out"
"""Which messages use up an account's month: sources disagree, so it is a setting of the account, beside its limits."""


def counted(limits: Mapping[str, Any], came: int, went: int) -> int:
    """So many of a month's messages (in, out) count against an account's limit."""
    return went if limits.get(COUNTS) == OUT else came + went


@dataclass(frozen=True, slots=True)
class Month:
    """An account's month: the messages that count, and how many there may be (None: no limit)."""

    used: int
    limit: int | None

    @property
    def left_for_posts(self) -> int | None:
        """How many messages nobody asked for may go yet this month; None where there is no limit."""
        return None if self.limit is None else max(0, int(self.limit * (1 - RESERVE)) - self.used)


@dataclass(frozen=True, slots=True)
class Used:
    """What an account has used of one limit of its plan. `what`: people, groups or messages."""

    account: str
    what: str
    used: int
    limit: int
    account_id: int = 0


_month_of = (
    select(accounts.c.limits, usage.c.messages_in, usage.c.messages_out)
    .outerjoin(usage, (usage.c.account_id == accounts.c.id) & (usage.c.month == bindparam("b_month")))
    .where(accounts.c.id == bindparam("b_account"))
)


async def month_of(connection: Connection, account_id: int, month: str) -> Month:
    """An account's messages in a month ("2026-11")."""
    row = (await connection.execute(_month_of, {"b_account": account_id, "b_month": month})).one()
    used = counted(row.limits, row.messages_in or 0, row.messages_out or 0)
    return Month(used, row.limits.get("messages"))


@dataclass(frozen=True, slots=True)
class NearlyUsed(Question[tuple[Used, ...]]):
    """Which accounts in service are near a limit in a month."""

    month: str

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[NearlyUsed]) -> Sequence[tuple[Used, ...]]:
        return [await _nearly(connection, one.month) for one in questions]


async def _nearly(connection: Connection, month: str) -> tuple[Used, ...]:
    used = await use(connection, month)
    found = []
    for account in await every(connection):
        now = used.get(account.id)
        if now is None or not account.enabled:
            continue
        messages = counted(account.limits, now.messages_in, now.messages_out)
        figures = {"people": now.people, "groups": now.groups, "messages": messages}
        for what, figure in figures.items():
            limit = account.limits.get(what)
            if limit and figure > NEARLY * limit:
                found.append(Used(account.name, what, figure, limit, account.id))
    return tuple(found)
