"""The roster: all places, teams and people of a day at once, and the statements that change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import names, places
from storage.finding import Place
from storage.people import memberships, person_details, persons
from storage.places import GSO
from storage.schema import holds, new_id
from storage.units import teams, unit_codes, unit_versions, units
from storage.writing import Write

_AT_ONCE = 2000
_IMPORT_LOCK = 0x746F636473


class Role(StrEnum):
    """What somebody may do. A finer word (tổ phó) is the membership's title."""

    MEMBER = "member"
    LEADER = "leader"
    COMMUNE_LEAD = "commune_lead"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class KnownTeam:
    id: int
    unit_id: int
    kind: str
    name: str
    closed: bool


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person with their personal words. `extra`: columns of a roster that mean nothing to us."""

    id: int
    name: str
    phone: str | None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownMembership:
    id: int
    person_id: int
    unit_id: int
    team_id: int | None
    role: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Roster:
    """Everything an import compares with. Memberships in force only; people of the past too, as they may return."""

    places: Sequence[Place]
    begun: Mapping[int, date]
    """Since when each place is as it is."""
    teams: Sequence[KnownTeam]
    people: Sequence[KnownPerson]
    memberships: Sequence[KnownMembership]


async def load(connection: AsyncConnection, day: date) -> Roster:
    """The roster of a day."""
    version, team, one = unit_versions.c, teams.c, memberships.c
    begun = await connection.execute(
        select(version.unit_id, version.valid_from).where(holds(unit_versions, day)),
    )
    known_teams = await connection.execute(select(team.id, team.unit_id, team.kind, team.name, team.valid_to))
    known_people = await connection.execute(
        select(persons.c.id, person_details.c.name, person_details.c.phone, person_details.c.extra)
        .join(person_details, person_details.c.person_id == persons.c.id)
        .where(persons.c.forgotten_at.is_(None))
        .order_by(persons.c.id)
    )
    served = await connection.execute(
        select(one.id, one.person_id, one.unit_id, one.team_id, one.role, one.title)
        .where(holds(memberships, day))
        .order_by(one.id)
    )
    return Roster(
        places=await places.everything(connection, day),
        begun={row.unit_id: row.valid_from for row in begun},
        teams=[
            KnownTeam(row.id, row.unit_id, row.kind, row.name, row.valid_to is not None and row.valid_to <= day)
            for row in known_teams
        ],
        people=[
            KnownPerson(row.id, row.name, row.phone, json.loads(row.extra) if row.extra else {}) for row in known_people
        ],
        memberships=[KnownMembership(*row) for row in served],
    )


async def hold(connection: AsyncConnection) -> None:
    """Let no second import in until this transaction ends. On SQLite the write lock does that already."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))


async def apply(
    connection: AsyncConnection, writes: Sequence[Write], progress: Callable[[int, int], None] | None = None
) -> None:
    """Execute all writes in the order in which their statements first appear, and tell how far it is."""
    groups: dict[int, list[Write]] = {}
    for write in writes:
        groups.setdefault(id(write.statement), []).append(write)
    done = 0
    for group in groups.values():
        waiting = iter(group)
        while some := list(islice(waiting, _AT_ONCE)):
            await connection.execute(some[0].statement, [write.values for write in some])
            done += len(some)
            if progress:
                progress(done, len(writes))


def new_unit(kind: str, name: str, parent_id: int | None, day: date, now: datetime) -> tuple[int, list[Write]]:
    """A new place, from a day on."""
    unit_id = new_id()
    return unit_id, [Write(_UNIT, {"id": unit_id, "created_at": now}), _version(unit_id, kind, name, parent_id, day)]


def new_code(unit_id: int, code: str, day: date) -> Write:
    """The statistics office's code of a place, from a day on."""
    return Write(_CODE, {"id": new_id(), "unit_id": unit_id, "scheme": GSO, "code": code, "valid_from": day})


def retype(place: Place, kind: str, begun: date, day: date) -> list[Write]:
    """A place becomes another kind (a commune a town). What began the same day is mended in place."""
    if begun == day:
        return [Write(_MEND_KIND, {"its_unit": place.id, "since": begun, "kind": kind})]
    return [
        Write(_END_VERSION, {"its_unit": place.id, "since": begun, "valid_to": day}),
        _version(place.id, kind, place.name, place.parent_id, day),
    ]


def new_team(unit_id: int, kind: str, name: str, day: date) -> tuple[int, Write]:
    team_id = new_id()
    return team_id, Write(
        _TEAM, {"id": team_id, "unit_id": unit_id, "kind": kind, "name": name, "valid_from": day, "valid_to": None}
    )


def reopen_team(team_id: int) -> Write:
    return Write(_REOPEN_TEAM, {"its_id": team_id})


def new_person(name: str, phone: str | None, extra: Mapping[str, str], now: datetime) -> tuple[int, list[Write]]:
    person_id = new_id()
    return person_id, [
        Write(_PERSON, {"id": person_id, "created_at": now}),
        Write(_DETAILS, {"person_id": person_id, **_words(name, phone, extra)}),
    ]


def change_details(person_id: int, name: str, phone: str | None, extra: Mapping[str, str]) -> Write:
    return Write(_CHANGE_DETAILS, {"its_person": person_id, **_words(name, phone, extra)})


def open_membership(
    person_id: int, unit_id: int, team_id: int | None, role: str, title: str | None, day: date
) -> Write:
    return Write(
        _MEMBERSHIP,
        {
            "id": new_id(),
            "person_id": person_id,
            "unit_id": unit_id,
            "team_id": team_id,
            "role": role,
            "title": title,
            "valid_from": day,
        },
    )


def close_membership(membership_id: int, day: date) -> Write:
    """`day` is the first on which it no longer holds."""
    return Write(_CLOSE_MEMBERSHIP, {"its_id": membership_id, "valid_to": day})


def _version(unit_id: int, kind: str, name: str, parent_id: int | None, day: date) -> Write:
    return Write(
        _VERSION,
        {"id": new_id(), "unit_id": unit_id, "parent_id": parent_id, "kind": kind, "name": name, "valid_from": day},
    )


def _words(name: str, phone: str | None, extra: Mapping[str, str]) -> dict[str, Any]:
    kept = json.dumps(dict(extra), ensure_ascii=False) if extra else None
    return {"name": name, "name_folded": names.fold(name), "phone": phone, "extra": kept}


_UNIT, _VERSION, _CODE, _TEAM = insert(units), insert(unit_versions), insert(unit_codes), insert(teams)
_PERSON, _DETAILS, _MEMBERSHIP = insert(persons), insert(person_details), insert(memberships)
_THIS_VERSION = (unit_versions.c.unit_id == bindparam("its_unit")) & (unit_versions.c.valid_from == bindparam("since"))
_END_VERSION = update(unit_versions).where(_THIS_VERSION)
_MEND_KIND = update(unit_versions).where(_THIS_VERSION)
_REOPEN_TEAM = update(teams).where(teams.c.id == bindparam("its_id")).values(valid_to=None)
_CHANGE_DETAILS = update(person_details).where(person_details.c.person_id == bindparam("its_person"))
_CLOSE_MEMBERSHIP = update(memberships).where(memberships.c.id == bindparam("its_id"))
