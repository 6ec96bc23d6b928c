"""What is known of an event's chat and speaker before it is handled: read for a whole batch in a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, String, and_, bindparam, exists, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.addresses import address_people, addresses, group_bindings
from storage.among import among
from storage.conversations import Standing, conversations
from storage.outbox import Lane, owed
from storage.people import memberships, person_details, persons
from storage.schema import holds
from storage.units import unit_versions


@dataclass(frozen=True, slots=True)
class Door:
    """An address: where a person or a group can be written to."""

    id: int
    account_id: int
    vendor_id: str
    is_group: bool
    state: str = "open"
    title: str = ""
    person_id: int | None = None
    answer_waits: bool = False
    """It is owed an answer that has not arrived."""


@dataclass(frozen=True, slots=True)
class Service:
    """A membership in force: a person serves at a place, in a team, as something."""

    id: int
    unit_id: int
    unit_name: str
    unit_kind: str
    parent_id: int | None
    parent_name: str
    parent_kind: str
    team_id: int | None
    role: str

    @property
    def commune_id(self) -> int:
        """The commune this service belongs to: the unit itself unless it is a village."""
        return self.parent_id if self.unit_kind == "village" and self.parent_id else self.unit_id

    @property
    def commune_name(self) -> str:
        return self.parent_name if self.unit_kind == "village" else self.unit_name

    @property
    def commune_kind(self) -> str:
        return self.parent_kind if self.unit_kind == "village" else self.unit_kind


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we know, with their memberships in force, oldest first."""

    id: int
    name: str
    language: str | None = None
    address_form: str | None = None
    stopped: bool = False
    services: tuple[Service, ...] = ()

    @property
    def given_name(self) -> str:
        """The last word: how people are addressed (domain.md §6)."""
        return self.name.split()[-1] if self.name else ""

    def serves_as(self, *roles: str) -> Service | None:
        return next((service for service in self.services if service.role in roles), None)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known. Everything may be None: a stranger in an unknown chat."""

    door: Door | None = None
    """The chat that the event came from."""
    person: Person | None = None
    """Who speaks: by the chat in private, by their own private chat in a group."""
    others: tuple[Person, ...] = ()
    """Further people who share this private chat (one phone, two people)."""
    standing: Standing | None = None
    group_unit_id: int | None = None
    """The place that this group is bound to."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an event comes from, in the vendor's ids."""

    account_id: int
    chat: str
    speaker: str
    group: bool


async def known(connection: AsyncConnection, origins: Sequence[Origin], today: date) -> dict[Origin, Known]:
    """What is known about each origin, in five statements at most whatever their number."""
    doors = await _doors(connection, origins)
    private = _private(origins, doors)
    shared = await _people_behind(connection, private)
    people = await people_by_id(
        connection,
        {door.person_id for door in doors.values() if door.person_id} | {p for ids in shared.values() for p in ids},
        today,
    )
    standings = await _standings(connection, private)
    groups = await _bindings(connection, [door.id for door in doors.values() if door.is_group])
    facts: dict[Origin, Known] = {}
    for origin in origins:
        door = doors.get((origin.account_id, origin.chat))
        speaker = doors.get((origin.account_id, origin.speaker)) if origin.group else door
        person = people.get(speaker.person_id) if speaker and speaker.person_id else None
        facts[origin] = Known(
            door=door,
            person=person,
            others=tuple(
                people[one]
                for one in (shared.get(door.id, ()) if door else ())
                if one in people and (person is None or one != person.id)
            ),
            standing=standings.get((door.id, origin.speaker)) if door else None,
            group_unit_id=groups.get(door.id) if door else None,
        )
    return facts


def _private(origins: Iterable[Origin], doors: Mapping[tuple[int, str], Door]) -> list[int]:
    """The doors at which somebody speaks in private. What came first from there may have said that it is a group."""
    found = (doors.get((origin.account_id, origin.chat)) for origin in origins if not origin.group)
    return list({door.id for door in found if door is not None})


_answer_waits = exists().where(
    literal_column("owed.state IN ('owed', 'held')"),
    owed.c.address_id == addresses.c.id,
    owed.c.lane == literal_column(str(int(Lane.REPLY))),
)
_doors_of = select(
    addresses.c.id,
    addresses.c.vendor_id,
    addresses.c.is_group,
    addresses.c.state,
    addresses.c.title,
    addresses.c.person_id,
    _answer_waits,
).where(addresses.c.account_id == bindparam("b_account"), among(addresses.c.vendor_id, "b_vendor_ids", String))


