"""Asking for updates for ever, moving on only when they are safe in the journal."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import Take
from bot.channels.patience import Patience
from bot.channels.telegram.client import Client
from bot.channels.telegram.fields import number
from bot.channels.telegram.incoming import ALLOWED_UPDATES
from bot.channels.telegram.refusals import explain
from bot.channels.telegram.transport import Refused

log = logging.getLogger(__name__)

CONFLICT = 409
NUMBERING_LASTS = timedelta(days=6)
"""After a week without updates Telegram numbers them from a random place, so an old offset could hide the new ones."""

BREATH = 0.3
"""Seconds between questions to a server that answers "nothing new" at once instead of keeping the question open."""

Prepare = Callable[[], Awaitable[None]]
"""What has to go well once before the first question (and again after a conflict)."""


class Polling:
    """The offset of one account and the loop around it."""

    def __init__(self, client: Client, patience: Patience, now: Callable[[], datetime], wait: int) -> None:
        self._client = client
        self._patience = patience
        self._now = now
        self._wait = wait
        self._offset = 0
        self._heard = now()
        self._prepared = False

    async def run(self, take: Take, prepare: Prepare) -> None:
        """Never returns and never gives up: trouble of the vendor or of the journal is waited out."""
        while True:
            wait = await self._step(take, prepare)
            if wait:
                await asyncio.sleep(wait)

    async def _step(self, take: Take, prepare: Prepare) -> float:
        """One question; returns the seconds to wait before the next."""
        asked = time.monotonic()
        try:
            if not self._prepared:
                await prepare()
                self._prepared = True
            updates = await self._client.updates(self._current_offset(), self._wait, ALLOWED_UPDATES)
        except Exception as trouble:  # an answer of an odd shape included: asking goes on
            return self._troubled(trouble)
        try:
            wait = await self._hand_over(updates, take)
        except Exception as trouble:  # whatever ails the journal: the updates stay with the vendor until it is well
            log.debug("The journal did not take a batch.", exc_info=True)
            return self._patience.lost(f"journal:{type(trouble).__name__}")
        if not updates and time.monotonic() - asked < BREATH:
            return BREATH
        return wait

    async def _hand_over(self, updates: list[Any], take: Take) -> float:
        known = [update for update in updates if number(update, "update_id") is not None]
        if updates and not known:
            return self._patience.lost("updates without ids")
        if known:
            await take([json.dumps(update).encode() for update in known])
            self._offset = max(update["update_id"] for update in known) + 1
            self._heard = self._now()
        self._patience.well()
        return 0.0

    def _current_offset(self) -> int:
        if self._now() - self._heard > NUMBERING_LASTS:
            self._offset, self._heard = 0, self._now()
        return self._offset

    def _troubled(self, trouble: Exception) -> float:
        status = trouble.answer.status if isinstance(trouble, Refused) else 0
        if status == CONFLICT:
            self._prepared = False  # somebody may have set a webhook meanwhile
        failed = explain(trouble)
        kind = f"{failed.why}:{status}" if status else str(failed.why)
        return self._patience.lost(kind, failed.retry_after)
