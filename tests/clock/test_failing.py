"""What the log says of a job that failed: where the program is wrong, a trace; where the database is away, a line."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text

from bot.firing import Firings
from storage.engine import Database
from tests.clock.clockwork import MONDAY_TALLY, Clockwork


async def tallied(clock: Clockwork, database: Database, caplog: pytest.LogCaptureFixture) -> logging.LogRecord:
    """The clock strikes in vain; what is said of it."""
    clock.town.clock.move_to(MONDAY_TALLY)
    assert await Firings(database, clock.town.clock, lambda: clock.town.around).tick() == []
    (told,) = (one for one in caplog.records if "job=weekly-tally" in one.getMessage())
    return told


async def test_a_database_that_is_away_is_no_fault_of_the_job(
    clock: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database("postgresql+asyncpg://postgres@/tocds?host=/nowhere")
    told = await tallied(clock, away, caplog)
    assert "failed: FileNotFoundError" in told.getMessage()
    assert not told.exc_info
    await away.close()


@pytest.mark.only("postgresql")
async def test_a_fault_of_the_job_is_told_with_its_trace(clock: Clockwork, caplog: pytest.LogCaptureFixture) -> None:
    async with clock.town.database.write() as connection:
        await connection.execute(text("drop table occurrences"))
    told = await tallied(clock, clock.town.database, caplog)
    assert "failed: ProgrammingError" in told.getMessage()
    assert told.exc_info
