"""From the door to the receipt at the vendor: ours, python-telegram-bot's Application and aiogram, at the same load.

Completed a second: a burst, until the last receipt is at the vendor. Latency: events at fixed times whether or not the
earlier ones were answered, from the moment an event should leave to the moment its receipt arrives. Telegram's speed
limits are lifted for all three, and the vendor (a process of its own) answers at once.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import aiohttp

from benchmarks import wire
from benchmarks.district import TOKEN, build, environment
from benchmarks.door import believed, secret_header, update
from benchmarks.postgres import Server
from benchmarks.processes import free_port, running, until_ready
from benchmarks.usual import records

BURST = 3_000
WARM = 300
SECONDS = 10
PATIENCE = 300.0
"""Seconds for a burst to end."""
TELEGRAM = "/webhook/telegram/telegram"


@dataclass(frozen=True, slots=True)
class Replies:
    """One way on one database. `late`: for each load (events a second), the median and the 99th percentile, in ms."""

    way: str
    database: str
    processes: int
    completed: float
    late: dict[int, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Rival:
    """What is under load: where its doors are, and what a request to them looks like."""

    ports: tuple[int, ...]
    path: str
    headers: dict[str, str]


class Vendor:
    """The pretend Telegram, asked over its side door."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.url, self._session = f"http://127.0.0.1:{port}", session

    async def count(self) -> int:
        async with self._session.get(f"{self.url}/count") as answer:
            return int(await answer.json())

    async def log(self) -> list[tuple[int, float]]:
        async with self._session.get(f"{self.url}/log") as answer:
            return [(chat, moment) for chat, moment in await answer.json()]

    async def until(self, wanted: int) -> None:
        """Until so many messages are there. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while await self.count() < wanted:
                await asyncio.sleep(0.05)

    async def forget(self) -> None:
        async with self._session.delete(f"{self.url}/log"):
            pass


@asynccontextmanager
async def vendor(round_trip: float = 0.0) -> AsyncIterator[Vendor]:
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.vendor", str(port), str(round_trip)]
    async with running(command, port, "/count"), aiohttp.ClientSession() as session:
        yield Vendor(port, session)


async def measure(
    way: str, folder: Path, server: Server | None, loads: tuple[int, ...] = (100, 200), processes: int = 1
) -> Replies:
    """One way (ours, ptb, aiogram) on a database of its own: SQLite, or on a server of PostgreSQL."""
    url = await server.create(f"replies_{way}") if server else ""
    async with vendor() as there, _started(way, folder, url, there.url, processes) as (rival, users):
        await _burst(rival, users, there, WARM, 1)
        completed = BURST / await _burst(rival, users, there, BURST, 1 + WARM)
        first = 1 + WARM + BURST
        late: dict[int, tuple[float, float]] = {}
        for load in loads:
            late[load] = await _steady(rival, users, there, load, first)
            first += load * SECONDS
    shutil.rmtree(folder, ignore_errors=True)
    return Replies(way, "PostgreSQL" if server else "SQLite", processes, completed, late)


@asynccontextmanager
async def _started(
    way: str, folder: Path, url: str, api: str, processes: int
) -> AsyncIterator[tuple[Rival, list[int]]]:
    ports = tuple(free_port() for _ in range(processes))
    async with AsyncExitStack() as stack:
        if way == "ours":
            district = await build(folder, url)
            users = district.users
            rival = Rival(ports, TELEGRAM, secret_header(district, folder))
            for number, port in enumerate(ports):
                command = [sys.executable, "-m", "benchmarks.unlimited", "run"]
                own = folder if not number else folder / f"process{number}"
                process = await stack.enter_async_context(
                    running(command, port, "/healthz", environment(own, port, api, url))
                )
                await until_ready(port, "/readyz", process, wanted=200)
                await believed(f"http://127.0.0.1:{port}{TELEGRAM}", rival.headers)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            users = list(range(1_000_000, 1_001_057))
            url = url or f"sqlite+aiosqlite:///{folder}/usual.db"
            await records.fill(url, users)
            rival = Rival(ports, "/webhook", {})
            module = {"ptb": "benchmarks.usual.ptb", "aiogram": "benchmarks.usual.aio"}[way]
            command = [sys.executable, "-m", module, str(ports[0]), url, api, TOKEN]
            await stack.enter_async_context(running(command, ports[0], "/"))
        yield rival, users


async def _burst(rival: Rival, users: list[int], there: Vendor, events: int, first: int) -> float:
    """Seconds from the first event to the last receipt at the vendor."""
    await there.forget()
    numbers = range(first, first + events)
    requests = [wire.post(rival.path, update(one, users[one % len(users)]), rival.headers) for one in numbers]
    began = time.perf_counter()
    bursts = [wire.fire(port, requests[place :: len(rival.ports)]) for place, port in enumerate(rival.ports)]
    for burst in await asyncio.gather(*bursts):
        if set(burst.statuses) != {200}:
            raise RuntimeError(f"not every event was taken: {burst.statuses}")
    await there.until(events)
    return time.perf_counter() - began


async def _steady(rival: Rival, users: list[int], there: Vendor, load: int, first: int) -> tuple[float, float]:
    """Median and 99th percentile, in ms, at so many events a second. A receipt answers the oldest open event of its
    chat."""
    await there.forget()
    events = load * SECONDS
    waiting: defaultdict[int, deque[float]] = defaultdict(deque)
    headers = {**rival.headers, "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as sending:
        began = time.monotonic() + 0.1
        for number in range(events):
            user, due = users[(first + number) % len(users)], began + number / load
            waiting[user].append(due)
            body = update(first + number, user)
            if (early := due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            port = rival.ports[number % len(rival.ports)]
            sending.create_task(_post(session, f"http://127.0.0.1:{port}{rival.path}", body, headers))
    await there.until(events)
    delays = [(moment - waiting[chat].popleft()) * 1000 for chat, moment in sorted(await there.log(), key=_moment)]
    cut = quantiles(delays, n=100)
    return cut[49], cut[98]


def _moment(entry: tuple[int, float]) -> float:
    return entry[1]


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> None:
    async with session.post(url, data=body, headers=headers) as answer:
        if answer.status != 200:
            raise RuntimeError(f"an event was refused: {answer.status}")
        await answer.read()
