"""The journal's door: raw events, many to one commit, acknowledged only when they are durable."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
import traceback
from pathlib import Path
from typing import Any

from bot.channels.base import Channel
from bot.clock import Clock
from storage import journal
from storage.engine import Database

log = logging.getLogger(__name__)

_POISONED = 2
"""So many requests may be at fault themselves; where more fail one by one, it is the database, and all are refused."""

_Waiting = tuple[list[journal.Event], asyncio.Future[None]]


class Journal:
    """Writes raw events, many to one commit; `append` returns when they are durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[_Waiting] = []
        self._something = asyncio.Event()
        self.written = asyncio.Event()
        self._last = time.monotonic()
        self.open = 0
        """Requests that wait for their commit."""

    @property
    def idle(self) -> float:
        """Seconds since the last request was answered; 0 while one waits."""
        return 0.0 if self.open else time.monotonic() - self._last

    async def append(self, events: list[journal.Event]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, done))
        self._something.set()
        self.open += 1
        try:
            await done
        finally:
            self.open -= 1
            self._last = time.monotonic()

    async def run(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            group, self._waiting = self._waiting, []
            if group:
                await self._keep(group)

    async def _keep(self, group: list[_Waiting]) -> None:
        """All together; where that fails each by itself, so that one event nobody can keep does not refuse others."""
        refusal = await self._write(group)
        refused = 0
        for one in group if refusal else ():
            if len(group) > 1 and refused < _POISONED:
                refusal = await self._write([one])
            if refusal:
                refused += 1
                _answer([one], refusal)

    async def _write(self, group: list[_Waiting]) -> JournalUnavailable | None:
        """Keep these and answer them; where that fails, the refusal that they have not been given yet."""
        try:
            await journal.append(self._database, [event for events, _ in group for event in events], self._clock.now())
        except Exception as error:
            log.error("journal: %d requests not written: %s", len(group), in_short(error))
            return JournalUnavailable(in_short(error))
        _answer(group, None)
        self.written.set()
        return None


class JournalUnavailable(Exception):
    """The database cannot be written: the vendor is told to come back (503), polling waits."""


def parsed(body: bytes) -> Any:
    """The JSON of a raw event; None where it is none (or nested deeper than anybody's payload)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def journaled(channel: Channel, body: bytes, payload: Any) -> journal.Event:
    """A raw event as the journal keeps it, by its parsed JSON; a shape we do not know is kept as ignored."""
    key = channel.identify(payload) if isinstance(payload, dict) else None
    if key is None:
        digest = hashlib.sha256(body).hexdigest()[:40]
        return journal.Event(channel.account_id, f"?{digest}", "?", body, "ignored", "unknown shape")
    return journal.Event(channel.account_id, key.event_id[:100], key.conversation[:210], body)


def _answer(group: list[_Waiting], refusal: Exception | None) -> None:
    for _, done in group:
        if done.done():
            continue  # whoever asked has gone
        if refusal is None:
            done.set_result(None)
        else:
            done.set_exception(refusal)


def in_short(error: Exception) -> str:
    """The kind of an error, its first line (what follows may quote what people wrote), and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "site-packages" not in one.filename]
    where = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}{where}"
