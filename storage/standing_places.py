"""Which places there were at a moment: those a firing was due for."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from storage.engine import Connection
from storage.places import COMMUNE_KINDS
from storage.schema import holds
from storage.units import unit_versions, units


async def standing_at(connection: Connection, day: date, moment: datetime, *, whole_site: bool) -> frozenset[int]:
    """Communes (or the place above all others) that hold on a day and were known before a moment."""
    wanted = unit_versions.c.parent_id.is_(None) if whole_site else unit_versions.c.kind.in_(COMMUNE_KINDS)
    rows = await connection.execute(
        select(unit_versions.c.unit_id)
        .join(units, units.c.id == unit_versions.c.unit_id)
        .where(wanted, holds(unit_versions, day), units.c.created_at <= moment)
    )
    return frozenset(row.unit_id for row in rows)
