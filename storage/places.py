"""Places: the questions asked of units and their teams. Every answer is as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import names
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose
from storage.questions import Question
from storage.schema import holds, new_id
from storage.units import teams, unit_codes, unit_settings, unit_versions

__all__ = [
    "COMMUNE_KINDS",
    "GSO",
    "Node",
    "Place",
    "PlaceAmbiguous",
    "PlaceUnknown",
    "Team",
    "Village",
    "WhichPlace",
    "by_code",
    "by_id",
    "by_ids",
    "by_path",
    "children",
    "choose",
    "ensure_team",
    "everything",
    "find",
    "root",
    "set_setting",
    "setting",
    "settings",
    "subtree_ids",
    "teams_of",
    "tree",
    "villages_of",
]

GSO = "gso"
"""The scheme of the statistics office's five-digit codes (domain.md §2.3)."""

COMMUNE_KINDS = frozenset({"commune", "town", "ward"})
_TEAM_KINDS = {"village": "village"} | dict.fromkeys(COMMUNE_KINDS, "commune")


@dataclass(frozen=True, slots=True)
class Team:
    """A team of a place: "village", "commune" or "club". Only clubs have a name of their own."""

    id: int
    unit_id: int
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Village:
    """A village and its team; without a team nothing is expected from it."""

    place: Place
    team_id: int | None


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree: its own teams, and the places below it in reading order."""

    place: Place
    teams: tuple[Team, ...] = ()
    children: tuple[Node, ...] = field(default=())


async def root(connection: AsyncConnection, day: date) -> Place | None:
    """The place above all others; None before the first roster."""
    place = unit_versions.alias("place")
    rows = (await connection.execute(_select(day, place).where(place.c.parent_id.is_(None)))).all()
    return min(map(_place, rows), key=lambda found: found.id, default=None)


async def by_id(connection: AsyncConnection, unit_id: int, day: date) -> Place | None:
    return (await by_ids(connection, [unit_id], day)).get(unit_id)


async def by_ids(connection: AsyncConnection, unit_ids: Iterable[int], day: date) -> dict[int, Place]:
    """The places among these ids that exist on a day."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    place = unit_versions.alias("place")
    rows = await connection.execute(_select(day, place).where(place.c.unit_id.in_(wanted)))
    return {row.unit_id: _place(row) for row in rows}


async def by_code(connection: AsyncConnection, code: str, day: date, scheme: str = GSO) -> Place | None:
    """The place that bears an official code on a day: codes are reused for other places (domain.md §0.2)."""
    rows = await connection.execute(
        select(unit_codes.c.unit_id).where(
            unit_codes.c.scheme == scheme, unit_codes.c.code == code, holds(unit_codes, day)
        )
    )
    unit_id = rows.scalar()
    return None if unit_id is None else await by_id(connection, unit_id, day)


async def everything(connection: AsyncConnection, day: date, within: int | None = None) -> tuple[Place, ...]:
    """All places of a day, or those of one subtree (its top included)."""
    place = unit_versions.alias("place")
    query = _select(day, place)
    if within is not None:
        query = query.where(place.c.unit_id.in_(_below(within, day)))
    return tuple(_place(row) for row in await connection.execute(query))


async def find(connection: AsyncConnection, wanted: str, day: date, within: int | None = None) -> Place:
    """The place meant by an id, an official code ("04630", also "4630") or a path.

    Raises PlaceUnknown, PlaceAmbiguous.
    """
    text = names.clean(wanted)
    if text.isascii() and text.isdigit():
        found = await by_code(connection, text.zfill(5), day) if len(text) <= 5 else None
        found = found or (await by_id(connection, int(text), day) if int(text) < 2**63 else None)
        if found:
            return found
    return await by_path(connection, text, day, within)


async def by_path(connection: AsyncConnection, path: str, day: date, within: int | None = None) -> Place:
    """The place meant by a path; with `within`, only places of that subtree. Raises PlaceUnknown, PlaceAmbiguous."""
    return choose(await everything(connection, day, within), path)


async def children(connection: AsyncConnection, unit_id: int, day: date) -> tuple[Place, ...]:
    """The places right below, in reading order."""
    place = unit_versions.alias("place")
    rows = await connection.execute(_select(day, place).where(place.c.parent_id == unit_id))
    return tuple(sorted(map(_place, rows), key=_reading_order))


async def subtree_ids(connection: AsyncConnection, unit_id: int, day: date) -> tuple[int, ...]:
    """The place and everything below it on a day."""
    rows = await connection.execute(_below(unit_id, day))
    return tuple(sorted(row.unit_id for row in rows))


async def villages_of(connection: AsyncConnection, unit_id: int, day: date) -> tuple[Village, ...]:
    """All villages at or below a place, in reading order, each with its team if it has one."""
    found = [place for place in await everything(connection, day, unit_id) if place.kind == "village"]
    team_of = {
        team.unit_id: team.id
        for team in await teams_of(connection, [place.id for place in found], day)
        if team.kind == "village"
    }
    return tuple(Village(place, team_of.get(place.id)) for place in sorted(found, key=_reading_order))


