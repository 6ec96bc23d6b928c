"""The month's messages of an account: what nobody waits for stops at a reserve, so that answers still go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from locales import local
from storage import parcels, quotas
from storage.engine import Connection
from storage.outbox import Lane
from storage.waiting import Due
from storage.writing import Write

MORNING = time(7, 0)
"""When the new month begins for what was held: nobody wants last month's news at midnight."""


def next_month(now: datetime) -> datetime:
    """The first morning of the next month, where the people are."""
    here = local(now)
    first = (here.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.replace(hour=MORNING.hour, minute=MORNING.minute, second=0, microsecond=0)


async def spare(
    connection: Connection, account_id: int, owed: Sequence[Due], now: datetime
) -> tuple[list[Due], list[Write]]:
    """What of it may go now, and what to record of the rest: held for its quota until the next month, or until it is
    wanted no more. The figures are a few seconds old; the reserve is far larger than what leaves in that time."""
    posts = [one for one in owed if one.lane is not Lane.REPLY]
    if not posts:
        return list(owed), []
    left = (await quotas.month_of(connection, account_id, f"{local(now):%Y-%m}")).left_for_posts
    late = [] if left is None else posts[left:]
    until = next_month(now)
    waits = [one for one in late if one.expires_at is None or one.expires_at > now]
    gone = {one.id for one in waits}
    writes = [parcels.held(one.id, "quota", min(one.expires_at or until, until)) for one in waits]
    return [one for one in owed if one.id not in gone], writes
