"""A broadcast to 1,057 people at Telegram's limits, against a local server that enforces them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from benchmarks.district import TOKEN, District
from bot.app import App
from bot.settings import load
from storage.addresses import addresses
from storage.outbox import Lane, Owing, owe
from storage.writing import apply
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import Rules

ROUND_TRIP = 0.020
PER_SECOND = 30


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


async def measure(district: District, folder: Path) -> Broadcast:
    """One round through the program's own delivery."""
    async with FakeTelegram(Rules(chat_burst=1), TOKEN, latency=lambda: ROUND_TRIP) as telegram:
        for user in district.users:
            telegram.person(user)
        settings = load(
            _env_file=None,
            data_dir=folder,
            telegram_bot_token=TOKEN,
            telegram_api_base_url=telegram.url,
            secret_key="benchmark",
            jobs="off",
            quiet_hours="",
            holidays="off",
        )
        app = App(settings)
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
        words = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."
        await apply(
            connection,
            [owe(Owing(row.account_id, row.id, row.person_id, "broadcast", Lane.BULK, words), now) for row in rows],
        )
    return len(rows)
