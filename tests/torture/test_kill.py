"""The service is killed at random instants, again and again; nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.upgrade import newest
from tests.torture.clock import SharedClock
from tests.torture.rounds import Figures, torture
from tests.torture.service import Service
from tests.torture.stage import USUAL, stage

pytestmark = pytest.mark.process


async def test_killed_at_random_instants_nothing_is_lost_and_nothing_done_twice(
    folder: Path, dice: random.Random, rounds: int, shown: Callable[[Figures], None]
) -> None:
    async with stage(folder, dice) as made:
        shown(await torture(made, rounds))


async def test_killed_while_it_makes_its_tables_it_starts_the_next_time(
    folder: Path, dice: random.Random, rounds: int
) -> None:
    """From nothing, killed soon after its database file is there: the next start finds all or nothing."""
    clock_file = folder / "clock"
    service = Service(folder, USUAL, SharedClock(clock_file))
    file = folder / "data" / "tocds.db"
    try:
        for _ in range(max(2, rounds // 10)):
            await service.start(clock_file)
            async with asyncio.timeout(120):
                while not file.exists():
                    await asyncio.sleep(0.005)
            await asyncio.sleep(dice.uniform(0, 0.4))
            await service.kill()
        await service.start(clock_file)
        await service.ready()
        assert await service.stop() == 0
    finally:
        await service.end()
    assert not list(file.parent.glob("*-before-*")), f"a database of no age was backed up, newest is {newest()}"
