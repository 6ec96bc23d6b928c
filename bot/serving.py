"""What one process does for an account, and the others do not: sending, asking for events, registering the webhook."""

from __future__ import annotations

import asyncio
import logging

from bot.channels.base import Channel
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.leasing import Lease
from bot.nursery import Nursery
from bot.permit import permit

log = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds between tries to take over, while the database is away."""


class Serving:
    """Of one account. Waits for its lease, works while it has it, steps back when another has it, and waits again."""

    def __init__(
        self, lease: Lease, channel: Channel, sender: Sender, connecting: Connecting, nursery: Nursery
    ) -> None:
        self._lease, self._channel, self._sender = lease, channel, sender
        self._connecting, self._nursery = connecting, nursery

    async def run(self) -> None:
        while True:
            await self._lease.taken()
            serving = self._nursery.start(self._serve(), f"serve {self._channel.account}")
            await self._lease.kept()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await self._sender.step_back()

    async def _serve(self) -> None:
        permit.set(self._lease.may_write)  # for asking for events too: two who ask split them
        while not await self._took_over():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(AGAIN)
        await self._connecting.connect(self._channel)

    async def _took_over(self) -> bool:
        try:
            await self._sender.take_over()
        except Exception as error:
            log.error("account %s: what was left cannot be taken over: %s", self._channel.account, type(error).__name__)
            return False
        return True
