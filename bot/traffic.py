"""Messages in and out, counted a month and an account: for `channel list`, and for quotas."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from bot.clock import Clock
from bot.delivery import Sender
from bot.inbound import Inbound
from bot.journaling import in_short
from handlers.turn import Surroundings
from storage import accounts
from storage.engine import Database

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two counts: so much of it a crash can lose."""

_Figures = dict[int, tuple[int, int]]
"""Messages (in, out) by account."""


class Traffic:
    """Carries what came and went in this process to the accounts' months. One for a process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        around: Callable[[], Surroundings],
        inbound: Inbound,
        senders: Mapping[int, Sender],
    ) -> None:
        self._database, self._clock, self._around = database, clock, around
        self._inbound, self._senders = inbound, senders
        self._counted: _Figures = {}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.count()
            except Exception as error:  # the database is away: what is not counted now is counted next time
                log.debug("messages cannot be counted just now: %s", in_short(error))

    async def count(self) -> None:
        """Add what came and went since the last count."""
        now = {one: (self._inbound.came[one], sender.sent) for one, sender in self._senders.items()}
        grown = _since(self._counted, now)
        if not grown:
            return
        month = f"{self._clock.now().astimezone(self._around().zone):%Y-%m}"
        async with self._database.write() as connection:
            await accounts.count(connection, month, grown)
        self._counted = now


def _since(before: _Figures, now: _Figures) -> _Figures:
    """What was counted since, where there is any."""
    grown = {
        one: (came - before.get(one, (0, 0))[0], went - before.get(one, (0, 0))[1]) for one, (came, went) in now.items()
    }
    return {one: figures for one, figures in grown.items() if any(figures)}
