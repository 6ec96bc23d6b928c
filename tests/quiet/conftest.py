"""A town with a clock, and a post office that keeps the rules of sending."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

import bot.delivery
from bot.delivery import Sender
from bot.holding import Holding
from tests.clock.clockwork import Clockwork
from tests.delivery.conftest import LIMITS, Post, Wire
from tests.town import Town


class Mindful(Post):
    """One that asks before it sends."""

    def _sender(self) -> Sender:
        return Sender(
            self.wire,
            self.town.database,
            self.town.clock,
            self.recorder,
            self.nursery,
            self._on_lost,
            holding=Holding(self.town.database, lambda: self.town.around),
        )


@pytest.fixture
def clock(town: Town) -> Clockwork:
    return Clockwork(town)


@pytest.fixture
async def post(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mindful]:
    monkeypatch.setattr(bot.delivery, "PAUSE", 0.01)
    office = Mindful(town, Wire(town.channel.account_id, LIMITS))
    await office.start()
    yield office
    await office.nursery.close()
    assert not office.nursery.broken.is_set(), "a task of delivery died"
