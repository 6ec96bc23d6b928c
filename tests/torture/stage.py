"""One torture's world: a district, its vendors, people who write, a service, and the audit at the end."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from storage.accounts import accounts
from storage.engine import Database
from storage.outbox import parcels
from tests.torture import district
from tests.torture.audit import Audit, Evidence, audit, unsettled
from tests.torture.clock import SharedClock
from tests.torture.district import District
from tests.torture.load import Load
from tests.torture.service import Service
from tests.torture.vendors import Vendors

SETTLES_WITHIN = 240.0
"""Seconds; an account that belongs to nobody for a moment may have to be waited for."""

USUAL = {"SECRET_KEY": "torture", "QUIET_HOURS": "", "HOLIDAYS": "off", "JOBS": "on"}
"""Messages at every hour: when they may go is proved elsewhere."""


@dataclass
class Stage:
    """`crashes`: how often a process ended with sends in flight, by account the most that the last ones can be."""

    folder: Path
    clock: SharedClock
    clock_file: Path
    vendors: Vendors
    district: District
    load: Load
    service: Service
    dice: random.Random
    database_url: str
    crashes: int = 0
    in_hand: Counter[str] = field(default_factory=Counter)
    """By account: the most parcels that a crash left in a hand."""
    helped: set[str] = field(default_factory=set)
    """Lost renewals of tokens for which an administrator has given a new token."""

    @property
    def accounts(self) -> list[str]:
        """As the settings name them."""
        return [one.account for one in self.vendors.all]

    async def starts(self, *, waits: bool = True) -> None:
        await self.service.start(self.clock_file)
        if waits:
            await self.service.ready()

    async def crash(self) -> None:
        """SIGKILL, and a look at what was in its hand."""
        await self.service.kill()
        self.crashes += 1
        for account, count in (await self.sending()).items():
            self.in_hand[account] = max(self.in_hand[account], count)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.database_url)
        try:
            yield database
        finally:
            await database.close()

    async def sending(self) -> Counter[str]:
        """Parcels in a sender's hand, by account."""
        asked = (
            select(accounts.c.name, func.count())
            .join(parcels, parcels.c.account_id == accounts.c.id)
            .where(parcels.c.state == "sending")
            .group_by(accounts.c.name)
        )
        async with self.database() as database, database.read() as connection:
            return Counter({row[0]: row[1] for row in await connection.execute(asked)})

    async def under_load(self, seconds: float, rate: float = 40.0) -> None:
        """People write for so long."""
        async with self.flowing(rate):
            await asyncio.sleep(seconds)

    @asynccontextmanager
    async def flowing(self, rate: float = 40.0) -> AsyncIterator[None]:
        """People write for as long as this lasts."""
        stop = asyncio.Event()
        flow = asyncio.ensure_future(self.load.flows(rate, stop))
        try:
            yield
        finally:
            stop.set()
            await flow

    async def settles(self, within: float = SETTLES_WITHIN) -> None:
        """Everything is acknowledged, and all that can end has ended."""
        await self.load.arrives(within)
        moving = "?"
        async with self.database() as database:
            try:
                async with asyncio.timeout(within):
                    while moving := await unsettled(database):
                        await self.helps()
                        await asyncio.sleep(0.1)
            except TimeoutError:
                raise AssertionError(f"after {within} s there are still {moving}:\n{self.service.tail()}") from None

    async def helps(self) -> None:
        """An administrator does what the log asks for: where a crash lost the only working refresh token (the answer
        with it had come, and was not kept yet), only a new one from Zalo's console helps."""
        asked = self.service.lines(r"the answer to a renewal of the tokens, begun (\S+),")
        oa = next((one for one in self.vendors.all if one.channel == "zalo-oa"), None)
        if oa is not None and asked and asked[-1].partition("begun ")[2][:30] not in self.helped:
            self.helped.add(asked[-1].partition("begun ")[2][:30])
            await self.service.command("channel", "add", "zalo-oa", "--refresh-token", oa.fake.oauth.pair())

    async def until(self, met: Callable[[], bool], within: float = 120.0) -> None:
        """Wait for something in the world, of which nobody tells us."""
        async with asyncio.timeout(within):
            while not met():
                await asyncio.sleep(0.02)

    async def audited(self) -> Audit:
        """What the audit finds now."""
        written = {number: one.value for number, one in self.load.written.items()}
        acknowledged = frozenset(self.load.acknowledged)
        evidence = Evidence(written, acknowledged, tuple(self.vendors.landed()), self.allowed())
        async with self.database() as database:
            return await audit(database, evidence)

    def allowed(self) -> dict[str, int]:
        """Duplicates at most: the sends in flight that an account declares, for each crash; and answers kept back."""
        cuts = self.vendors.cuts
        return {one.account: one.in_flight * self.crashes + cuts[one.account] for one in self.vendors.all}


@asynccontextmanager
async def stage(
    folder: Path,
    dice: random.Random,
    *,
    only: tuple[str, ...] = ("telegram", "zalo-bot", "zalo-oa"),
    database_url: str = "",
    **settings: str,
) -> AsyncIterator[Stage]:
    """A district in a folder (or on another database), nothing running yet."""
    clock_file = folder / "clock"
    clock = SharedClock(clock_file)
    async with Vendors(clock, only=only) as vendors:
        given = {**USUAL, **vendors.settings(), **settings, "DATABASE_URL": database_url}
        service = Service(folder, given, clock)
        made = await district.build(service.settings, vendors, clock)
        url = database_url or f"sqlite+aiosqlite:///{district.database_file(folder)}"
        load = Load(made, dice, [service])
        try:
            yield Stage(folder, clock, clock_file, vendors, made, load, service, dice, url)
        finally:
            for one in load.services:
                await one.end()
