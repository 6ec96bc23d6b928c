"""Fetches the pictures that people sent: a turn does no I/O, and vendors' links expire."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping

from bot.channels.base import Channel, SendFailed
from bot.clock import Clock
from bot.journaling import in_short
from bot.recorder import Recorder
from handlers.messages import PictureRef
from storage import media
from storage.engine import Database

log = logging.getLogger(__name__)

TRIES = 20
"""With waits that grow, hours of a vendor's trouble."""
LOOK_AROUND = 2.0
LONGEST_WAIT = 600.0
"""Seconds; a vendor in trouble is asked ever more seldom."""


class Pictures:
    """One worker for all accounts; a picture that cannot be had is gone, with the reason."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        clock: Clock,
        recorder: Recorder,
        holds: Callable[[int], bool] = lambda _account_id: True,
    ) -> None:
        """`holds`: whether this process is the one that works for an account."""
        self._holds = holds
        self._database, self._channels, self._clock, self._recorder = database, channels, clock, recorder
        self._troubles = 0
        """Failures in a row that were not a picture's own fault."""

    async def run(self) -> None:
        while True:
            try:
                looked = await self.fetch_some()
            except Exception as error:  # the database is away, or a channel broke its word: the others go on
                log.error("pictures cannot be fetched just now: %s", in_short(error))
                self._troubles, looked = self._troubles + 1, 1
            if not looked or self._troubles:
                await asyncio.sleep(min(LONGEST_WAIT, LOOK_AROUND * 2.0 ** min(self._troubles, 10)))

    async def fetch_some(self) -> int:
        """Fetch a few wanted pictures; returns how many were looked at."""
        async with self._database.read() as connection:
            wanted = await media.wanted(connection, limit=4, of=[one for one in self._channels if self._holds(one)])
        for one in wanted:
            await self._fetch(one)
        return len(wanted)

    async def _fetch(self, one: media.Wanted) -> None:
        channel = self._channels.get(one.account_id)
        now = self._clock.now()
        if channel is None:
            await self._recorder.write([media.given_up(one.id, "the account is not served any more", now)])
            return
        try:
            content, content_type = await channel.fetch(PictureRef(**json.loads(one.source)))
        except SendFailed as failed:
            self._troubles = self._troubles + 1 if failed.retryable else 0
            last = not failed.retryable or one.attempts + 1 >= TRIES
            log.log(logging.WARNING if last else logging.INFO, "picture %d not fetched: %s", one.id, failed)
            await self._recorder.write(
                [media.given_up(one.id, str(failed), now) if last else media.missed(one.id, str(failed))]
            )
            return
        self._troubles = 0
        await self._recorder.write(media.kept(one.id, content, content_type, now))
