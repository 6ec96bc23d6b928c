"""The service was down when the clock struck: what is too late is written off with a reason, and not sent."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import scheduler
from locales import Week, local
from storage.occurrences import occurrences
from storage.outbox import owed
from tests.torture.stage import Stage, stage

pytestmark = pytest.mark.process
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("jobs", "late", "reason"),
    [
        (("remind-members",), 2.5 * HOUR, "late by 2 h"),
        (("remind-members",), 1.5 * HOUR, ""),
        (("admin-digest", "weekly-tally"), 25 * HOUR, "late by 25 h"),
        (("admin-digest", "weekly-tally"), 23 * HOUR, ""),
    ],
)
async def test_a_late_start(
    folder: Path, dice: random.Random, jobs: tuple[str, ...], late: timedelta, reason: str
) -> None:
    """`late`: after the first of the jobs; `reason`: why nothing is posted, "" where it still is."""
    async with stage(folder, dice, only=("telegram",)) as made:
        struck = _next_week(made, jobs[0])
        made.clock.jump_to(struck + late)
        await made.starts()
        for job in jobs:
            period = scheduler.named(job).period(struck)
            await made.until(lambda job=job, period=period: bool(made.service.lines(_fired_line(job, period))))
        await made.settles()
        for job in jobs:
            await _is_posted_or_written_off(made, job, scheduler.named(job).period(struck), reason)
        assert not (await made.audited()).faults


def _fired_line(job: str, period: str) -> str:
    return rf"action=\w+ job={job} period={period} "


async def _is_posted_or_written_off(made: Stage, job: str, period: str, reason: str) -> None:
    rows, sent = await _fired(made, job, period), await _owed(made, job)
    if not reason:
        assert {row.state for row in rows if row.reason is None} == {"done"}
        assert not [row.reason for row in rows if row.reason and "late" in row.reason]
        assert set(sent) == {"sent"}
        return
    assert {(row.state, row.reason) for row in rows} == {("skipped", reason)}
    assert not sent
    assert len(made.service.lines(f"action=skipped job={job} .*reason={reason}")) == 1
    skipped = f'tocds_firings_skipped_late{{job="{job}"}}'
    assert await made.service.figure(skipped) >= len(rows) > 0


def _next_week(made: Stage, job: str) -> datetime:
    """When a job strikes in the week after this one: the places have been there for all of it."""
    week = Week.of(local(made.clock.now() + timedelta(days=7)).date())
    named = scheduler.named(job)
    struck = scheduler.firing_for(named, week)
    return struck if struck > made.clock.now() else scheduler.next_firing(named, made.clock.now())


async def _fired(made: Stage, job: str, period: str):  # type: ignore[no-untyped-def]
    async with made.database() as database, database.read() as connection:
        return (
            await connection.execute(
                select(occurrences).where(occurrences.c.job == job, occurrences.c.period == period)
            )
        ).all()


async def _owed(made: Stage, job: str) -> list[str]:
    async with made.database() as database, database.read() as connection:
        return list((await connection.execute(select(owed.c.state).where(owed.c.kind == job))).scalars())
