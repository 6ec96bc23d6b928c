"""What the demo reads of the roster to give its simulated people a life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from storage.engine import Connection
from storage.people import memberships, person_details
from storage.schema import holds
from storage.units import unit_versions


@dataclass(frozen=True, slots=True)
class Rostered:
    """Somebody on the roster, with one place where they serve."""

    person_id: int
    name: str
    phone: str | None
    unit_id: int
    unit_name: str
    unit_kind: str
    commune_id: int
    commune_name: str
    team_id: int | None
    role: str


async def rostered(connection: Connection, day: date) -> list[Rostered]:
    """Everybody who serves somewhere on a day, one row a membership, in the order of the roster."""
    place, above = unit_versions.alias("place"), unit_versions.alias("above")
    rows = await connection.execute(
        select(
            memberships.c.person_id,
            person_details.c.name,
            person_details.c.phone,
            memberships.c.unit_id,
            place.c.name.label("unit_name"),
            place.c.kind.label("unit_kind"),
            place.c.parent_id,
            above.c.name.label("parent_name"),
            memberships.c.team_id,
            memberships.c.role,
        )
        .join(person_details, person_details.c.person_id == memberships.c.person_id)
        .join(place, and_(place.c.unit_id == memberships.c.unit_id, holds(place, day)))
        .outerjoin(above, and_(above.c.unit_id == place.c.parent_id, holds(above, day)))
        .where(holds(memberships, day))
        .order_by(memberships.c.id)
    )
    return [
        Rostered(
            row.person_id,
            row.name,
            row.phone,
            row.unit_id,
            row.unit_name,
            row.unit_kind,
            row.parent_id if row.unit_kind == "village" else row.unit_id,
            row.parent_name if row.unit_kind == "village" else row.unit_name,
            row.team_id,
            row.role,
        )
        for row in rows
    ]
