"""Memory of the real process: ready, idle, and while 100,000 check-ins go through its door."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from benchmarks import wire
from benchmarks.district import SERVICE, District, environment
from benchmarks.door import secret_header, update
from benchmarks.processes import free_port, resident_mb, running, until_ready

STEPS, EACH = 10, 10_000
IDLE = 30.0


@dataclass(frozen=True, slots=True)
class Memory:
    """MB when ready, after idling, and after each tenth of the check-ins was completed."""

    ready: float
    idle: float
    steps: tuple[float, ...]

    @property
    def growth(self) -> float:
        """MB from the third checkpoint, when caches and pools are full, to the last."""
        return self.steps[-1] - self.steps[2]


async def measure(district: District, folder: Path, api: str, steps: int = STEPS, each: int = EACH) -> Memory:
    """One process on a copy of the district's database. Takes minutes."""
    shutil.copytree(district.folder, folder)
    port = free_port()
    async with running(SERVICE, port, "/healthz", environment(folder, port, api)) as process:
        await until_ready(port, "/readyz", process, wanted=200)
        ready = resident_mb(process)
        await asyncio.sleep(IDLE)
        idle = resident_mb(process)
        held: list[float] = []
        for step in range(steps):
            await _through(district, folder, port, step * each, each)
            held.append(resident_mb(process))
            print(f"  after {(step + 1) * each} check-ins: {held[-1]:.0f} MB", flush=True)
    shutil.rmtree(folder)
    return Memory(ready, idle, tuple(held))


async def _through(district: District, folder: Path, port: int, first: int, events: int) -> None:
    """So many check-ins, until the last has its receipt owed."""
    headers, users = secret_header(district, folder), district.users
    requests = [
        wire.post("/webhook/telegram/telegram", update(one, users[one % len(users)]), headers)
        for one in range(first, first + events)
    ]
    burst = await wire.fire(port, requests)
    if set(burst.statuses) != {200}:
        raise RuntimeError(f"not every event was taken: {burst.statuses}")
    with sqlite3.connect(f"file:{folder}/tocds.db?mode=ro", uri=True) as looking:
        while looking.execute("SELECT count(*) FROM journal WHERE state = 'done'").fetchone()[0] < first + events:
            await asyncio.sleep(0.2)