async def _doors(connection: AsyncConnection, origins: Iterable[Origin]) -> dict[tuple[int, str], Door]:
    wanted: dict[int, set[str]] = {}
    for origin in origins:
        vendor_ids = wanted.setdefault(origin.account_id, set())
        vendor_ids.add(origin.chat)
        if origin.group and origin.speaker:
            vendor_ids.add(origin.speaker)
    doors: dict[tuple[int, str], Door] = {}
    for account_id, vendor_ids in wanted.items():
        rows = await connection.execute(_doors_of, {"b_account": account_id, "b_vendor_ids": vendor_ids})
        for door, vendor_id, is_group, state, title, *rest in rows:
            doors[account_id, vendor_id] = Door(door, account_id, vendor_id, is_group, state, title or "", *rest)
    return doors


_behind = (
    select(address_people.c.address_id, address_people.c.person_id)
    .where(among(address_people.c.address_id, "b_doors"))
    .order_by(address_people.c.linked_at)
)


async def _people_behind(connection: AsyncConnection, door_ids: Sequence[int]) -> dict[int, list[int]]:
    if not door_ids:
        return {}
    behind: dict[int, list[int]] = {}
    for door, person in await connection.execute(_behind, {"b_doors": door_ids}):
        behind.setdefault(door, []).append(person)
    return behind


_people = (
    select(persons.c.id, person_details.c.name, persons.c.language, persons.c.address_form, persons.c.stopped_at)
    .join(person_details, person_details.c.person_id == persons.c.id)
    .where(among(persons.c.id, "b_people"))
)


async def people_by_id(connection: AsyncConnection, ids: Iterable[int], today: date) -> dict[int, Person]:
    """People with their names and the memberships that hold on a day; forgotten people are not among them."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = (await connection.execute(_people, {"b_people": wanted})).all()
    served = await _services(connection, [row[0] for row in rows], today)
    return {
        person: Person(person, name, language, form, stopped_at is not None, tuple(served.get(person, ())))
        for person, name, language, form, stopped_at in rows
    }


_place, _above = unit_versions.alias("place"), unit_versions.alias("above")
_today: Any = bindparam("b_today", type_=Date)
_served = (
    select(
        memberships.c.person_id,
        memberships.c.id,
        memberships.c.unit_id,
        _place.c.name,
        _place.c.kind,
        _place.c.parent_id,
        func.coalesce(_above.c.name, ""),
        func.coalesce(_above.c.kind, ""),
        memberships.c.team_id,
        memberships.c.role,
    )
    .join(_place, and_(_place.c.unit_id == memberships.c.unit_id, holds(_place, _today)))
    .outerjoin(_above, and_(_above.c.unit_id == _place.c.parent_id, holds(_above, _today)))
    .where(among(memberships.c.person_id, "b_people"), holds(memberships, _today))
    .order_by(memberships.c.id)
)
"""A person, and then a `Service` in the order of its fields."""


async def _services(connection: AsyncConnection, person_ids: Sequence[int], today: date) -> dict[int, list[Service]]:
    services: dict[int, list[Service]] = {}
    for person, *service in await connection.execute(_served, {"b_people": person_ids, "b_today": today}):
        services.setdefault(person, []).append(Service(*service))
    return services


_standings_of = select(
    *(conversations.c[name] for name in ("address_id", "speaker", "id", "dialogue", "step", "draft", "question")),
    conversations.c.asked_at,
    conversations.c.memory,
).where(among(conversations.c.address_id, "b_doors"))
"""The key of a standing, and then a `Standing` in the order of its fields."""


async def _standings(connection: AsyncConnection, door_ids: Sequence[int]) -> dict[tuple[int, str], Standing]:
    if not door_ids:
        return {}
    rows = await connection.execute(_standings_of, {"b_doors": door_ids})
    return {(door, speaker): Standing(*standing) for door, speaker, *standing in rows}


_bound = (
    select(group_bindings.c.address_id, group_bindings.c.unit_id)
    .where(among(group_bindings.c.address_id, "b_doors"), group_bindings.c.ended_at.is_(None))
    .order_by(group_bindings.c.id)
)


async def _bindings(connection: AsyncConnection, door_ids: Sequence[int]) -> dict[int, int]:
    if not door_ids:
        return {}
    rows = await connection.execute(_bound, {"b_doors": door_ids})
    return {row.address_id: row.unit_id for row in rows}


async def door_of(connection: AsyncConnection, address_id: int) -> Door | None:
    """An address by its id."""
    row = (await connection.execute(select(addresses).where(addresses.c.id == address_id))).first()
    if row is None:
        return None
    return Door(row.id, row.account_id, row.vendor_id, row.is_group, row.state, row.title or "", row.person_id)
