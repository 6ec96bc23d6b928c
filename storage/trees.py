"""The tree of places and teams, as it stands on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.finding import Place
from storage.places import everything, reading_order, root
from storage.teams import Team, teams_of


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree: its own teams, and the places below it in reading order."""

    place: Place
    teams: tuple[Team, ...] = ()
    children: tuple[Node, ...] = field(default=())


async def tree(connection: AsyncConnection, as_of: date, top: int | None = None) -> Node | None:
    """The tree of places and teams on a day, from `top` or from the root; None when there is no such place."""
    if top is None and (above := await root(connection, as_of)) is not None:
        top = above.id
    found = () if top is None else await everything(connection, as_of, top)
    start = next((place for place in found if place.id == top), None)
    if start is None:
        return None
    below: dict[int | None, list[Place]] = {}
    for place in sorted(found, key=reading_order):
        if place.id != start.id:
            below.setdefault(place.parent_id, []).append(place)
    staffed: dict[int, list[Team]] = {}
    for team in await teams_of(connection, [place.id for place in found], as_of):
        staffed.setdefault(team.unit_id, []).append(team)

    def node(place: Place) -> Node:
        return Node(place, tuple(staffed.get(place.id, ())), tuple(node(child) for child in below.get(place.id, ())))

    return node(start)
