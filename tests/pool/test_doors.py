"""One person, several doors: each unprompted thing comes once, where they wrote last or where they wish."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from storage.outbox import owed
from tests.fakes.zalo_bot import FREE
from tests.pool.test_full import until
from tests.pool.test_moving import AN, HA, joins_again, types
from tests.pool.village import Pool, pool_of
from tests.zalo.doors import Home, TelegramDoor

ZALO, TELEGRAM = "zalo", "telegram"
THURSDAY = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
"""Seven in the evening of week 47, when members are reminded."""
MONDAY = datetime(2026, 11, 23, 0, 45, tzinfo=UTC)
"""A quarter to eight, when leads get their digest."""
REMINDER, DIGEST, NEWS = "em chưa có tin của Bản Lềnh", "Tú Lệ tuần 47", "Mời các tổ họp 19h30 thứ Năm."


@dataclass
class Doors:
    """Lò Văn An at a Zalo bot first and at Telegram afterwards, Hoàng Thu Hà likewise."""

    pool: Pool
    an: dict[str, str]
    ha: dict[str, str]

    def home(self, door: str) -> Home:
        return self.pool.homes[0 if door == ZALO else -1]

    async def says(self, who: dict[str, str], door: str, text: str, heard: str) -> None:
        self.pool.first.later(minutes=1)
        await types(self.home(door), who[door], (text, heard))

    async def heard(self, who: dict[str, str], words: str) -> dict[str, int]:
        """How often these words came through each door, once nothing is owed any more."""
        async with asyncio.timeout(8):
            while await self._waits():
                await asyncio.sleep(0.02)
        return {door: sum(words in one.text for one in self.home(door).door.shown(who[door])) for door in who}

    async def _waits(self) -> bool:
        async with self.pool.app.database.read() as connection:
            asked = select(owed.c.id).where(owed.c.state.in_(("owed", "held")))
            return (await connection.execute(asked)).first() is not None


@asynccontextmanager
async def two_doors(folder: Path) -> AsyncIterator[Doors]:
    async with pool_of(folder, (FREE,), TelegramDoor()) as pool:
        zalo, telegram = pool.homes
        an, ha = {ZALO: await zalo.enrol(AN)}, {ZALO: await zalo.enrol(HA, "Tú Lệ", "commune_lead")}
        pool.first.later(minutes=1)
        an[TELEGRAM] = await joins_again(telegram)
        ha[TELEGRAM] = telegram.door.person(HA)
        code = telegram.codes["Tú Lệ", "commune_lead"]
        await types(
            telegram, ha[TELEGRAM], (code, "đồng ý"), ("1", "Họ tên"), (HA, "ba số cuối"), ("670", "Em đã ghi tên")
        )
        yield Doors(pool, an, ha)


async def test_a_reminder_comes_once_where_they_wrote_last(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.pool.first.strikes(THURSDAY)
        assert await doors.heard(doors.an, REMINDER) == {ZALO: 0, TELEGRAM: 1}


async def test_a_reminder_comes_where_they_wish(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.says(doors.an, ZALO, "nhắn ở đây", "em chỉ gửi bác ở đây")
        await doors.says(doors.an, TELEGRAM, "tôi là ai", AN)
        await doors.pool.first.strikes(THURSDAY)
        assert await doors.heard(doors.an, REMINDER) == {ZALO: 1, TELEGRAM: 0}


async def test_a_reminder_comes_through_the_other_door_where_the_chosen_one_is_blocked(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.says(doors.an, TELEGRAM, "nhan o day", "em chỉ gửi bác ở đây")
        telegram = doors.home(TELEGRAM).door.fake  # type: ignore[attr-defined]
        telegram.blocks(doors.an[TELEGRAM])
        await until(doors.pool, doors.an[TELEGRAM], ("blocked", "stopped by the person"))
        await doors.pool.first.strikes(THURSDAY)
        assert await doors.heard(doors.an, REMINDER) == {ZALO: 1, TELEGRAM: 0}


async def test_a_digest_comes_once_where_it_is_wished(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.says(doors.ha, ZALO, "nhắn ở đây", "em chỉ gửi")
        await doors.says(doors.ha, TELEGRAM, "tôi là ai", HA)
        await doors.pool.first.strikes(MONDAY)
        doors.pool.first.later(minutes=2)  # her group has no bot: the digest goes together with the tally to copy
        assert await doors.heard(doors.ha, DIGEST) == {ZALO: 1, TELEGRAM: 0}


async def test_a_broadcast_comes_once_where_it_is_wished(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.says(doors.an, ZALO, "nhắn ở đây", "em chỉ gửi")
        await doors.says(doors.an, TELEGRAM, "tôi là ai", AN)
        zalo = doors.home(ZALO)
        await types(zalo, doors.ha[ZALO], (f"thông báo {NEWS}", "1."), ("1", "Em sẽ gửi tới"), ("1", ""))
        assert await doors.heard(doors.an, NEWS) == {ZALO: 1, TELEGRAM: 0}


async def test_who_wished_no_messages_is_told_how_to_have_them_again(tmp_path: Path) -> None:
    async with two_doors(tmp_path) as doors:
        await doors.says(doors.an, ZALO, "dừng nhắn tin", "")
        await doors.says(doors.an, ZALO, "nhắn ở đây", "gõ: nhắn lại")
        await doors.pool.first.strikes(THURSDAY)
        assert await doors.heard(doors.an, REMINDER) == {ZALO: 0, TELEGRAM: 0}
