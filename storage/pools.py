"""Which accounts serve a place: those of its own, of the places above it, and those of no place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from storage import names, places
from storage.accounts import Account, every
from storage.engine import Connection


async def pool(connection: Connection, unit_id: int, day: date) -> list[Account]:
    """The accounts that work and serve a unit, the nearest first: its own, then its commune's, the site's, everybody's.

    Among equals by name, so that one bot fills up before the next is begun.
    """
    line = await lineage(connection, unit_id, day)
    near = {unit: distance for distance, unit in enumerate(line)}
    serving = [one for one in await every(connection) if one.works and (one.unit_id is None or one.unit_id in near)]
    return sorted(serving, key=lambda one: (near.get(one.unit_id or 0, len(line)), names.natural(one.name)))


async def lineage(connection: Connection, unit_id: int, day: date) -> Sequence[int]:
    """A unit and the places above it, from the small to the large."""
    line = [unit_id]
    while (place := await places.by_id(connection, line[-1], day)) and place.parent_id and place.parent_id not in line:
        line.append(place.parent_id)
    return line
