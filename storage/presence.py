"""Who of a place has joined and who is away: why a village may be silent, and whether it may be named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, String, and_, bindparam, case, distinct, func, select

from storage.addresses import address_people
from storage.among import among
from storage.engine import Connection
from storage.people import leaves, memberships, persons
from storage.schema import holds
from storage.somewhere import Somewhere
from storage.units import unit_settings


@dataclass(frozen=True, slots=True)
class Present:
    """Enrolled people of one place, how many of them are on leave on a day, and when the first of them joined."""

    enrolled: int = 0
    on_leave: int = 0
    since: datetime | None = None

    @property
    def away(self) -> bool:
        return 0 < self.enrolled == self.on_leave


_as_of: Any = bindparam("b_as_of", type_=Date)
_away_on: Any = bindparam("b_away_on", type_=Date)
_away = and_(
    leaves.c.person_id == memberships.c.person_id, leaves.c.first_day <= _away_on, leaves.c.last_day >= _away_on
)
_present = Somewhere(
    select(
        memberships.c.unit_id,
        func.count(distinct(memberships.c.person_id)).label("enrolled"),
        func.count(distinct(case((leaves.c.id.is_not(None), memberships.c.person_id)))).label("on_leave"),
        func.min(address_people.c.linked_at).label("since"),
    )
    .join(address_people, address_people.c.person_id == memberships.c.person_id)
    .join(persons, persons.c.id == memberships.c.person_id)
    .outerjoin(leaves, _away)
    .where(holds(memberships, _as_of), persons.c.forgotten_at.is_(None))
    .group_by(memberships.c.unit_id),
    memberships.c.unit_id,
)


async def present(
    connection: Connection, as_of: date, away_on: date, units: Sequence[int] | None = None
) -> dict[int, Present]:
    """By place, from the memberships that hold `as_of` a day; a place where nobody has joined is not there."""
    rows = await _present.rows(connection, units, b_as_of=as_of, b_away_on=away_on)
    return {row.unit_id: Present(row.enrolled, row.on_leave, row.since) for row in rows}


_wishes = Somewhere(
    select(unit_settings.c.unit_id, unit_settings.c.name, unit_settings.c.value).where(
        among(unit_settings.c.name, "b_names", String)
    ),
    unit_settings.c.unit_id,
)


async def wishes(
    connection: Connection, *names: str, units: Sequence[int] | None = None
) -> dict[tuple[int, str], object]:
    """The settings of these names that any place (or one of these) has made: (place, name) -> value."""
    rows = await _wishes.rows(connection, units, b_names=names)
    return {(row.unit_id, row.name): row.value for row in rows}
