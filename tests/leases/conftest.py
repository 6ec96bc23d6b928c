"""Two processes' worth of senders on one PostgreSQL: what one of them does while the other is frozen."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from sqlalchemy import insert

import bot.books
import bot.delivery
from bot.clock import MovedClock
from bot.defaults import default_fields
from bot.delivery import Sender
from bot.leasing import Lease
from bot.nursery import Nursery
from bot.recorder import Recorder
from handlers.turn import Surroundings
from storage import forms
from storage.accounts import accounts
from storage.engine import Database
from storage.schema import new_id
from storage.upgrade import upgrade
from tests import postgres
from tests.delivery.conftest import LIMITS, Post, Wire
from tests.town import START, PlainChannel, Town

_serial = itertools.count(1)
TEMPLATE = "tocds_leases"


async def _template(server: postgres.Server) -> None:
    database = Database(await server.create(TEMPLATE))
    await upgrade(database)
    async with database.write() as connection:
        await forms.keep(connection, default_fields(), date(2025, 1, 1))
    await database.close()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL with an empty database of ours to copy from."""
    try:
        found = postgres.Server()
    except postgres.Missing as missing:
        pytest.skip(str(missing))
    found.start()
    asyncio.run(_template(found))
    yield found
    found.remove()


@pytest.fixture
async def url(server: postgres.Server) -> AsyncIterator[str]:
    """A database of the test's own."""
    name = f"lease{next(_serial)}"
    yield await server.create(name, TEMPLATE)
    await server.drop(name)


async def town_at(url: str) -> Town:
    """Another process's view of the town in a database."""
    database = Database(url)
    async with database.read() as connection:
        form = await forms.current(connection, START.date())
        known = (await connection.execute(accounts.select())).first()
    account_id = known.id if known else new_id()
    if known is None:
        row = {"id": account_id, "channel": "plain", "vendor_id": "plain", "name": "plain", "enabled": True}
        async with database.write() as connection:
            await connection.execute(insert(accounts), [{**row, "limits": {}, "created_at": START}])
    return Town(database, MovedClock(START), PlainChannel(account_id), Surroundings(form=form))


class Watch:
    """The clock that a process reckons its lease with."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Process(Post):
    """A process that sends for the account while it holds its lease."""

    length = 0.5

    def __init__(self, town: Town, wire: Wire, name: str) -> None:
        self.name, self.watch = name, Watch()
        self.lease = Lease(town.database, wire.account_id, "plain", name, self.watch, self.length)
        super().__init__(town, wire)

    def _sender(self) -> Sender:
        return Sender(
            self.wire,
            self.town.database,
            self.town.clock,
            self.recorder,
            self.nursery,
            self._on_lost,
            lease=self.lease,
        )

    async def holds(self) -> None:
        """Take the lease as soon as it is free, and take over what was left."""
        async with asyncio.timeout(10):
            await self.lease.taken()
        await self.sender.take_over()

    def sleeps(self) -> None:
        """Frozen for longer than its lease."""
        self.watch.now += 60

    async def die(self) -> None:
        await self.nursery.close()
        self.nursery, self.recorder = Nursery(), Recorder(self.town.database)


@pytest.fixture
async def pair(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Process, Process]]:
    """Two processes on one database, each with a wire of its own; nobody holds the lease yet."""
    monkeypatch.setattr(bot.delivery, "PAUSE", 0.01)
    monkeypatch.setattr(bot.books, "RECORD_AGAIN", 0.01)
    processes = []
    for name in ("one", "two"):
        town = await town_at(url)
        process = Process(town, Wire(town.channel.account_id, LIMITS), name)
        await process.start()
        processes.append(process)
    yield processes[0], processes[1]
    for process in processes:
        await process.nursery.close()
        await process.town.database.close()
        assert not process.nursery.broken.is_set(), "a task of delivery died"
