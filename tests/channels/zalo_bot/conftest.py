"""A pretend Zalo, and a channel that talks to it without patience."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.channels.patience import Patience
from bot.channels.zalo_bot.channel import ZaloBotChannel
from tests.fakes.zalo_bot import FakeZaloBot, Rules

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""Monday afternoon, half past four, in Văn Chấn."""

POLL_GAP = 0.02


@pytest.fixture
async def server() -> AsyncIterator[FakeZaloBot]:
    async with FakeZaloBot(Rules(poll_gap=POLL_GAP)) as fake:
        fake.person("an", "Lò Thị An")
        fake.group("zgr-1")
        yield fake


@pytest.fixture
async def channel(server: FakeZaloBot) -> AsyncIterator[ZaloBotChannel]:
    zalo = channel_to(server)
    await zalo.open()
    yield zalo
    await zalo.close()


def channel_to(
    server: FakeZaloBot, url: str = "", remembered: str = "", pause: float = 1.5 * POLL_GAP
) -> ZaloBotChannel:
    """A channel that gives up after a second and asks again at once."""
    return ZaloBotChannel(
        "tule1",
        7,
        server.token,
        url or server.url,
        remembered=remembered,
        now=lambda: NOW,
        patience=Patience("zalo-bot", "tule1", first=0.01, longest=0.05),
        answer_within=1.0,
        poll_wait=1,
        poll_pause=pause,
        picture_hosts=("zdn.vn", server.url),
    )
