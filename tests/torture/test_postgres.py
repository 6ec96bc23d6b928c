"""Two processes on one PostgreSQL, one of them frozen or killed; and a PostgreSQL that is away or hangs.

TORTURE_OUTAGE: seconds for which it is away (8).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.torture.rounds import Figures, figures_of
from tests.torture.service import Service
from tests.torture.stage import Stage, stage

pytestmark = pytest.mark.process
LEASE = 15.0
"""Seconds for which a sender has an account; longer than that, it is another's."""
OUTAGE = float(os.environ.get("TORTURE_OUTAGE") or 8)


@pytest.fixture
def server() -> Iterator[Any]:
    """A PostgreSQL that keeps its promises (fsync), for this test alone."""
    from tests import postgres

    server = postgres.Server(durable=True)
    server.start()
    yield server
    server.remove()


@contextlib.asynccontextmanager
async def district(server: Any, folder: Path, dice: random.Random) -> AsyncIterator[Stage]:
    async with stage(folder, dice, database_url=await server.create("torture")) as made:
        yield made


async def second(made: Stage) -> Service:
    """Another process on the same database, to which events are brought as well."""
    folder = made.folder / "second"
    folder.mkdir()
    other = Service(folder, made.service.settings, made.clock, "second")
    await other.start(made.clock_file)
    await other.ready()
    made.load.services.append(other)
    return other


async def test_of_two_processes_one_is_frozen_past_its_lease_and_woken(
    server: Any, folder: Path, dice: random.Random, shown: Callable[[Figures], None]
) -> None:
    """Each of them once, in the middle of its work; what it still holds in its hand when it wakes is another's."""
    async with district(server, folder, dice) as made:
        await made.starts()
        both = [made.service, await second(made)]
        async with made.flowing(20):
            for one in both:
                await asyncio.sleep(2)
                await _frozen(made, one, LEASE + dice.uniform(1, 5))
        await _ends_well(made, shown)


async def _frozen(made: Stage, service: Service, seconds: float) -> None:
    """It stands still while a message is on its way, and goes on as if nothing had been."""
    kept = asyncio.Event()
    made.vendors.on_kept(kept.set)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(kept.wait(), 5)
    service.freeze()
    made.crashes += 1
    made.vendors.on_kept(lambda: None)
    await asyncio.sleep(seconds)
    service.wake()


async def test_of_two_processes_one_is_killed_again_and_again(
    server: Any, folder: Path, dice: random.Random, rounds: int, shown: Callable[[Figures], None]
) -> None:
    async with district(server, folder, dice) as made:
        await made.starts()
        both = [made.service, await second(made)]
        async with made.flowing(20):
            for _ in range(rounds):
                victim = dice.choice(both)
                await asyncio.sleep(dice.uniform(0, 3))
                await victim.kill()
                made.crashes += 1
                await asyncio.sleep(dice.uniform(0, 1))
                await victim.start(made.clock_file)
                await victim.ready()
        await _ends_well(made, shown)


@pytest.mark.parametrize("how", ["restarted", "hanging"])
async def test_without_postgresql_events_are_kept_in_the_spool(
    server: Any, folder: Path, dice: random.Random, how: str, shown: Callable[[Figures], None]
) -> None:
    async with district(server, folder, dice) as made:
        await made.starts()
        async with made.flowing(20):
            await _in_the_middle(made)
            before = len(made.load.acknowledged)
            if how == "restarted":
                server.stop()
            else:
                _all_of(server.pid, signal.SIGSTOP)
            await asyncio.sleep(OUTAGE)
            assert (await made.service.get("/healthz"))[0] == 200
            assert len(made.load.acknowledged) > before + OUTAGE, f"the door is shut: {made.load.answers}"
            if how == "restarted":
                server.start()
            else:
                _all_of(server.pid, signal.SIGCONT)
            await asyncio.sleep(2)
        await _ends_well(made, shown)
        told = made.service.lines("the database (is away|cannot be written)")
        assert 1 <= len(told) <= 2, made.service.tail(60)
        assert len(made.service.lines("ERROR|WARNING")) < 40, made.service.tail(60)


async def test_killed_while_postgresql_is_away_the_next_start_reads_the_spool(
    server: Any, folder: Path, dice: random.Random, shown: Callable[[Figures], None]
) -> None:
    async with district(server, folder, dice) as made:
        await made.starts()
        async with made.flowing(20):
            await _in_the_middle(made)
            before = len(made.load.acknowledged)
            server.stop()
            await made.until(lambda: len(made.load.acknowledged) > before + 20)
            await made.service.kill()
            made.crashes += 1
            server.start()
            await made.starts()
        await _ends_well(made, shown)


async def _in_the_middle(made: Stage) -> None:
    """Every vendor knows the door's secret (before, what it brought would not be believed), and people write."""
    registered = len(made.vendors.all)
    await made.until(lambda: len(made.service.lines("webhook registered")) == registered)
    before = len(made.load.acknowledged)
    await made.until(lambda: len(made.load.acknowledged) > before + 10)


def _all_of(pid: int, number: signal.Signals) -> None:
    """A signal to a server and all its children: who is frozen answers nothing, and cuts no line either."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for one in (pid, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, number)


async def _ends_well(made: Stage, shown: Callable[[Figures], None]) -> None:
    await made.settles()
    figures = await figures_of(made)
    shown(figures)
    assert not figures.audit.faults, "\n".join(figures.audit.faults)
    for one in made.load.services:
        assert one.runs, one.tail()
        assert "Traceback" not in one.said, one.tail(60)
