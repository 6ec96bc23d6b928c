"""Meeting the vendors: a webhook where they can reach us, polling where they cannot; tried for as long as it takes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence

from bot.accounts import webhook_secret
from bot.channels.base import Channel, Meets, SendFailed, Why
from bot.channels.webchat import WebChat
from bot.secrets import Vault
from bot.settings import Settings
from storage import accounts
from storage.engine import Database

log = logging.getLogger(__name__)

TakeFrom = Callable[[Channel, Sequence[bytes]], Awaitable[None]]
MEET_AGAIN = 60.0
"""Seconds between two tries at most, while a vendor does not answer."""


class Connecting:
    """Connects the accounts of a process. No vendor's silence gates the start of anything else."""

    def __init__(self, settings: Settings, vault: Vault, database: Database, take: TakeFrom) -> None:
        """`take` keeps what a vendor answered, and returns when it is durable."""
        self._settings, self._vault, self._database, self._take = settings, vault, database, take
        self.unreached: dict[str, str] = {}
        """Accounts whose vendor has not answered since the start, and why."""
        self.refused: set[int] = set()
        """Ids of those among them whose token the vendor refuses."""

    async def connect(self, channel: Channel) -> None:
        """Point the vendor at us (webhook), or ask it for events for ever (polling)."""
        await self._reach(channel, self._meet_and_register)
        if not self._settings.public_base_url:
            await channel.poll(lambda raw: self._take(channel, raw))

    async def meet(self, channel: Channel) -> None:
        """Only ask for the account's name: another process may be the one that events are brought to or asked by."""
        await self._reach(channel, self._meet)

    async def _reach(self, channel: Channel, ask: Callable[[Channel], Awaitable[None]]) -> None:
        for wait in _growing(MEET_AGAIN):
            try:
                await ask(channel)
                break
            except Exception as error:  # the vendor, or the database for a moment
                if self.unreached.get(channel.account) != str(error):
                    log.warning("account %s cannot be reached (%s); trying again", channel.account, error)
                self.unreached[channel.account] = str(error)
                if isinstance(error, SendFailed) and error.why is Why.UNAUTHORISED:
                    self.refused.add(channel.account_id)
                await asyncio.sleep(wait)
        self.unreached.pop(channel.account, None)
        self.refused.discard(channel.account_id)

    async def _meet(self, channel: Channel) -> None:
        if isinstance(channel, Meets):
            name = await channel.meet()
            async with self._database.write() as connection:
                await accounts.met(connection, channel.account_id, name)

    async def _meet_and_register(self, channel: Channel) -> None:
        await self._meet(channel)
        await self._register(channel)

    async def _register(self, channel: Channel) -> None:
        """Tell the vendor where our webhook is, if that is news. Asking for events takes the webhook away, so with
        polling the note of it goes too."""
        if isinstance(channel, WebChat):
            return
        url = secret = ""
        if self._settings.public_base_url:
            url = f"{self._settings.public_base_url}/webhook/{channel.name}/{channel.account}"
            secret = webhook_secret(self._vault, channel.name, channel.account_id)
        async with self._database.read() as connection:
            known = next(one for one in await accounts.every(connection) if one.id == channel.account_id)
        if (known.webhook_url, known.webhook_secret) == (url, secret):
            return
        if url:
            await channel.register(url, secret)
            log.info("account %s: webhook registered", channel.account)
        async with self._database.write() as connection:
            await accounts.registered(connection, channel.account_id, url, secret)


def _growing(longest: float) -> Iterator[float]:
    """Seconds to wait after each failure in a row."""
    wait = 1.0
    while True:
        yield min(wait, longest)
        wait *= 2
