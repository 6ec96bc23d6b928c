"""Whatever comes to a webhook: never an error of ours, nothing fails in a turn, no traceback in the log."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.channels.base import Channel
from storage.journal import journal
from tests.channels.zalo_bot import payloads as zalo_bot
from tests.fakes.zalo_oa import APP_ID, OA_SECRET_KEY
from tests.machine.effort import effort
from tests.machine.payloads import BYTES, LARGE, SAMPLES, as_new, broken, encoded
from tests.zalo.conftest import unhurried
from tests.zalo.doors import Home, TelegramDoor, ZaloBotDoor, ZaloOaDoor, house

__all__ = ["unhurried"]
ANSWERS = {200, 400, 401, 413}


@dataclass
class Doors:
    """The service with all three webhooks, and a vendor who knows the secrets."""

    home: Home
    session: ClientSession
    log: pytest.LogCaptureFixture

    def channel(self, name: str) -> Channel:
        return next(one for one in self.home.app.channels.values() if one.name == name)

    async def bring(self, name: str, body: bytes) -> int:
        """Post a body as the vendor would, and live what comes of it; returns the status."""
        url = f"{self.home.public}/webhook/{name}/{self.channel(name).account}"
        async with self.session.post(url, data=io.BytesIO(body), headers=self._headers(name, body)) as answer:
            status = answer.status
        await self.home.app.inbound.drain()
        return status

    def _headers(self, name: str, body: bytes) -> dict[str, str]:
        secret = getattr(self.channel(name), "secret", "")
        return {
            "telegram": lambda: {"X-Telegram-Bot-Api-Secret-Token": secret},
            "zalo-bot": lambda: {"X-Bot-Api-Secret-Token": secret},
            "zalo-oa": lambda: {"X-ZEvent-Signature": f"mac={_signature(body)}"},
        }[name]()

    async def failed(self) -> list[str]:
        async with self.home.app.database.read() as connection:
            asked = select(journal.c.reason).where((journal.c.state == "failed") | (journal.c.attempts > 0))
            return [str(reason) for reason in (await connection.execute(asked)).scalars()]

    async def all_is_well(self) -> None:
        """Nothing failed in a turn, and nothing was logged that somebody should look into."""
        assert await self.failed() == []
        said = [one for one in self.log.records if one.name != "bot.mishaps"]  # what our pretend vendors refused
        assert [one.getMessage() for one in said if one.levelno >= logging.ERROR or one.exc_info] == []


def _signature(body: bytes) -> str:
    try:
        stamp = json.loads(body).get("timestamp", "")
    except (ValueError, RecursionError, AttributeError):
        stamp = ""
    whole = APP_ID.encode() + body + str(stamp).encode("utf-8", "replace") + OA_SECRET_KEY.encode()
    return hashlib.sha256(whole).hexdigest()


@pytest.fixture
async def doors(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Doors]:
    async with (
        TelegramDoor() as door,
        ZaloBotDoor() as bot,
        ZaloOaDoor() as oa,
        ClientSession() as session,
        house(tmp_path, door, **bot.settings, **oa.settings) as home,
    ):
        doors = Doors(home, session, caplog)
        async with asyncio.timeout(8):
            while not all(getattr(doors.channel(name), "secret", "") for name in ("telegram", "zalo-bot")):
                await asyncio.sleep(0.01)
        caplog.clear()
        yield doors


@pytest.mark.parametrize("name", SAMPLES)
@effort(60)
@given(body=BYTES)
async def test_any_bytes_have_an_answer(doors: Doors, name: str, body: bytes) -> None:
    assert await doors.bring(name, body) in ANSWERS
    await doors.all_is_well()


@pytest.mark.parametrize("name", SAMPLES)
async def test_any_size_has_an_answer(doors: Doors, name: str) -> None:
    for body in LARGE.values():
        assert await doors.bring(name, body) in ANSWERS, body[:20]
    await doors.all_is_well()


@pytest.mark.parametrize("name", SAMPLES)
@effort(80)
@given(data=st.data())
async def test_a_wrong_value_anywhere_has_an_answer(doors: Doors, name: str, data: st.DataObject) -> None:
    payload = data.draw(broken(name))
    assert await doors.bring(name, encoded(as_new(payload))) in ANSWERS
    await doors.all_is_well()


@pytest.mark.parametrize("name", SAMPLES)
async def test_what_vendors_really_send_is_taken(doors: Doors, name: str) -> None:
    """So that the tests above bring events which are believed, and lived."""
    for payload in SAMPLES[name]:
        assert await doors.bring(name, encoded(as_new(payload))) == 200
    async with doors.home.app.database.read() as connection:
        states = set((await connection.execute(select(journal.c.state))).scalars())
    assert "done" in states
    await doors.all_is_well()


# Found by the tests above


async def test_a_chat_that_once_called_itself_a_group_is_answered_in_private(doors: Doors) -> None:
    as_group = zalo_bot.text("vneid 3", {**zalo_bot.PRIVATE, "chat_type": "GROUP"})
    for payload in (as_group, *[zalo_bot.text("vneid 3")] * 3):
        assert await doors.bring("zalo-bot", encoded(as_new(payload))) == 200
    await doors.all_is_well()
