"""How many free Zalo bots a commune needs, and how much of their month it will use: figures measured by
`python -m benchmarks month`, which fails where the program no longer keeps to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.accounts import ZALO_BOT_BASIC

PER_MEMBER = 11.1
"""Messages a member and month, both ways: check-ins, lessons, questions, reminders, and the officers' own part."""
PER_JOINING = 8.6
"""Messages of somebody's first day, both ways, once; the first month's other costs for each member with them."""
PER_GROUP = 4.4
"""Posts into a group a month: tallies, and in the commune's own the Friday's reminder."""
BROADCASTS = 4
"""Broadcasts a month, each of them one message to every member and every group."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """`messages`: of all bots in a month; `first`: in the month in which everybody joins; `quota`: of all bots."""

    members: int
    groups: int
    bots: int
    messages: int
    first: int
    quota: int

    @property
    def share(self) -> float:
        """Of the month's messages, on an even split."""
        return self.messages / self.quota


def estimate(members: int, groups: int) -> Estimate:
    """The larger of people ÷ 50 and groups ÷ 3, and the messages of an ordinary month.

    Where these alone are more than the bots may send, there are more bots.
    """
    messages = round(members * PER_MEMBER + groups * PER_GROUP + BROADCASTS * (members + groups))
    first = messages + round(members * PER_JOINING)
    month = ZALO_BOT_BASIC["messages"]
    bots = max(1, _over(members, ZALO_BOT_BASIC["people"]), _over(groups, ZALO_BOT_BASIC["groups"]))
    bots = max(bots, _over(messages, month))
    return Estimate(members, groups, bots, messages, first, bots * month)


def table(estimates: Sequence[Estimate]) -> str:
    """A Markdown table, one row an estimate."""
    rows = [
        "| members | groups | free bots | messages a month | of the bots' quota | in the first month |",
        "| --- " * 6 + "|",
    ]
    rows += [
        f"| {one.members} | {one.groups} | {one.bots} | {one.messages} | {one.share:.0%} | {one.first} |"
        for one in estimates
    ]
    return "\n".join(rows) + "\n"


def _over(number: int, limit: int) -> int:
    return -(-number // limit)
