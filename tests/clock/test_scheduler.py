"""The list of jobs, and what is due."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta

import pytest

from bot import scheduler
from locales import Week
from storage import occurrences
from storage.occurrences import JobState
from tests.clock.clockwork import MONDAY_TALLY, Clockwork, at
from tests.town import Town


def test_a_week_of_the_clock_strikes_six_times_in_order() -> None:
    week = scheduler.due(at(23, 12), at(16, 12))
    assert [(one.job.name, one.job.period(one.at)) for one in week] == [
        ("remind-members", "2026-W47-1"),
        ("remind-groups", "2026-W47"),
        ("remind-members", "2026-W47-2"),
        ("weekly-tally", "2026-W47"),
        ("lead-digest", "2026-W47"),
        ("admin-digest", "2026-W47"),
    ]
    assert [one.at for one in week[:3]] == [at(19, 19), at(20, 18, 30), at(20, 19)]


def test_a_firing_is_due_at_its_minute_and_not_before() -> None:
    assert not scheduler.due(MONDAY_TALLY - timedelta(seconds=1), at(23, 0))
    assert [one.job.name for one in scheduler.due(MONDAY_TALLY, at(23, 0))] == ["weekly-tally"]
    assert not scheduler.due(at(23, 7, 31), MONDAY_TALLY)


def test_the_next_job_is_the_one_a_demo_moves_to() -> None:
    first = scheduler.upcoming(at(18, 9))[0]
    assert (first.job.name, first.at) == ("remind-members", at(19, 19))
    assert scheduler.upcoming(first.at)[0].job.name == "remind-groups"


def test_two_jobs_of_one_name_are_refused() -> None:
    job = scheduler.named("weekly-tally")
    with pytest.raises(scheduler.TwinJobs, match="weekly-tally"):
        scheduler.listed(job, job)


def test_a_week_has_the_firing_that_tells_of_it() -> None:
    week = Week.parse("2026-W47")
    assert scheduler.firing_for(scheduler.named("weekly-tally"), week) == at(23, 7, 30)
    assert scheduler.firing_for(scheduler.named("remind-groups"), week) == at(20, 18, 30)


async def test_how_each_job_went_last_is_known(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(MONDAY_TALLY)
    async with town.database.read() as connection:
        jobs = await occurrences.states(connection)
    assert jobs["weekly-tally"] == JobState("2026-W47", "done", None)
    assert jobs["remind-groups"] == JobState("2026-W47", "done", "late by 2 days")
    assert "lead-digest" not in jobs


async def test_the_tick_looks_at_once_and_ends_when_it_is_told_to() -> None:
    looked = asyncio.Event()

    async def look() -> None:
        looked.set()

    running = asyncio.ensure_future(scheduler.run(look))
    await asyncio.wait_for(looked.wait(), 5)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()
