"""A broadcast to 1,057 people at Telegram's limits, against a local server that enforces them: ours, and
python-telegram-bot's own limiter. And with the limits off, beside a bare client that posts the same."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from sqlalchemy import select
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from benchmarks.district import TOKEN, District
from benchmarks.replies import Vendor, vendor
from benchmarks.unlimited import lifted
from bot.app import App
from bot.channels.telegram.channel import LIMITS
from bot.settings import Settings, load
from storage.addresses import addresses
from storage.outbox import Lane, Owing, owe
from storage.writing import apply
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import Rules

ROUND_TRIP = 0.020
PER_SECOND = 30
TIMES = 3
WORDS = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."


@dataclass(frozen=True, slots=True)
class Broadcast:
    """How long it took, against people / 30 a second; how many refusals; how many arrived."""

    seconds: float
    ideal: float
    floods: int
    delivered: int

    @property
    def ratio(self) -> float:
        return self.seconds / self.ideal


@dataclass(frozen=True, slots=True)
class Unlimited:
    """Messages a second at the vendor: ours, and a bare client's."""

    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


async def by_the_usual_limiter(district: District) -> Broadcast:
    """The same by python-telegram-bot, its limiter set so that nothing is lost and no second holds 31."""
    async with FakeTelegram(Rules(chat_burst=1), TOKEN, latency=lambda: ROUND_TRIP) as telegram:
        for user in district.users:
            telegram.person(user)
        limiter = AIORateLimiter(overall_max_rate=1, overall_time_period=1 / PER_SECOND, max_retries=5)
        bot = ExtBot(
            TOKEN,
            base_url=f"{telegram.url}/bot",
            rate_limiter=limiter,
            request=HTTPXRequest(connection_pool_size=PER_SECOND, pool_timeout=600),
        )
        async with bot:
            began = time.perf_counter()
            sends = [bot.send_message(user, WORDS) for user in district.users]
            await asyncio.gather(*sends, return_exceptions=True)
            seconds = time.perf_counter() - began
        return Broadcast(seconds, len(district.users) / PER_SECOND, telegram.floods, len(telegram.sent))


async def unlimited(district: District, folder: Path) -> Unlimited:
    """Without limits, to a vendor that answers at once; one message a person, `TIMES` times."""
    async with vendor() as there:
        bare = await _bare_loop(district.users * TIMES, there)
        await there.forget()
        with lifted():
            app = App(_settings(folder, there.url))
            await app.open()
        await app.start_writers()
        for _ in range(TIMES):
            people = await _owe_all(app, district)
        began = time.perf_counter()
        app.start_tasks()
        await there.until(people * TIMES)
        seconds = time.perf_counter() - began
        await app.close()
    return Unlimited(people * TIMES / seconds, bare)


async def _bare_loop(users: list[int], there: Vendor) -> float:
    """Messages a second of a loop with as many requests under way as our account may have."""
    waiting = deque(users)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def post() -> None:
            while waiting:
                body = {"chat_id": waiting.popleft(), "text": WORDS}
                async with session.post(f"{there.url}/bot{TOKEN}/sendMessage", json=body) as answer:
                    await answer.json()

        began = time.perf_counter()
        await asyncio.gather(*(post() for _ in range(LIMITS.in_flight)))
        return len(users) / (time.perf_counter() - began)


def _settings(folder: Path, api: str) -> Settings:
    return load(
        _env_file=None,
        data_dir=folder,
        telegram_bot_token=TOKEN,
        telegram_api_base_url=api,
        secret_key="benchmark",
        jobs="off",
        quiet_hours="",
        holidays="off",
    )


async def measure(district: District, folder: Path) -> Broadcast:
    """One round through the program's own delivery."""
    async with FakeTelegram(Rules(chat_burst=1), TOKEN, latency=lambda: ROUND_TRIP) as telegram:
        for user in district.users:
            telegram.person(user)
        app = App(_settings(folder, telegram.url))
        await app.open()
        await app.start_writers()
        people = await _owe_all(app, district)
        began = time.perf_counter()
        app.start_tasks()
        await telegram.wait_for(lambda: len(telegram.sent) >= people, seconds=120)
        seconds = time.perf_counter() - began
        await asyncio.sleep(0.5)
        await app.close()
        return Broadcast(seconds, people / PER_SECOND, telegram.floods, len(telegram.sent))


async def _owe_all(app: App, district: District) -> int:
    now = app.clock.now()
    async with app.database.write() as connection:
        rows = (
            await connection.execute(
                select(addresses.c.id, addresses.c.account_id, addresses.c.person_id).where(
                    addresses.c.vendor_id.in_([str(user) for user in district.users])
                )
            )
        ).all()
        await apply(
            connection,
            [owe(Owing(row.account_id, row.id, row.person_id, "broadcast", Lane.BULK, WORDS), now) for row in rows],
        )
    return len(rows)
