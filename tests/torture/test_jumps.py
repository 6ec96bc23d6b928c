"""The machine's clock jumps, back and forth, while people write and the clock strikes."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot import scheduler
from tests.torture.stage import Stage, stage

pytestmark = pytest.mark.process
HOUR = timedelta(hours=1)
SOON = 90.0
"""Seconds in which an answer comes, whatever the clock says, on a machine that has much else to do; an hour is what
it must not take."""


async def test_with_a_clock_that_jumps_nothing_is_posted_twice_and_everybody_is_answered(
    folder: Path, dice: random.Random
) -> None:
    """It stands right before Monday's tally; goes over it, an hour back, over it again, and a day forward."""
    async with stage(folder, dice) as made:
        tally = next(one.at for one in scheduler.upcoming(made.clock.now()) if one.job.name == "weekly-tally")
        made.clock.jump_to(tally - timedelta(minutes=5))
        await made.starts()
        async with made.flowing(3):
            for jump in (HOUR, -HOUR, HOUR, 24 * HOUR, -HOUR):
                await asyncio.sleep(1)
                made.clock.jump(jump)
                await _posted(made)
                await _answered(made)
            await made.crash()
            made.clock.jump(-HOUR)
            await made.starts()
            await _answered(made)
        await made.settles()
        found = await made.audited()
        assert not found.faults, found.faults
        tallies = Counter(one.chat for one in made.vendors.landed() if one.text.startswith("TỔNG HỢP"))
        assert set(tallies.values()) <= {1}
        assert sum(found.duplicates.values()) <= sum(made.in_hand.values())


async def _posted(made: Stage) -> None:
    """The tick has seen the new time: every commune's group has its tally."""
    groups = {chat for _, chat in made.district.groups.values()}

    def everywhere() -> bool:
        return groups <= {one.chat for one in made.vendors.landed()}

    await made.until(everywhere, 180)


async def _answered(made: Stage) -> None:
    """Somebody of each messenger writes, and is answered soon."""
    written = [
        made.load.writes(next(one for one in made.district.members if one.vendor is vendor))
        for vendor in made.vendors.all
    ]

    def all_answered() -> bool:
        said = "\n".join(one.text for one in made.vendors.landed())
        return all(f"“lan {one.number}”" in said or one.number in made.load.refused for one in written)

    await made.until(all_answered, SOON)
