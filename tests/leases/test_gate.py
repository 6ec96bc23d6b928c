"""The last look before a request leaves, at every messenger: what is held back has not arrived, for sure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Channel, Part, SendFailed
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.permit import permit
from storage import accounts
from tests.channels.zalo_oa.conftest import channel_to
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import APP_ID, FakeZaloOa
from tests.town import fresh_database


@dataclass
class Wire:
    channel: Channel
    chat: str
    arrived: Callable[[], list[Any]]


@asynccontextmanager
async def telegram(_folder: Path) -> AsyncIterator[Wire]:
    async with FakeTelegram() as vendor:
        vendor.person(1001)
        yield Wire(TelegramChannel("telegram", 1, vendor.token, vendor.url), "1001", lambda: vendor.sent)


@asynccontextmanager
async def zalo_bot(_folder: Path) -> AsyncIterator[Wire]:
    async with FakeZaloBot() as vendor:
        vendor.person("an")
        yield Wire(ZaloBotChannel("bot", 1, vendor.token, vendor.url), "an", lambda: vendor.sent)


@asynccontextmanager
async def zalo_oa(folder: Path) -> AsyncIterator[Wire]:
    async with AsyncExitStack() as stack:
        vendor = await stack.enter_async_context(FakeZaloOa())
        database = await fresh_database(folder)
        stack.push_async_callback(database.close)
        async with database.write() as connection:
            await accounts.seed(connection, [accounts.Seed("zalo-oa", APP_ID, "oa", None)], vendor.clock.now())
        async with database.read() as connection:
            (account,) = await accounts.every(connection)
        channel = channel_to(vendor, database, account.id)
        await channel.open()
        await channel.tokens.give(vendor.oauth.refresh)
        await channel.tokens.current()
        yield Wire(channel, vendor.person("An"), lambda: vendor.sent)


@pytest.mark.parametrize("vendor", [telegram, zalo_bot, zalo_oa], ids=lambda one: one.__name__)
async def test_what_may_not_be_written_any_more_does_not_leave(vendor: Any, tmp_path: Path) -> None:
    async with vendor(tmp_path) as wire:
        await wire.channel.open()
        part = Part(wire.chat, False, "chào bác")
        token = permit.set(lambda: False)
        try:
            with pytest.raises(SendFailed) as failed:
                await wire.channel.send(part)
            assert (failed.value.retryable, failed.value.maybe_sent) == (True, False)
            assert wire.arrived() == []
        finally:
            permit.reset(token)
        await wire.channel.close()
