"""What a sender writes down: what it takes in hand, and what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.recorder import Recorder
from storage.writing import Write

log = logging.getLogger(__name__)

RECORD_AGAIN = 1.0
"""Seconds between tries to record what was sent, while the database is away."""


class Books:
    """The books of one account. Many senders share one recorder, which groups what they write."""

    def __init__(self, recorder: Recorder, account: str) -> None:
        self._recorder, self._account = recorder, account

    async def note(self, writes: Sequence[Write]) -> None:
        """Write down; raises what the commit raised."""
        if writes:
            await self._recorder.write(writes)

    async def keep(self, writes: Sequence[Write]) -> None:
        """Write down what became of a message, for as long as it takes: it cannot be made undone."""
        told = False
        while writes:
            try:
                await self.note(writes)
                return
            except Exception as error:
                if not told:
                    log.error("account %s: what was sent cannot be recorded: %s", self._account, error)
                told = True
                await asyncio.sleep(RECORD_AGAIN)
