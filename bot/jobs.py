"""The timed jobs as `job list` and `job run` show them."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from bot import scheduler
from locales import ZONE
from storage import occurrences
from storage.engine import Database


async def state(database: Database, now: datetime, zone: tzinfo = ZONE) -> list[dict[str, Any]]:
    """The document of `job list --json`: every job with its next firing and the newest period it was fired for."""
    async with database.read() as connection:
        known = await occurrences.states(connection)
    return [
        {
            "name": job.name,
            "next": scheduler.next_firing(job, now, zone).astimezone(zone).isoformat(),
            "last": None
            if (last := known.get(job.name)) is None
            else {"period": last.period, "state": last.state, "reason": last.reason},
        }
        for job in scheduler.JOBS
    ]
