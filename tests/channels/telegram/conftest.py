"""A pretend Telegram, and a channel that talks to it without patience."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.patience import Patience
from bot.channels.telegram.channel import TelegramChannel
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        fake.person(1001, "An")
        fake.group(-4001, kind="group")
        yield fake


@pytest.fixture
async def channel(server: FakeTelegram) -> AsyncIterator[TelegramChannel]:
    telegram = channel_to(server)
    await telegram.open()
    yield telegram
    await telegram.close()


def channel_to(server: FakeTelegram, url: str = "") -> TelegramChannel:
    """A channel that gives up after a second and asks again at once."""
    return TelegramChannel(
        "telegram",
        7,
        server.token,
        url or server.url,
        patience=Patience("telegram", "telegram", first=0.01, longest=0.05),
        answer_within=1.0,
        poll_wait=1,
    )
