"""What single places want otherwise than the default: whether villages are named, whom people may call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import new_id
from storage.units import unit_settings

_CHANGE = update(unit_settings).where(
    unit_settings.c.unit_id == bindparam("its_unit"), unit_settings.c.name == bindparam("its_name")
)


async def set_setting(connection: AsyncConnection, unit_id: int, name: str, value: Any, now: datetime) -> None:
    """Set or replace one setting of one place (any JSON value)."""
    row = {"its_unit": unit_id, "its_name": name, "value": value, "changed_at": now}
    changed = await connection.execute(_CHANGE, row)
    if not changed.rowcount:
        new = {"id": new_id(), "unit_id": unit_id, "name": name, "value": value, "changed_at": now}
        await connection.execute(insert(unit_settings), new)
