"""What a sender writes down: what it takes in hand, and what became of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from bot.leasing import Lease
from bot.recorder import Recorder
from storage.writing import Write

log = logging.getLogger(__name__)

RECORD_AGAIN = 1.0
"""Seconds between tries to record what was sent, while the database is away."""


class Books:
    """The books of one account. Many senders share one recorder, which groups what they write."""

    def __init__(self, recorder: Recorder, account: str, lease: Lease | None = None) -> None:
        self._recorder, self._account, self._lease = recorder, account, lease

    async def overtaken(self) -> bool:
        """Whether another process has taken the account over, so that nothing of ours is recorded any more."""
        return self._lease is not None and await self._lease.is_lost()

    def fence(self) -> Sequence[Write]:
        """What goes with everything recorded: nothing of it is kept once another process sends for the account."""
        return self._lease.fence() if self._lease else ()

    async def note(self, writes: Sequence[Write]) -> None:
        """Write down; raises what the commit raised."""
        if writes:
            await self._recorder.write([*self.fence(), *writes])

    async def keep(self, writes: Sequence[Write]) -> bool:
        """Write down what became of a message, for as long as it takes: it cannot be made undone. False where another
        process has taken the account over: what was under way is on its books, as perhaps sent twice."""
        told = False
        while writes:
            try:
                await self.note(writes)
                return True
            except Exception as error:
                if await self.overtaken():
                    log.info("account %s: an answer came after another process had taken over", self._account)
                    return False
                if not told:
                    log.error("account %s: what was sent cannot be recorded: %s", self._account, error)
                told = True
                await asyncio.sleep(RECORD_AGAIN)
        return True
