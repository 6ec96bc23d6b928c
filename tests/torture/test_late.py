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
    ("job", "late", "state", "reason"),
    [
        ("remind-members", 2.5 * HOUR, "skipped", "late by 2 h"),
        ("remind-members", 1.5 * HOUR, "done", None),
        ("weekly-tally", 25 * HOUR, "skipped", "late by 25 h"),
        ("weekly-tally", 23 * HOUR, "done", None),
        ("admin-digest", 25 * HOUR, "skipped", "late by 25 h"),
        ("admin-digest", 23 * HOUR, "done", None),
    ],
)
async def test_a_late_start(
    folder: Path, dice: random.Random, job: str, late: timedelta, state: str, reason: str | None
) -> None:
    async with stage(folder, dice, only=("telegram",)) as made:
        struck = _next_week(made, job)
        period = scheduler.named(job).period(struck)
        made.clock.jump_to(struck + late)
        await made.starts()
        await made.until(lambda: bool(made.service.lines(rf"action=\w+ job={job} period={period}")))
        await made.settles()
        rows = await _fired(made, job, period)
        assert {row.state for row in rows if row.reason is None or "late" in row.reason} == {state}
        sent = await _owed(made, job)
        if state == "done":
            assert sent
        else:
            assert {row.reason for row in rows} == {reason}
            assert not sent
            assert len(made.service.lines(f"action=skipped job={job} .*reason={reason}")) == 1
            skipped = f'tocds_firings_skipped_late{{job="{job}"}}'
            assert await made.service.figure(skipped) >= len(rows) > 0
        assert not (await made.audited()).faults


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
