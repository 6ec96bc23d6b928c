"""Which communes there were at a moment: those a firing that came too late is written off for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from storage.engine import Connection
from storage.places import COMMUNE_KINDS
from storage.schema import holds
from storage.units import unit_versions, units


async def standing_at(connection: Connection, day: date, moment: datetime) -> tuple[int, ...]:
    """Communes that hold on a day and were known before a moment."""
    rows = await connection.execute(
        select(unit_versions.c.unit_id)
        .join(units, units.c.id == unit_versions.c.unit_id)
        .where(unit_versions.c.kind.in_(COMMUNE_KINDS), holds(unit_versions, day), units.c.created_at <= moment)
    )
    return tuple(sorted(row.unit_id for row in rows))
