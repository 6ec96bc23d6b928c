"""Two free bots of one pool, and the App behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot import pools
from bot.app import App
from storage import accounts, seats
from storage.addresses import addresses
from storage.outbox import Lane, Owing, owe, owed
from storage.seats import Seats
from storage.waiting import address_at
from storage.writing import apply
from tests.fakes.zalo_bot import FREE, Rules
from tests.fakes.zalo_bots import ZaloBots
from tests.zalo.doors import Door, Home, ZaloBotDoor, house

FIRST, SECOND = "tule1", "tule2"


class Bot(ZaloBotDoor):
    """One of several bots behind one address."""

    def __init__(self, name: str, number: int, rules: Rules) -> None:
        super().__init__(rules)
        self.name = name
        self.fake.token = f"10000{number}:secret-of-{name}"
        self.fake.bot_id = f"10000{number}"

    def person(self, name: str) -> str:
        return self.fake.person(f"{self.name}-u{len(self.fake.people)}", name).id


@dataclass
class Pool:
    """`first` and `second` are the same house behind either bot."""

    app: App
    homes: tuple[Home, ...]

    @property
    def first(self) -> Home:
        return self.homes[0]

    @property
    def second(self) -> Home:
        return self.homes[1]

    async def account(self, name: str) -> accounts.Account:
        async with self.app.database.read() as connection:
            return next(one for one in await accounts.every(connection) if one.name == name)

    async def limits(self, name: str, **most: Any) -> None:
        held = await self.account(name)
        async with self.app.database.write() as connection:
            await accounts.limit(connection, held, most)

    async def seats(self, name: str) -> Seats:
        held = await self.account(name)
        async with self.app.database.read() as connection:
            return (await seats.seats(connection, self.app.clock.now()))[held.id]

    async def offers(self, code: str, wanted: int) -> pools.Offer:
        app = self.app
        return await pools.offer(app.settings, app.vault, app.database, app.clock, code, wanted)

    async def doors(self) -> list[tuple[str, str, str | None]]:
        """(vendor id, state, reason) of every private chat, in the order in which they came."""
        async with self.app.database.read() as connection:
            rows = await connection.execute(
                select(addresses).where(addresses.c.is_group.is_(False)).order_by(addresses.c.id)
            )
            return [(row.vendor_id, row.state, row.state_reason) for row in rows]

    async def person_at(self, chat: str) -> int:
        """Who speaks from a private chat."""
        async with self.app.database.read() as connection:
            asked = select(addresses.c.person_id).where(addresses.c.vendor_id == chat)
            found = (await connection.execute(asked)).scalar_one()
        assert found is not None
        return found

    async def owes(self, name: str, chat: str, person_id: int, words: str) -> None:
        """Something that nobody asked for is owed to a person at one account."""
        held = await self.account(name)
        async with self.app.database.write() as connection:
            address_id = await address_at(connection, held.id, chat)
            assert address_id is not None
            one = Owing(held.id, address_id, person_id, "notice", Lane.CLOCK, words)
            await apply(connection, [owe(one, self.app.clock.now())])
        self.app.senders[held.id].wake()

    async def in_hand(self, words: str) -> None:
        """Wait until a sender has taken something in hand; a database tells nobody."""
        asked = select(owed.c.parcel_id).where(owed.c.words == words)
        async with asyncio.timeout(5):
            while True:
                async with self.app.database.read() as connection:
                    if (await connection.execute(asked)).scalar_one() is not None:
                        return
                await asyncio.sleep(0.01)

    async def looks(self) -> None:
        """The program looks after its accounts, as it does every few seconds."""
        await self.app.alarms.look()

    async def troubled(self, name: str) -> None:
        """Wait until a sender has met its vendor's refusal; only the vendor knows when."""
        await self._until(name, True)

    async def cured(self, name: str) -> None:
        """Wait until a sender has something accepted again."""
        await self._until(name, False)

    async def _until(self, name: str, troubled: bool) -> None:
        sender = self.app.senders[(await self.account(name)).id]
        async with asyncio.timeout(5):
            while (sender.trouble is not None) is not troubled:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def pool_of(
    folder: Path, rules: Sequence[Rules] = (FREE, FREE), *more: Door, **settings: Any
) -> AsyncIterator[Pool]:
    """The App on so many bots, named tule1, tule2, …; `more`: other messengers beside them, at the same time."""
    bots = [Bot(f"tule{number}", number, one) for number, one in enumerate(rules, start=1)]
    async with AsyncExitStack() as stack:
        for door in (*bots, *more):
            _share_clock(door, bots[0])
            await stack.enter_async_context(door)
        front = await stack.enter_async_context(ZaloBots([bot.fake for bot in bots]))
        tokens = ",".join(f"{bot.name}={bot.fake.token}" for bot in bots)
        bots[0].settings = {"zalo_bot_tokens": tokens, "zalo_bot_api_base_url": front.url}
        for door in more:
            bots[0].settings |= door.settings
        home = await stack.enter_async_context(house(folder, bots[0], **settings))
        for door in more:
            door.ready(home.app, home.public)
        yield Pool(home.app, tuple(replace(home, door=door) for door in (*bots, *more)))


def _share_clock(door: Door, first: Door) -> None:
    door.clock = first.clock
    for one in (getattr(door, "fake", None),):
        if one is not None:
            one.clock = first.clock
