"""Teams of places: a village's own, a commune's own, and clubs. Every answer is as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import names
from storage.finding import Place
from storage.places import COMMUNE_KINDS
from storage.schema import holds, new_id
from storage.somewhere import Somewhere
from storage.units import teams

_OWN_TEAM = {"village": "village"} | dict.fromkeys(COMMUNE_KINDS, "commune")
_MANY = 1000
"""Few places are asked for by id; of more the teams are picked from all."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a place: "village", "commune" or "club". Only clubs have a name of their own."""

    id: int
    unit_id: int
    kind: str
    name: str = ""


_day: Any = bindparam("b_day", type_=Date)
_teams = Somewhere(
    select(teams.c.id, teams.c.unit_id, teams.c.kind, teams.c.name).where(holds(teams, _day)), teams.c.unit_id
)


async def teams_of(connection: AsyncConnection, unit_ids: Sequence[int], day: date) -> tuple[Team, ...]:
    """The teams of these places on a day, clubs by name."""
    wanted = frozenset(unit_ids)
    few = sorted(wanted) if len(wanted) <= _MANY else None
    rows = await _teams.rows(connection, few, b_day=day)
    found = [Team(row.id, row.unit_id, row.kind, row.name) for row in rows if row.unit_id in wanted]
    return tuple(sorted(found, key=lambda team: (team.unit_id, team.kind, names.natural(team.name))))


async def ensure_team(connection: AsyncConnection, place: Place, day: date) -> int | None:
    """The id of the place's own team, made if there is none yet; None for a place that has no team (the site)."""
    kind = _OWN_TEAM.get(place.kind)
    if kind is None:
        return None
    for team in await teams_of(connection, [place.id], day):
        if team.kind == kind:
            return team.id
    team_id = new_id()
    await connection.execute(
        insert(teams), {"id": team_id, "unit_id": place.id, "kind": kind, "name": "", "valid_from": day}
    )
    return team_id
