"""The disk is full: the door says so and keeps nothing half, and when there is space again all goes on."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.trouble import CALM
from tests.torture.full import Disk, small_disk
from tests.torture.stage import Stage, stage

pytestmark = pytest.mark.process


async def test_with_a_full_disk_events_stay_with_the_vendor(folder: Path, dice: random.Random) -> None:
    data = folder / "data"
    with small_disk(data) as real:
        async with stage(folder, dice) as made:
            await made.starts()
            await made.under_load(1)
            disk = Disk(made.service, data, real=real)
            async with made.flowing():
                disk.fill()
                await made.until(lambda: made.load.answers[503] >= 20)
                status, body = await made.service.get("/readyz")
                assert (status, '"database"' in body) == (503, True)
                assert (await made.service.get("/healthz"))[0] == 200
                assert await made.service.figure("tocds_database_writable") == 0
                assert await made.service.figure("tocds_events_refused") >= 20
                disk.clear()
                before = len(made.load.acknowledged)
                await made.until(lambda: len(made.load.acknowledged) > before)
            await made.settles()
            await asyncio.sleep(CALM)
            await made.service.ready()
            found = await made.audited()
            assert not found.faults, found.faults
            assert not found.duplicates, "what was sent while nothing could be written down is not sent again"
            _the_operator_hears(made)


def _the_operator_hears(made: Stage) -> None:
    """Of a full disk: once, with what to do; and when it is over."""
    told = made.service.lines("the database cannot be written")
    assert len(told) == 1, made.service.tail(60)
    assert "make space" in told[0]
    assert "tocds.db" in told[0]
    assert len(made.service.lines("the database can be written again")) == 1
    assert len(made.service.lines("ERROR|WARNING")) < 12, made.service.tail(60)
