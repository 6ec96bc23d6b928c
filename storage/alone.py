"""What one process at a time may do: rare things that read first and write then, such as a start."""

from __future__ import annotations

import zlib

from sqlalchemy import func, select

from storage.engine import Connection


async def alone(connection: Connection, what: str) -> None:
    """Wait until no other process does this, and keep it from it until the transaction ends. On SQLite a writing
    transaction is alone anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(zlib.crc32(f"tocds {what}".encode()))))
