"""A post office: what is owed in a town's database, and a wire that can be cut, slowed and made to refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, select, update

import bot.books
import bot.delivery
from bot.channels.base import Limits, Part, SendFailed, Why
from bot.delivery import Sender
from bot.nursery import Nursery
from bot.recorder import Recorder
from storage import media
from storage.addresses import addresses
from storage.outbox import Lane, Owing, owe, owed, parcels
from storage.schema import new_id
from storage.writing import apply
from tests.town import PlainChannel, Town

PNG = b"\x89PNG\r\n\x1a\n-a-picture"


class Wire(PlainChannel):
    """The plain messenger, with accidents. `gate`: closed, nothing is answered until it opens."""

    def __init__(self, account_id: int, limits: Limits) -> None:
        super().__init__(account_id)
        self.limits = limits
        self.accidents: list[Exception | None] = []
        self.refuses: Callable[[Part], Exception | None] = lambda _part: None
        self.gate = asyncio.Event()
        self.gate.set()
        self.started: list[Part] = []
        self.flying = 0
        self.most_flying: dict[str, int] = {}
        self.something = asyncio.Event()

    async def send(self, part: Part) -> str:
        self.started.append(part)
        self.flying += 1
        here = sum(one.chat == part.chat for one in self.started[-self.flying :])
        self.most_flying[part.chat] = max(here, self.most_flying.get(part.chat, 0))
        self.something.set()
        try:
            await self.gate.wait()
        finally:
            self.flying -= 1
        accident = self.accidents.pop(0) if self.accidents else self.refuses(part)
        if accident is not None:
            raise accident
        return await super().send(part)

    async def has_started(self, number: int) -> None:
        """Wait until so many messages have been on the wire."""
        async with asyncio.timeout(5):
            while len(self.started) < number:
                self.something.clear()
                await self.something.wait()

    @property
    def texts(self) -> list[str]:
        return [part.text for part in self.sent]


class Post:
    """One account's sender, that can be stopped, cut off and started again."""

    def __init__(self, town: Town, wire: Wire) -> None:
        self.town, self.wire = town, wire
        self.lost: list[tuple[int, Why]] = []
        self.nursery = Nursery()
        self.recorder = Recorder(town.database)
        self.sender = self._sender()

    def _sender(self) -> Sender:
        return Sender(self.wire, self.town.database, self.town.clock, self.recorder, self.nursery, self._on_lost)

    async def _on_lost(self, address_id: int, why: Why) -> None:
        self.lost.append((address_id, why))

    async def start(self) -> None:
        self.nursery.start(self.recorder.run(), "recorder")
        await self.sender.begin()

    async def cut_off(self) -> None:
        """The process dies; another one is made."""
        await self.nursery.close()
        self.wire.flying = 0
        self.nursery, self.recorder = Nursery(), Recorder(self.town.database)
        self.sender = self._sender()

    async def again(self) -> None:
        await self.cut_off()
        await self.start()

    async def chat(self, vendor_id: str, *, group: bool = False) -> int:
        """A chat that can be written to; returns the id of its address."""
        address_id = new_id()
        row = {"id": address_id, "account_id": self.wire.account_id, "vendor_id": vendor_id, "is_group": group}
        async with self.town.database.write() as connection:
            await connection.execute(
                insert(addresses), [{**row, "state": "open", "created_at": self.town.now, "title": vendor_id}]
            )
        return address_id

    async def owes(self, address_id: int, words: str, lane: Lane = Lane.REPLY, **more: Any) -> int:
        owing = Owing(self.wire.account_id, address_id, None, "reply", lane, words, **more)
        async with self.town.database.write() as connection:
            await apply(connection, [owe(owing, self.town.now)])
        return owing.id

    async def picture(self, content: bytes = PNG) -> int:
        media_id = new_id()
        async with self.town.database.write() as connection:
            await apply(connection, media.made(media_id, content, "image/png", self.town.now))
        return media_id

    async def deliver(self) -> list[str]:
        """Send what may go now; returns everything that has arrived so far."""
        async with asyncio.timeout(10):
            await self.sender.drain()
        return self.wire.texts

    async def states(self) -> dict[str, str]:
        """Words -> state, of everything owed."""
        return {row.words: row.state for row in await self.town.rows(owed)}

    async def reasons(self) -> dict[str, str | None]:
        return {row.words: row.reason for row in await self.town.rows(owed)}

    async def parcels(self) -> list[Any]:
        async with self.town.database.read() as connection:
            return list((await connection.execute(select(parcels).order_by(parcels.c.id))).all())

    async def door(self, address_id: int) -> Any:
        async with self.town.database.read() as connection:
            return (await connection.execute(select(addresses).where(addresses.c.id == address_id))).one()

    async def opens(self, address_id: int) -> None:
        async with self.town.database.write() as connection:
            await connection.execute(update(addresses).where(addresses.c.id == address_id).values(state="open"))


LIMITS = replace(PlainChannel.limits, text=200, caption=60, in_flight=6)


@pytest.fixture
def limits() -> Limits:
    return LIMITS


@pytest.fixture
async def post(town: Town, limits: Limits, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Post]:
    monkeypatch.setattr(bot.delivery, "PAUSE", 0.01)
    monkeypatch.setattr(bot.books, "RECORD_AGAIN", 0.01)
    office = Post(town, Wire(town.channel.account_id, limits))
    await office.start()
    yield office
    await office.nursery.close()
    assert not office.nursery.broken.is_set(), "a task of delivery died"


def bad_gateway() -> SendFailed:
    return SendFailed(Why.VENDOR, "502: a page that is not the Bot API's", retryable=True)


def no_answer() -> SendFailed:
    return SendFailed(Why.NETWORK, "no answer", retryable=True, maybe_sent=True)


def no_line() -> SendFailed:
    return SendFailed(Why.NETWORK, "no connection", retryable=True)


def too_fast(seconds: float) -> SendFailed:
    return SendFailed(Why.RATE, "429", retryable=True, retry_after=seconds, whole_account=True)
