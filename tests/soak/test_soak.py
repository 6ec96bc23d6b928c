"""The short form of `make soak`: a week of a few people, and its tally on Monday, with the same audit."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.soak.audit import audited
from tests.soak.quarter import quarter
from tests.soak.table import table

FEW = {"telegram": 24, "zalo-bot": 12, "zalo-oa": 4}
DAYS = 7


async def test_after_a_few_days_with_restarts_and_ill_vendors_everything_is_accounted_for(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    request.node.add_report_section("setup", "soak", f"seed {seed}")
    async with quarter(tmp_path, seed, FEW) as lived:
        await lived.lives(DAYS)
        found = await audited(lived)
    assert not found.audit.faults, table(lived, found)
