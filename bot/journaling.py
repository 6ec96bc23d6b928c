"""The journal's door: raw events, many to one commit, acknowledged only when they are durable."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.base import Channel
from bot.clock import Clock
from bot.shelter import Shelter
from storage import journal
from storage.engine import Database, is_away

log = logging.getLogger(__name__)

_POISONED = 2
"""So many requests may be at fault themselves; where more fail one by one, it is the database, and all are refused."""

PATIENCE = 1.0
"""Seconds that a commit may take where there is a shelter to go to instead."""
AT_MOST = 1.6
"""Seconds after which whoever waits is refused, whatever happens behind: a vendor gives an answer 2 s (zalo-official-
account.md §7). The event may be kept all the same, and is the same event when it comes again."""
_LOOK = 0.2
_QUOTING = re.compile(r": '")
"""From here on PostgreSQL's driver quotes a value."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Events that came together, and whoever waits until they are durable."""

    events: list[journal.Event]
    done: asyncio.Future[None]
    since: float


class Journal:
    """Writes raw events, many to one commit; `append` returns when they are durable."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: list[_Waiting] = []
        self._group: list[_Waiting] = []
        self._something = asyncio.Event()
        self.shelter: Shelter | None = None
        """Where events go while the database is away; None where there is no such place."""
        self.written = asyncio.Event()
        self._last = time.monotonic()
        self.open = 0
        """Requests that wait for their commit."""

    @property
    def idle(self) -> float:
        """Seconds since the last request was answered; 0 while one waits."""
        return 0.0 if self.open else time.monotonic() - self._last

    async def append(self, events: list[journal.Event]) -> None:
        """Raises JournalUnavailable, after `AT_MOST` seconds at the latest."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(events, done, time.monotonic()))
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
            self._group, self._waiting = self._waiting, []
            if self._group:
                await self._keep(self._group)

    async def watch(self) -> None:
        """Refuse whoever has waited too long. One look for all of them: a timer each would cost more than the event."""
        while True:
            await asyncio.sleep(_LOOK)
            late = time.monotonic() - AT_MOST
            if long := [one for one in (*self._group, *self._waiting) if one.since < late and not one.done.done()]:
                log.error("journal: %d requests waited too long for the database and were refused", len(long))
                _answer(long, JournalUnavailable("the database is slow"))

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
            await self._durable([event for one in group for event in one.events])
        except Exception as error:
            log.error("journal: requests are not written: %s", in_short(error))  # one complaint, however many they are
            return JournalUnavailable(in_short(error))
        _answer(group, None)
        self.written.set()
        return None

    async def _durable(self, events: list[journal.Event]) -> None:
        if self.shelter is None:
            await journal.append(self._database, events, self._clock.now())
        elif self.shelter.in_use:
            await self.shelter.keep(events)
        else:
            try:
                await asyncio.wait_for(journal.append(self._database, events, self._clock.now()), PATIENCE)
            except Exception as error:
                if not is_away(error):
                    raise
                await self.shelter.keep(events)


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
    for one in group:
        if one.done.done():
            continue  # whoever asked has gone
        if refusal is None:
            one.done.set_result(None)
        else:
            one.done.set_exception(refusal)


def in_short(error: Exception) -> str:
    """The kind of an error, its first line up to what may quote people's words, and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if "site-packages" not in one.filename]
    where = f" ({Path(ours[-1].filename).name}:{ours[-1].lineno})" if ours else ""
    said = _QUOTING.split(str(error).partition("\n")[0], maxsplit=1)[0]
    return f"{type(error).__name__}: {said}{where}"