async def teams_of(connection: AsyncConnection, unit_ids: Sequence[int], day: date) -> tuple[Team, ...]:
    """The teams of these places on a day, clubs by name."""
    return tuple(
        sorted(
            (team for team in await _all_teams(connection, day, frozenset(unit_ids))),
            key=lambda team: (team.unit_id, team.kind, names.natural(team.name)),
        )
    )


async def tree(connection: AsyncConnection, as_of: date, top: int | None = None) -> Node | None:
    """The tree of places and teams on a day, from `top` or from the root; None when there is no such place."""
    start = await (root(connection, as_of) if top is None else by_id(connection, top, as_of))
    if start is None:
        return None
    found = await everything(connection, as_of, start.id)
    below: dict[int | None, list[Place]] = {}
    for place in sorted(found, key=_reading_order):
        if place.id != start.id:
            below.setdefault(place.parent_id, []).append(place)
    staffed: dict[int, list[Team]] = {}
    for team in await teams_of(connection, [place.id for place in found], as_of):
        staffed.setdefault(team.unit_id, []).append(team)

    def node(place: Place) -> Node:
        return Node(place, tuple(staffed.get(place.id, ())), tuple(node(child) for child in below.get(place.id, ())))

    return node(start)


async def ensure_team(connection: AsyncConnection, place: Place, day: date) -> int | None:
    """The id of the place's own team, made if there is none yet; None for a place that has no team (the site)."""
    kind = _TEAM_KINDS.get(place.kind)
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


async def settings(connection: AsyncConnection, unit_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What each of these places wants otherwise than the default."""
    rows = await connection.execute(
        select(unit_settings.c.unit_id, unit_settings.c.name, unit_settings.c.value).where(
            unit_settings.c.unit_id.in_(unit_ids)
        )
    )
    wanted: dict[int, dict[str, Any]] = {}
    for row in rows:
        wanted.setdefault(row.unit_id, {})[row.name] = row.value
    return wanted


async def setting(connection: AsyncConnection, unit_id: int, name: str) -> Any | None:
    """One setting of one place; None when it is not set there."""
    return (await settings(connection, [unit_id])).get(unit_id, {}).get(name)


async def set_setting(connection: AsyncConnection, unit_id: int, name: str, value: Any, now: datetime) -> None:
    """Set or replace one setting (any JSON value)."""
    row = {"its_unit": unit_id, "its_name": name, "value": value, "changed_at": now}
    changed = await connection.execute(_CHANGE_SETTING, row)
    if not changed.rowcount:
        new = {"id": new_id(), "unit_id": unit_id, "name": name, "value": value, "changed_at": now}
        await connection.execute(insert(unit_settings), new)


@dataclass(frozen=True, slots=True)
class WhichPlace(Question[Place | None]):
    """The place with an id, asked by a turn."""

    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[WhichPlace]) -> Sequence[Place | None]:
        found: dict[tuple[int, date], Place] = {}
        for day in {question.day for question in questions}:
            asked = [question.unit_id for question in questions if question.day == day]
            found |= {(unit_id, day): place for unit_id, place in (await by_ids(connection, asked, day)).items()}
        return [found.get((question.unit_id, question.day)) for question in questions]


_CHANGE_SETTING = update(unit_settings).where(
    unit_settings.c.unit_id == bindparam("its_unit"), unit_settings.c.name == bindparam("its_name")
)


def _select(day: date, place: Any) -> Select[Any]:
    above, code = unit_versions.alias("above"), unit_codes.alias("code")
    return (
        select(
            place.c.unit_id,
            place.c.name,
            place.c.kind,
            place.c.parent_id,
            code.c.code,
            above.c.name.label("parent_name"),
            above.c.kind.label("parent_kind"),
        )
        .outerjoin(above, and_(above.c.unit_id == place.c.parent_id, holds(above, day)))
        .outerjoin(code, and_(code.c.unit_id == place.c.unit_id, code.c.scheme == GSO, holds(code, day)))
        .where(holds(place, day))
    )


def _below(unit_id: int, day: date) -> Select[Any]:
    versions = unit_versions
    start = select(versions.c.unit_id).where(versions.c.unit_id == unit_id, holds(versions, day))
    reached = start.cte("reached", recursive=True)
    step = select(versions.c.unit_id).where(versions.c.parent_id == reached.c.unit_id, holds(versions, day))
    return select(reached.union(step).c.unit_id)


async def _all_teams(connection: AsyncConnection, day: date, unit_ids: frozenset[int]) -> list[Team]:
    """Few places are asked for by id; many are picked from all, as SQLite limits the values of one statement."""
    query = select(teams.c.id, teams.c.unit_id, teams.c.kind, teams.c.name).where(holds(teams, day))
    if len(unit_ids) <= 1000:
        query = query.where(teams.c.unit_id.in_(sorted(unit_ids)))
    rows = await connection.execute(query)
    return [Team(row.id, row.unit_id, row.kind, row.name) for row in rows if row.unit_id in unit_ids]


def _place(row: Row[Any]) -> Place:
    return Place(row.unit_id, row.name, row.kind, row.code, row.parent_id, row.parent_name or "", row.parent_kind or "")


def _reading_order(place: Place) -> tuple[Any, ...]:
    """Communes by code as in official lists, villages by name with 2 before 10."""
    return (place.parent_name, place.code or "~", names.natural(place.name), place.id)
