"""Asking for events for ever: one at a time, with a pause, and never for the next before this one is in the journal.

Some measurements saw an event once and then never again, others saw it come back with every question. So what came is
held here until the journal has it, and what comes back is known: here by a short memory, across restarts by the
journal, which keeps an event id once. Polling is for development; an event on its way while the process ends is lost
where the vendor gives each only once.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.channels.base import Take, Why
from bot.channels.patience import Patience
from bot.channels.zalo_bot.answers import Refused
from bot.channels.zalo_bot.client import Client
from bot.channels.zalo_bot.incoming import identify
from bot.channels.zalo_bot.refusals import explain

log = logging.getLogger(__name__)

WAIT = 30
"""Seconds that Zalo may keep a question open."""
PAUSE = 1.0
"""Seconds between two questions at least: faster ones are met by the gate's 429."""
REMEMBERED = 500
NOTHING_NEW = 408

Prepare = Callable[[], Awaitable[None]]
"""What has to go well once before the first question, and again after one was refused (a webhook may be set)."""


class Polling:
    """The questions of one account; two askers on one token would split its events, so a second one waits."""

    def __init__(
        self, client: Client, patience: Patience, now: Callable[[], datetime], wait: int = WAIT, pause: float = PAUSE
    ) -> None:
        self._client = client
        self._patience = patience
        self._now = now
        self._wait = wait
        self._pause = pause
        self._held: dict[str, bytes] = {}
        self._known: deque[str] = deque(maxlen=REMEMBERED)
        self._prepared = False
        self._only = asyncio.Lock()

    async def run(self, take: Take, prepare: Prepare) -> None:
        """Never returns and never gives up: trouble of the vendor or of the journal is waited out."""
        async with self._only:
            while True:
                wait = await self._step(take, prepare)
                await asyncio.sleep(wait)

    async def _step(self, take: Take, prepare: Prepare) -> float:
        """One question; returns the seconds to wait before the next."""
        if not self._held:
            try:
                await self._ask(prepare)
            except Exception as trouble:  # an answer of an odd shape included: asking goes on
                return self._troubled(trouble)
        try:
            if self._held:
                await take(list(self._held.values()))
        except Exception as trouble:  # whatever ails the journal: what came is held until it is well
            log.debug("The journal did not take an event.", exc_info=True)
            return self._patience.lost(f"journal:{type(trouble).__name__}")
        self._known.extend(self._held)
        self._held.clear()
        self._patience.well()
        return self._pause

    async def _ask(self, prepare: Prepare) -> None:
        if not self._prepared:
            await prepare()
            self._prepared = True
        try:
            # The documentation has the seconds as a string.
            result = await self._client.call(
                "getUpdates", {"timeout": str(self._wait)}, self._wait + self._client.patience
            )
        except Refused as refused:
            if refused.answer.code != NOTHING_NEW or refused.answer.page:
                raise
            return
        events = result if isinstance(result, list) else [result]
        fresh = {_key(event): json.dumps(event).encode() for event in events if isinstance(event, dict) and event}
        self._held = {key: event for key, event in fresh.items() if key not in self._known}

    def _troubled(self, trouble: Exception) -> float:
        code = trouble.answer.code if isinstance(trouble, Refused) else 0
        failed = explain(trouble, self._now())
        if failed.why is Why.MALFORMED:
            self._prepared = False  # somebody may have set a webhook meanwhile
        asked = self._pause if failed.why is Why.QUOTA else max(self._pause, failed.retry_after or 0.0)
        return self._patience.lost(f"{failed.why}:{code}" if code else str(failed.why), asked)


def _key(event: Any) -> str:
    known = identify(event)
    return known.event_id if known else hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
