"""The doors' way to the journal, and what it tells of the database."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.base import Channel
from bot.inbound import Inbound
from bot.journaling import JournalUnavailable, journaled, parsed
from bot.trouble import DatabaseTrouble
from storage.journal import Event


class Keeping:
    """One for a process: what is brought to us and what we ask for goes through here."""

    def __init__(self, inbound: Inbound, trouble: DatabaseTrouble) -> None:
        self._inbound, self._trouble = inbound, trouble

    async def take(self, channel: Channel, raw: Sequence[bytes]) -> None:
        """Keep raw events of one account; returns when they are durable. Raises JournalUnavailable."""
        if raw:
            await self.keep(channel, [journaled(channel, body, parsed(body)) for body in raw])

    async def keep(self, channel: Channel, events: list[Event]) -> None:
        """Keep events that were read already; returns when they are durable. Raises JournalUnavailable."""
        try:
            await self._inbound.keep(channel, events)
        except JournalUnavailable as error:
            self._trouble.failed(error)
            self._trouble.refused += len(events)
            raise
        shelter = self._inbound.journal.shelter
        if shelter is None or not shelter.in_use:  # what is durable in the spool tells nothing good of the database
            self._trouble.worked()
