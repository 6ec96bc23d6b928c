"""What the commands need, from this machine: its settings, its database, its clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from bot import pools
from bot.cli.needs import Needs
from bot.clock import SystemClock
from bot.pools import Offer
from bot.preparing import prepare
from bot.secrets import vault
from bot.settings import Settings, load
from storage.engine import Database

_CLOCK = SystemClock()


@cache
def settings() -> Settings:
    """The settings, read when a command first needs them. Raises SettingsError."""
    return load()


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    """The database that the settings name, brought to the newest schema on SQLite, closed at the end."""
    opened = Database(settings().database)
    try:
        await prepare(opened, _CLOCK.now())
        yield opened
    finally:
        await opened.close()


def links(code: str, wanted: int) -> Offer:
    """Links for an invite code to accounts with room for so many."""
    return asyncio.run(_links(code, wanted))


async def _links(code: str, wanted: int) -> Offer:
    given = settings()
    keys = vault(given.secret_key.get_secret_value(), given.data_dir)
    async with database() as opened:
        return await pools.offer(given, keys, opened, _CLOCK, code, wanted)


def needs_of_the_machine() -> Needs:
    return Needs(settings, database, _CLOCK.now, links)
