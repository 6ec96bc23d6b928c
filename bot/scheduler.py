"""THE list of timed jobs: name, cadence, what is done, how late is too late; and which of them are due.

APScheduler's cron trigger calculates, its loop ticks. What has been fired is in storage (`occurrences`), so nothing
here is remembered over a restart, and a clock that is moved only has to ask `due`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from handlers.clock import digests, reminders, weekly_tally
from handlers.clock.duty import Duty
from locales import ZONE, Week

TICK = 20
"""Seconds between two looks at the clock."""

LOOK_BACK = timedelta(days=7)
"""After a start, firings of so many days are looked at once more: done, or written off as too late."""


@dataclass(frozen=True, slots=True)
class Job:
    """A timed job. `days`: as in cron ("mon", "thu,fri"); times are those on the clock people look at."""

    name: str
    days: str
    hour: int
    minute: int
    duty: Duty
    too_late: timedelta
    week_of: Callable[[datetime], Week]
    """Which week a local time of firing is about."""
    stage_of: Callable[[datetime], str] = lambda _local: ""
    """What tells two firings of one week apart."""
    whole_site: bool = False
    """One row for the whole site; else one for each commune."""

    def period(self, at: datetime, zone: tzinfo = ZONE) -> str:
        """The period that a firing at this time stands for: "2026-W47", "2026-W47-2"."""
        local = at.astimezone(zone)
        return f"{self.week_of(local)}{self.stage_of(local)}"


@dataclass(frozen=True, slots=True)
class Due:
    """A job and the time it was to fire."""

    job: Job
    at: datetime


class TwinJobs(ValueError):
    """Two jobs of one name: the second would hide behind the first one's rows."""


def _this_week(local: datetime) -> Week:
    return Week.of(local.date())


def _week_before(local: datetime) -> Week:
    return Week.of(local.date()).before()


def _first_or_second(local: datetime) -> str:
    """Until Thursday night the first reminder, from Friday the second."""
    return "-1" if local.weekday() < 4 else "-2"


_HOURS, _DAY = timedelta(hours=2), timedelta(hours=24)


def listed(*jobs: Job) -> tuple[Job, ...]:
    """The jobs, in order. Raises TwinJobs."""
    names = [job.name for job in jobs]
    if twins := {name for name in names if names.count(name) > 1}:
        raise TwinJobs(f"two jobs are called {', '.join(sorted(twins))}")
    return jobs


JOBS = listed(
    Job("remind-members", "thu,fri", 19, 0, reminders.members, _HOURS, _this_week, _first_or_second),
    Job("remind-groups", "fri", 18, 30, reminders.groups, _HOURS, _this_week),
    Job("weekly-tally", "mon", 7, 30, weekly_tally.post, _DAY, _week_before),
    Job("lead-digest", "mon", 7, 45, digests.leads, _DAY, _week_before),
    Job("admin-digest", "mon", 8, 0, digests.admins, _DAY, _week_before, whole_site=True),
)


def named(name: str) -> Job:
    """The job of a name. Raises KeyError."""
    for job in JOBS:
        if job.name == name:
            return job
    raise KeyError(name)


def due(now: datetime, last: datetime | None = None, jobs: Sequence[Job] = JOBS, zone: tzinfo = ZONE) -> list[Due]:
    """Every firing after `last` and up to `now`, oldest first; without `last`, those of the last days."""
    since = now - LOOK_BACK if last is None else last
    found = [Due(job, at) for job in jobs for at in _firings(job, since, now, zone)]
    return sorted(found, key=lambda one: one.at)


def upcoming(now: datetime, jobs: Sequence[Job] = JOBS, zone: tzinfo = ZONE) -> list[Due]:
    """The next firing of every job, the soonest first."""
    return sorted((Due(job, next_firing(job, now, zone)) for job in jobs), key=lambda one: one.at)


def next_firing(job: Job, now: datetime, zone: tzinfo = ZONE) -> datetime:
    """When a job fires next, strictly after `now`."""
    at: datetime = _trigger(job.days, job.hour, job.minute, zone).get_next_fire_time(
        None, now + timedelta(microseconds=1)
    )
    return at


def firing_for(job: Job, week: Week, zone: tzinfo = ZONE) -> datetime:
    """The (first) time at which a job fires for a week."""
    at = datetime(week.monday.year, week.monday.month, week.monday.day, tzinfo=zone) - timedelta(microseconds=1)
    while True:
        at = next_firing(job, at, zone)
        if job.week_of(at.astimezone(zone)) == week:
            return at


def _firings(job: Job, after: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    at = next_firing(job, after, zone)
    while at <= until:
        yield at
        at = next_firing(job, at, zone)


@cache
def _trigger(days: str, hour: int, minute: int, zone: tzinfo) -> CronTrigger:
    return CronTrigger(day_of_week=days, hour=hour, minute=minute, timezone=zone)


async def run(tick: Callable[[], Awaitable[object]]) -> None:
    """Call `tick` now and every so many seconds, never twice at once, until cancelled."""
    scheduler = AsyncIOScheduler(timezone=ZONE)
    scheduler.add_job(tick, IntervalTrigger(seconds=TICK), coalesce=True, max_instances=1, misfire_grace_time=None)
    await tick()
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)
