"""Who serves where and through which door they can be reached; which groups a place has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from storage.accounts import accounts
from storage.addresses import addresses, group_bindings
from storage.doors import best
from storage.engine import Connection
from storage.known import Door, Person, people_by_id
from storage.people import memberships, persons
from storage.questions import Question
from storage.schema import holds

_AT_ONCE = 5000
"""Ids named in one statement at most: databases limit the values of a statement."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody and the one door through which they hear. `why_not`: not joined, stopped, blocked; empty where nothing
    is in the way."""

    person: Person
    door: Door | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Reaches(Question[tuple[Reach, ...]]):
    """Who serves at these places (None: anywhere) in these roles (none given: any), each person once, by id."""

    today: date
    units: tuple[int, ...] | None = None
    roles: tuple[str, ...] = ()

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Reaches]) -> Sequence[tuple[Reach, ...]]:
        known: dict[Reaches, tuple[Reach, ...]] = {}
        for one in questions:
            if one not in known:
                ids = await _serving(connection, one)
                known[one] = await reach(connection, ids, one.today)
        return [known[one] for one in questions]


async def reach(connection: Connection, person_ids: Iterable[int], today: date) -> tuple[Reach, ...]:
    """These people, each with the best of their doors: the one they chose, else where they wrote last."""
    found: list[Reach] = []
    for some in _some(sorted(set(person_ids))):
        people = await people_by_id(connection, some, today)
        doors = await best(connection, people)
        found += [_reach(people[one], doors.get(one)) for one in sorted(people)]
    return tuple(found)


async def people_in_chunks(connection: Connection, person_ids: Iterable[int], today: date) -> dict[int, Person]:
    """Any number of people by id, with where they serve."""
    found: dict[int, Person] = {}
    for some in _some(sorted(set(person_ids))):
        found |= await people_by_id(connection, some, today)
    return found


def _reach(person: Person, door: Door | None) -> Reach:
    if door is None:
        return Reach(person, None, "not joined")
    if person.stopped:
        return Reach(person, door, "stopped")
    return Reach(person, door, "" if door.state == "open" else door.state)


async def serving(connection: Connection, units: tuple[int, ...] | None, today: date) -> set[int]:
    """The ids of everybody who serves at these places on a day (None: anywhere)."""
    return await _serving(connection, Reaches(today, units))


async def _serving(connection: Connection, question: Reaches) -> set[int]:
    query = (
        select(memberships.c.person_id)
        .join(persons, persons.c.id == memberships.c.person_id)
        .where(holds(memberships, question.today), persons.c.forgotten_at.is_(None))
    )
    if question.roles:
        query = query.where(memberships.c.role.in_(question.roles))
    if question.units is None:
        return {row.person_id for row in await connection.execute(query)}
    found: set[int] = set()
    for some in _some(question.units):
        rows = await connection.execute(query.where(memberships.c.unit_id.in_(some)))
        found |= {row.person_id for row in rows}
    return found


@dataclass(frozen=True, slots=True)
class GroupsOf(Question[Mapping[int, tuple[Door, ...]]]):
    """The groups bound to these places (None: to any), open or not, in the order in which they were bound."""

    units: tuple[int, ...] | None = None

    @classmethod
    async def answer(
        cls, connection: Connection, questions: Sequence[GroupsOf]
    ) -> Sequence[dict[int, tuple[Door, ...]]]:
        everything = await _groups(connection)
        return [
            everything if one.units is None else {unit: everything[unit] for unit in one.units if unit in everything}
            for one in questions
        ]


async def _groups(connection: Connection) -> dict[int, tuple[Door, ...]]:
    table = addresses.c
    rows = await connection.execute(
        select(
            group_bindings.c.unit_id,
            table.id,
            table.account_id,
            table.vendor_id,
            table.is_group,
            table.state,
            table.title,
        )
        .join(addresses, table.id == group_bindings.c.address_id)
        .join(accounts, and_(accounts.c.id == table.account_id, accounts.c.enabled))
        .where(group_bindings.c.ended_at.is_(None))
        .order_by(group_bindings.c.id)
    )
    latest = {row.id: row for row in rows}
    found: dict[int, tuple[Door, ...]] = {}
    for row in latest.values():
        door = Door(row.id, row.account_id, row.vendor_id, row.is_group, row.state, row.title or "")
        found[row.unit_id] = (*found.get(row.unit_id, ()), door)
    return found


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
