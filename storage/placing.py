"""Which commune something belongs to: the tree of a day as a table that statements join, for many communes at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, or_, select

from storage.places import COMMUNE_KINDS
from storage.schema import holds
from storage.units import teams, unit_versions


@dataclass(frozen=True, slots=True)
class Placing:
    """`place`: every place at or below a commune (unit_id, commune_id, kind, name). `home`: the teams of these places
    with their place's columns and (team_id, team_kind, team_name). `standing`: of the same teams only (team_id,
    unit_id, commune_id), in a form that is put together before it is joined to a million
    rows. `others` (team_id): the rest, teams that are no more or whose place is none of these."""

    place: Subquery
    home: Subquery
    standing: Subquery
    others: Select[Any]

    @property
    def unit_id(self) -> ColumnElement[int | None]:
        """The place of a joined row: where its team is on this day, else the place it names itself."""
        return self.of("unit_id")

    @property
    def commune_id(self) -> ColumnElement[int | None]:
        return self.of("commune_id")

    def of(self, column: str) -> ColumnElement[Any]:
        """A column of the place of a joined row."""
        return func.coalesce(self.home.c[column], self.place.c[column])

    def join(self, query: Select[Any], team_id: Any, unit_id: Any) -> Select[Any]:
        """The query with each row at its place; rows that belong to no commune of this day are left out."""
        return (
            query.outerjoin(self.home, self.home.c.team_id == team_id)
            .outerjoin(self.place, self.place.c.unit_id == unit_id)
            .where(self.commune_id.is_not(None))
        )


def placing(day: date) -> Placing:
    """The communes of a day, and the places right below them (there is no third floor: see `handlers.roster.placing`).
    Plain subqueries: PostgreSQL counts beside them with several workers, and beside a CTE with one."""
    versions = unit_versions.c
    own = versions.kind.in_(COMMUNE_KINDS)
    place = (
        select(
            versions.unit_id,
            case((own, versions.unit_id), else_=versions.parent_id).label("commune_id"),
            versions.kind,
            versions.name,
        )
        .where(holds(unit_versions, day), or_(own, versions.kind == "village"))
        .subquery("place")
    )
    home = (
        select(
            teams.c.id.label("team_id"),
            *place.c,
            teams.c.kind.label("team_kind"),
            teams.c.name.label("team_name"),
        )
        .join(place, place.c.unit_id == teams.c.unit_id)
        .where(holds(teams, day))
        .subquery("home")
    )
    grouped = (func.min(home.c[name]).label(name) for name in ("unit_id", "commune_id"))  # of one row each
    standing = select(home.c.team_id, *grouped).group_by(home.c.team_id).subquery("standing")
    others = (
        select(teams.c.id.label("team_id"))
        .outerjoin(home, home.c.team_id == teams.c.id)
        .where(home.c.team_id.is_(None))
    )
    return Placing(place, home, standing, others)
