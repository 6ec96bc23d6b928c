"""The short form of `make soak`: a week of a few people, and its tally on Monday, with the same audit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from storage.accounts import account_usage
from storage.checkins import checkin_values
from storage.journal import journal
from storage.occurrences import occurrences
from storage.outbox import owed
from tests.soak.audit import audited
from tests.soak.quarter import Quarter, quarter
from tests.soak.table import table

FEW = {"telegram": 24, "zalo-bot": 12, "zalo-oa": 4}
DAYS = 7


async def test_after_a_week_with_restarts_and_ill_vendors_everything_is_accounted_for(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """And the audit is not blind: what is taken away afterwards is missed."""
    seed = random.SystemRandom().randrange(1_000_000)
    request.node.add_report_section("setup", "soak", f"seed {seed}")
    async with quarter(tmp_path, seed, FEW) as lived:
        await lived.lives(DAYS)
        found = await audited(lived)
        assert not found.audit.faults, table(lived, found)
        await _spoil(lived)
        missed = "\n".join((await audited(lived)).audit.faults)
    for fault in (
        "events in the journal that are not those taken",
        "firings that are missing: ('admin-digest'",
        "tallies that differ",
        "posted numbers that differ",
        "books that differ",
        "called sent, and the vendor never got it",
        "held beyond its time",
    ):
        assert fault in missed


async def _spoil(lived: Quarter) -> None:
    """One row of each kind goes, or says something else."""
    lived.town.vendors.all[0].fake.sent.pop()
    async with lived.town.database() as database, database.write() as connection:
        quiet = select(func.max(journal.c.id)).scalar_subquery()
        await connection.execute(delete(journal).where(journal.c.id == quiet))
        await connection.execute(delete(occurrences).where(occurrences.c.job == "admin-digest"))
        await connection.execute(
            update(occurrences)
            .where(occurrences.c.job == "weekly-tally")
            .values(numbers={"reported": 1, "checkins": 0, "indicators": {}})
        )
        await connection.execute(update(checkin_values).values(number=checkin_values.c.number + 1))
        await connection.execute(update(account_usage).values(messages_out=account_usage.c.messages_out + 9))
        one = select(owed.c.id).limit(1).scalar_subquery()
        await connection.execute(update(owed).where(owed.c.id == one).values(state="held", reason="x"))
