"""The raw counts of a week for all communes at once: what `counts` counts by team and place, summed where the rows
are. Whatever the size of the country, a few rows a commune come back, and only the partitions of two weeks are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Subquery, and_, case, func, literal, null, or_, select, union_all

from storage import additions, counts
from storage.additions import LateEntry
from storage.addresses import address_people
from storage.among import among
from storage.checkins import checkin_values, checkins, replacements
from storage.engine import Connection
from storage.people import memberships, persons
from storage.placing import Placing
from storage.schema import holds
from storage.tutorials import lesson_requests, requests
from storage.units import teams, unit_versions


@dataclass(frozen=True, slots=True)
class Quiet:
    """A village with a team that reported no work; `nothing`: it said that there was none."""

    unit_id: int
    name: str
    team_id: int
    nothing: bool


@dataclass(frozen=True, slots=True)
class LateAt:
    """A late entry and where it is told: a village, or a team of the commune itself (by
    `kind`: village, club, commune)."""

    unit_id: int
    kind: str
    name: str
    entry: LateEntry


@dataclass(slots=True)
class Counted:
    """One commune."""

    expected: int = 0
    reported: int = 0
    checkins: int = 0
    indicators: Counter[str] = field(default_factory=Counter)
    previous: Counter[str] = field(default_factory=Counter)
    tutorials: int = 0
    lessons: Counter[int] = field(default_factory=Counter)
    quiet: list[Quiet] = field(default_factory=list)
    late: list[LateAt] = field(default_factory=list)


async def strays(connection: Connection, at: Placing) -> list[int]:
    """Teams that are at none of these places: their entries count where they say themselves. Usually there is none."""
    return [row.team_id for row in await connection.execute(at.others)]


async def numbers(connection: Connection, at: Placing, week: date, astray: Sequence[int]) -> Sequence[Row[Any]]:
    """Sums of entries in force: (commune_id, code, sum), to be added up. `astray`: see `strays`."""
    query, code = counts.numbers_of(week, counts.replaced_in(week)), checkin_values.c.code
    commune = at.standing.c.commune_id
    placed = query.join(at.standing, at.standing.c.team_id == checkins.c.team_id)
    rows = (await connection.execute(placed.add_columns(commune, code).group_by(commune, code))).all()
    if not astray:
        return rows
    commune = at.place.c.commune_id
    loose = query.join(at.place, at.place.c.unit_id == checkins.c.unit_id).where(among(checkins.c.team_id, "b_teams"))
    own = await connection.execute(loose.add_columns(commune, code).group_by(commune, code), {"b_teams": astray})
    return [*rows, *own]


async def villages(connection: Connection, at: Placing, day: date, week: date) -> dict[int, Counted]:
    """By commune: villages with a team, how many were heard, entries in force; and each village that is quiet."""
    heard = _heard(at, week)
    place = at.place.c
    team = and_(teams.c.unit_id == place.unit_id, place.kind == "village", teams.c.kind == "village", holds(teams, day))
    times, reports = func.coalesce(heard.c.times, 0), func.coalesce(heard.c.reports, 0)
    every = (
        select(
            place.commune_id,
            place.unit_id,
            place.name,
            teams.c.id.label("team_id"),
            times.label("times"),
            reports.label("reports"),
        )
        .select_from(at.place)
        .outerjoin(teams, team)
        .outerjoin(heard, heard.c.unit_id == place.unit_id)
        .cte("every")
    )
    spoke = case((and_(every.c.team_id.is_not(None), every.c.times > 0), 1), else_=0)
    whole = select(
        every.c.commune_id,
        null().label("unit_id"),
        null().label("name"),
        func.count(every.c.team_id).label("one"),
        func.sum(spoke).label("two"),
        func.sum(every.c.times).label("times"),
    ).group_by(every.c.commune_id)
    quiet = select(every.c.commune_id, every.c.unit_id, every.c.name, every.c.team_id, literal(0), every.c.times).where(
        every.c.team_id.is_not(None), every.c.reports == 0
    )
    found: defaultdict[int, Counted] = defaultdict(Counted)
    for row in await connection.execute(whole.union_all(quiet)):
        own = found[row.commune_id]
        if row.unit_id is None:
            own.expected, own.reported, own.checkins = row.one, int(row.two), int(row.times)
        else:
            own.quiet.append(Quiet(row.unit_id, row.name, row.one, row.times > 0))
    return dict(found)


def _heard(at: Placing, week: date) -> Subquery:
    """Entries in force by place: how many, and how many of them tell of work. They are counted by what they say
    themselves first: a few for each village, which are put into their place, instead of a million."""
    said = (checkins.c.team_id, checkins.c.unit_id)
    own = (
        select(
            *said,
            func.count().label("times"),
            func.sum(case((checkins.c.kind == "nothing", 0), else_=1)).label("reports"),
        )
        .select_from(checkins)
        .outerjoin(replacements, counts.replaced_in(week))
        .where(checkins.c.week == week, counts.in_force())
        .group_by(*said)
        .subquery("own")
    )
    place = func.coalesce(at.standing.c.unit_id, own.c.unit_id)
    summed = (func.sum(own.c[name]).label(name) for name in ("times", "reports"))
    return (
        select(place.label("unit_id"), *summed)
        .select_from(own)
        .outerjoin(at.standing, at.standing.c.team_id == own.c.team_id)
        .group_by(place)
        .subquery("heard")
    )


async def lessons(connection: Connection, at: Placing, week: date) -> Sequence[Any]:
    """(commune_id, lesson or None, times)"""
    table = lesson_requests.c
    query = select(at.commune_id.label("commune_id"), table.lesson, func.count().label("times")).select_from(
        lesson_requests
    )
    query = at.join(query.where(table.week == week, table.unit_id.is_not(None)), table.team_id, table.unit_id)
    return (await connection.execute(query.group_by(at.commune_id, table.lesson))).all()


async def questions(connection: Connection, at: Placing, first: datetime, end: datetime) -> Sequence[Any]:
    """(commune_id, times)"""
    query = (
        select(at.place.c.commune_id, func.count().label("times"))
        .join(requests, requests.c.unit_id == at.place.c.unit_id)
        .where(requests.c.kind == "question", requests.c.asked_at >= first, requests.c.asked_at < end)
        .group_by(at.place.c.commune_id)
    )
    return (await connection.execute(query)).all()


async def late(connection: Connection, at: Placing, week: date, since: datetime) -> list[tuple[int, LateAt]]:
    """(commune_id, what came or was replaced after a moment, of weeks before `week`)."""
    where = (
        at.commune_id.label("commune_id"),
        at.unit_id.label("place_id"),
        at.of("kind").label("place_kind"),
        at.of("name").label("place_name"),
        at.home.c.team_kind,
        at.home.c.team_name,
    )
    halves = (
        at.join(half.add_columns(*where), checkins.c.team_id, checkins.c.unit_id)
        for half in additions.changed(week - additions.WEEKS, week, since)
    )
    rows = await connection.execute(union_all(*halves))
    return [(row.commune_id, _late_at(row)) for row in rows]


def _late_at(row: Row[Any]) -> LateAt:
    club = row.place_kind != "village" and row.team_kind == "club"
    kind = "village" if row.place_kind == "village" else row.team_kind or "commune"
    name = row.team_name if club else row.place_name
    return LateAt(row.place_id, kind, name, additions.late_entry(row, counts.Spot(None, row.place_id)))


async def seasoned(connection: Connection, at: Placing, day: date, before: datetime) -> frozenset[int]:
    """Communes in which somebody had joined before a moment."""
    commune, below = at.place.alias("commune"), unit_versions.alias("below")
    somebody = (
        select(literal(1))
        .select_from(below)
        .join(memberships, and_(memberships.c.unit_id == below.c.unit_id, holds(memberships, day)))
        .join(persons, and_(persons.c.id == memberships.c.person_id, persons.c.forgotten_at.is_(None)))
        .join(address_people, address_people.c.person_id == persons.c.id)
        .where(
            or_(below.c.parent_id == commune.c.unit_id, below.c.unit_id == commune.c.unit_id),
            holds(below, day),
            address_people.c.linked_at < before,
        )
        .limit(1)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(commune.c.unit_id).where(commune.c.unit_id == commune.c.commune_id, somebody.is_not(None))
    )
    return frozenset(row.unit_id for row in rows)
