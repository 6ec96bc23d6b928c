"""What delivery must know of whom something unprompted is owed to, before it goes: read for many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, select

from storage.addresses import group_bindings
from storage.among import among
from storage.engine import Connection
from storage.outbox import owed
from storage.pauses import in_force
from storage.people import leaves, memberships, persons
from storage.schema import holds
from storage.units import unit_versions


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one thing owed: its kind, and what may stand against it going to its hearer now."""

    kind: str
    stopped: bool = False
    away_until: date | None = None
    paused_until: datetime | None = None


async def facts_of(connection: Connection, owed_ids: Sequence[int], now: datetime, today: date) -> dict[int, Facts]:
    """The facts of things owed, by their id."""
    if not owed_ids:
        return {}
    paused = await _paused(connection, now, today)
    rows = (await connection.execute(_about, {"b_ids": owed_ids, "b_today": today})).all()
    places = await _places(connection, rows, today) if paused else {}
    return {
        one: Facts(kind, stopped_at is not None, away, _until((person_id, address_id), places, paused))
        for one, kind, person_id, address_id, stopped_at, away in rows
    }


_today: Any = bindparam("b_today", type_=Date)
_away = (
    select(func.max(leaves.c.last_day))
    .where(leaves.c.person_id == owed.c.person_id, leaves.c.first_day <= _today, leaves.c.last_day >= _today)
    .scalar_subquery()
)
_about = (
    select(owed.c.id, owed.c.kind, owed.c.person_id, owed.c.address_id, persons.c.stopped_at, _away)
    .outerjoin(persons, persons.c.id == owed.c.person_id)
    .where(among(owed.c.id, "b_ids"))
)


async def _paused(connection: Connection, now: datetime, today: date) -> dict[int, datetime]:
    """Every place that is paused, by its own pause or one above it: until when."""
    named = await in_force(connection, now)
    if not named:
        return {}
    rows = await connection.execute(
        select(unit_versions.c.unit_id, unit_versions.c.parent_id).where(holds(unit_versions, today))
    )
    below: dict[int, list[int]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row.unit_id)
    found: dict[int, datetime] = {}
    ahead = [(unit, pause.ends_at) for unit, pause in named.items()]
    while ahead:
        unit, until = ahead.pop()
        if unit not in found or found[unit] < until:
            found[unit] = until
            ahead += [(one, until) for one in below.get(unit, ())]
    return found


async def _places(connection: Connection, rows: Iterable[Any], today: date) -> dict[Any, set[int]]:
    """Where the hearers belong: people by ("person", id), groups by ("address", id)."""
    people = {row.person_id for row in rows if row.person_id is not None}
    groups = {row.address_id for row in rows if row.person_id is None}
    found: dict[Any, set[int]] = {}
    for row in await connection.execute(
        select(memberships.c.person_id, memberships.c.unit_id).where(
            among(memberships.c.person_id, "b_people"), holds(memberships, today)
        ),
        {"b_people": people},
    ):
        found.setdefault(("person", row.person_id), set()).add(row.unit_id)
    for row in await connection.execute(
        select(group_bindings.c.address_id, group_bindings.c.unit_id).where(
            and_(among(group_bindings.c.address_id, "b_groups"), group_bindings.c.ended_at.is_(None))
        ),
        {"b_groups": groups},
    ):
        found.setdefault(("address", row.address_id), set()).add(row.unit_id)
    return found


def _until(
    hearer: tuple[int | None, int], places: Mapping[Any, set[int]], paused: Mapping[int, datetime]
) -> datetime | None:
    """Somebody who serves at several places is held only where all of them are paused."""
    person_id, address_id = hearer
    units = places.get(("address", address_id) if person_id is None else ("person", person_id), set())
    ends = [paused.get(unit) for unit in units]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None
