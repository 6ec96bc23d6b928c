"""Fetches the pictures that people sent: a turn does no I/O, and vendors' links expire."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping

from bot.channels.base import Channel, SendFailed
from bot.clock import Clock
from bot.recorder import Recorder
from handlers.messages import PictureRef
from storage import media
from storage.engine import Database

log = logging.getLogger(__name__)

TRIES = 5
LOOK_AROUND = 2.0


class Pictures:
    """One worker for all accounts; a picture that cannot be had is gone, with the reason."""

    def __init__(self, database: Database, channels: Mapping[int, Channel], clock: Clock, recorder: Recorder) -> None:
        self._database, self._channels, self._clock, self._recorder = database, channels, clock, recorder

    async def run(self) -> None:
        while True:
            if not await self.fetch_some():
                await asyncio.sleep(LOOK_AROUND)

    async def fetch_some(self) -> int:
        """Fetch a few wanted pictures; returns how many were looked at."""
        async with self._database.read() as connection:
            wanted = await media.wanted(connection, limit=4)
        for one in wanted:
            await self._fetch(one)
        return len(wanted)

    async def _fetch(self, one: media.Wanted) -> None:
        channel = self._channels.get(one.account_id)
        now = self._clock.now()
        if channel is None:
            await self._recorder.write([media.gone(one.id, "the account is not served any more", now)])
            return
        try:
            content, content_type = await channel.fetch(PictureRef(**json.loads(one.source)))
        except SendFailed as failed:
            last = not failed.retryable or one.attempts + 1 >= TRIES
            log.log(logging.WARNING if last else logging.INFO, "picture %d not fetched: %s", one.id, failed)
            await self._recorder.write(
                [media.gone(one.id, str(failed), now) if last else media.missed(one.id, str(failed))]
            )
            return
        await self._recorder.write(media.kept(one.id, content, content_type, now))
