"""A burst of webhook events: to the last acknowledgement, and to the last receipt owed; beside a bare server."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from benchmarks import wire
from benchmarks.district import SERVICE, District, build, environment
from benchmarks.postgres import Server
from benchmarks.processes import free_port, resident_mb, running
from bot.secrets import vault
from storage.engine import Database
from storage.outbox import owed

EVENTS = 20_000
SHARED_EVENTS = 10_000
PATH = "/webhook/telegram/telegram"


@dataclass(frozen=True, slots=True)
class Door:
    """Events a second: the bare server, ours to the last acknowledgement, ours to the last receipt owed."""

    bare: float
    acknowledged: float
    completed: float
    memory_mb: float


async def measure(district: District, folder: Path, api: str, events: int = EVENTS) -> Door:
    """One round, on a copy of the district's database."""
    bare = await _bare(district, events)
    shutil.copytree(district.folder, folder)
    port = free_port()
    async with running(SERVICE, port, "/readyz", environment(folder, port, api)) as process:
        await _registered(folder)
        requests = _requests(district, folder, events)
        began = time.perf_counter()
        burst = await wire.fire(port, requests)
        if burst.statuses != {200: events}:
            raise RuntimeError(f"not every event was taken: {burst.statuses}")
        await _receipts(folder, events)
        seconds = time.perf_counter() - began
        memory = resident_mb(process)
    return Door(bare, burst.rate(events), events / seconds, memory)


async def measure_shared(
    folder: Path, server: Server, api: str, processes: int = 1, events: int = SHARED_EVENTS
) -> Door:
    """One round on a PostgreSQL, through the doors of so many processes."""
    url = await server.create(f"door_{folder.name}")
    district = await build(folder, url)
    bare = await _bare(district, events)
    headers = secret_header(district, folder)
    ports = [free_port() for _ in range(processes)]
    async with AsyncExitStack() as stack:
        for number, port in enumerate(ports):
            env = environment(folder / f"process{number}", port, api, url)
            process = await stack.enter_async_context(running(SERVICE, port, "/readyz", env))
            await believed(f"http://127.0.0.1:{port}{PATH}", headers)
        requests = _requests(district, folder, events)
        began = time.perf_counter()
        fired = [
            wire.fire(port, requests[place::processes], wire.CONNECTIONS // processes)
            for place, port in enumerate(ports)
        ]
        bursts = await asyncio.gather(*fired)
        if sum(burst.statuses.get(200, 0) for burst in bursts) != events:
            raise RuntimeError(f"not every event was taken: {[burst.statuses for burst in bursts]}")
        acknowledged = time.perf_counter() - began
        await _all_lived(url, events)
        seconds = time.perf_counter() - began
        memory = resident_mb(process)
    return Door(bare, events / acknowledged, events / seconds, memory)


async def believed(url: str, headers: dict[str, str]) -> None:
    """Until the webhook is registered: before that nobody is believed. What is sent is kept as ignored."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(30):
        while True:
            async with session.post(url, json={}, headers=headers) as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.05)


async def _all_lived(url: str, events: int) -> None:
    database = Database(url)
    try:
        async with asyncio.timeout(300):
            while True:
                async with database.read() as connection:
                    asked = select(func.count()).where(owed.c.kind == "reply", owed.c.words.startswith("Đã ghi"))
                    if (await connection.execute(asked)).scalar_one() >= events:
                        return
                await asyncio.sleep(0.1)
    finally:
        await database.close()


async def _bare(district: District, events: int) -> float:
    port = free_port()
    async with running([sys.executable, "-m", "benchmarks.bare", str(port)], port, "/"):
        burst = await wire.fire(port, _requests(district, district.folder, events))
        return burst.rate(events)


async def _registered(folder: Path) -> None:
    """Wait until the vendor knows our webhook: no vendor gates the start, so ready comes first."""
    with sqlite3.connect(f"file:{folder}/tocds.db?mode=ro", uri=True) as looking:
        while not looking.execute("SELECT webhook_secret FROM accounts WHERE webhook_secret <> ''").fetchone():
            await asyncio.sleep(0.05)


async def _receipts(folder: Path, events: int) -> None:
    """Wait until every event has its receipt owed."""
    with sqlite3.connect(f"file:{folder}/tocds.db?mode=ro", uri=True) as looking:
        while True:
            (count,) = looking.execute("SELECT count(*) FROM journal WHERE state = 'done'").fetchone()
            if count >= events:
                break
            await asyncio.sleep(0.1)
        (receipts,) = looking.execute(
            "SELECT count(*) FROM owed WHERE kind = 'reply' AND words LIKE 'Đã ghi%'"
        ).fetchone()
        if receipts < events:
            raise RuntimeError(f"{events - receipts} events ended without a receipt")


def _requests(district: District, folder: Path, events: int) -> list[bytes]:
    headers = secret_header(district, folder)
    users = district.users
    return [wire.post(PATH, update(number, users[number % len(users)]), headers) for number in range(events)]


def secret_header(district: District, folder: Path) -> dict[str, str]:
    """What Telegram would send along, so that our door believes it."""
    secret = vault("benchmark", folder).derive(f"webhook telegram {district.account}")
    return {"X-Telegram-Bot-Api-Secret-Token": secret}


def update(number: int, user: int) -> bytes:
    """A private text message as Telegram's servers send it."""
    person = {"id": user, "is_bot": False, "first_name": "Lò", "last_name": "Văn An", "language_code": "vi"}
    message = {
        "message_id": number + 1,
        "from": person,
        "chat": {"id": user, "first_name": "Lò", "last_name": "Văn An", "type": "private"},
        "date": int(time.time()),
        "text": f"vneid 1 nguoi {1 + number % 5}",
    }
    return json.dumps({"update_id": number + 1, "message": message}, ensure_ascii=False).encode()
