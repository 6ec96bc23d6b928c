"""A PostgreSQL for figures: durable, and set as for a small server of a real site.

async with serving(folder) as server:
    url = await server.create("bench")
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests import postgres

SETTINGS = (
    "listen_addresses=",
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=1GB",
    "effective_cache_size=4GB",
    "work_mem=32MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "random_page_cost=1.1",
    "max_connections=50",
)


class Server(postgres.Server):
    """A server on a Unix socket in `folder`; the data is kept when it stops."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = SETTINGS) -> None:
        super().__init__(folder, settings, newest=True)

    async def create(self, name: str, template: str = "template0") -> str:
        """A new database, in the place of one of that name; returns its URL."""
        await self.drop(name)
        return await super().create(name, template)

    async def exists(self, name: str) -> bool:
        connection = await self.connect()
        try:
            return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    """A server from here to the end of the block."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
