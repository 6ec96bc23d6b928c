"""Zalo's postman: signed events to one address, two seconds for an answer, a ladder of repetitions, then silence."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import suppress
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.fakes.zalo_oa_oauth import APP_ID, APP_SECRET
from tests.fakes.zalo_oa_town import Event, Town, raw

OA_SECRET_KEY = "oa-Secret-Key-that-must-never-be-seen"
LADDER = (30, 300, 900, 1800, 3600)
"""Seconds after which an event that nobody took comes again."""


class Postman:
    """Delivers a town's events from now on. `answers`: (event name, num_retry, status); 0 where none came in time.
    `disabled`: an event went through the whole ladder, and nothing is delivered any more."""

    def __init__(self, town: Town, url: str) -> None:
        self._town, self._url = town, url
        self._from = len(town.events)
        self._ways: set[asyncio.Future[None]] = set()
        self.answers: list[tuple[str, int, int]] = []
        self.disabled = False
        self._round = asyncio.ensure_future(self._walk())

    async def deliver(self, event: Event) -> None:
        """Bring one event (once more), as often as the ladder has steps."""
        body = raw(event)
        async with ClientSession(timeout=ClientTimeout(total=self._town.switches.deadline)) as session:
            for retry, wait in enumerate((*LADDER, 0.0)):
                headers = sign(self._town, event, body) | ({"num_retry": str(retry)} if retry else {})
                status = 0
                with suppress(ClientError, TimeoutError):
                    async with session.post(self._url, data=body, headers=headers) as response:
                        status = response.status
                self.answers.append((event.get("event_name", ""), retry, status))
                self._town.wake()
                if status == 200:
                    return
                await asyncio.sleep(wait * self._town.switches.retry_scale)
        self.disabled = True
        self._town.wake()

    async def stop(self) -> None:
        """Deliver nothing more."""
        self._round.cancel()
        for way in self._ways:
            way.cancel()
        await asyncio.gather(self._round, *self._ways, return_exceptions=True)

    async def _walk(self) -> None:
        while not self.disabled:
            await self._town.wait_for(lambda: len(self._town.events) > self._from or self.disabled, None)
            while self._from < len(self._town.events) and not self.disabled:
                way = asyncio.ensure_future(self.deliver(self._town.events[self._from]))
                self._ways.add(way)
                way.add_done_callback(self._ways.discard)
                self._from += 1


def sign(town: Town, event: dict[str, Any], body: bytes) -> dict[str, str]:
    """The headers of a signed event."""
    switches = town.switches
    key = OA_SECRET_KEY if switches.signed_with == "oa" else APP_SECRET
    first, stamp = switches.signed_first or APP_ID, str(event.get("timestamp", ""))
    digest = hashlib.sha256(first.encode() + body + stamp.encode() + key.encode()).hexdigest()
    shown = f"mac={digest}" if switches.mac_prefix else digest
    return {"X-ZEvent-Signature": shown, "Content-Type": "application/json"}
