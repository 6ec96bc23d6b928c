"""Coming in: who of the roster a newcomer may be, the seat a code gives, the evidence of a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, case, exists, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.addresses import address_people
from storage.invites import invites
from storage.known import Person, people_by_id
from storage.people import consents, memberships, person_details
from storage.questions import Question
from storage.schema import holds, new_id
from storage.units import teams, unit_versions
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody on the roster serves, and as what."""

    unit_id: int
    unit_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Rostered:
    """Somebody on the roster. `linked`: they write from an address already. `phone` is E.164."""

    person_id: int
    name: str
    phone: str
    linked: bool
    posts: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class RosterOf(Question[tuple[Rostered, ...]]):
    """Everybody who serves at a place or below it."""

    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[RosterOf]) -> Sequence[tuple[Rostered, ...]]:
        place, above = unit_versions.alias("place"), unit_versions.alias("above")
        ids, day = sorted({one.unit_id for one in questions}), questions[0].day
        linked = exists().where(address_people.c.person_id == memberships.c.person_id)
        rows = await connection.execute(
            select(
                memberships.c.person_id,
                memberships.c.unit_id,
                memberships.c.role,
                person_details.c.name,
                person_details.c.phone,
                place.c.name.label("unit_name"),
                place.c.parent_id,
                above.c.parent_id.label("top_id"),
                linked.label("linked"),
            )
            .join(person_details, person_details.c.person_id == memberships.c.person_id)
            .join(place, (place.c.unit_id == memberships.c.unit_id) & holds(place, day))
            .outerjoin(above, (above.c.unit_id == place.c.parent_id) & holds(above, day))
            .where(
                holds(memberships, day),
                or_(place.c.unit_id.in_(ids), place.c.parent_id.in_(ids), above.c.parent_id.in_(ids)),
            )
            .order_by(memberships.c.id)
        )
        found: dict[int, dict[int, Rostered]] = {one: {} for one in ids}
        for row in rows:
            for unit_id in {row.unit_id, row.parent_id, row.top_id} & found.keys():
                before = found[unit_id].get(row.person_id)
                posts = (*(before.posts if before else ()), Post(row.unit_id, row.unit_name, row.role))
                found[unit_id][row.person_id] = Rostered(
                    row.person_id, row.name, row.phone or "", bool(row.linked), posts
                )
        return [tuple(found[one.unit_id].values()) for one in questions]


@dataclass(frozen=True, slots=True)
class ThePerson(Question[Person | None]):
    """A person as they are on a day; None when they were forgotten."""

    person_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[ThePerson]) -> Sequence[Person | None]:
        people = await people_by_id(connection, {one.person_id for one in questions}, questions[0].day)
        return [people.get(one.person_id) for one in questions]


@dataclass(frozen=True, slots=True)
class HasDoor(Question[bool]):
    """Whether this person writes from some chat already."""

    person_id: int

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[HasDoor]) -> Sequence[bool]:
        ids = sorted({one.person_id for one in questions})
        rows = await connection.execute(
            select(address_people.c.person_id).where(address_people.c.person_id.in_(ids)).distinct()
        )
        found = set(rows.scalars())
        return [one.person_id in found for one in questions]


@dataclass(frozen=True, slots=True)
class TeamAt(Question[int | None]):
    """The place's own team of a kind ("village", "commune"), if it has one; a closed one counts."""

    unit_id: int
    kind: str

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[TeamAt]) -> Sequence[int | None]:
        rows = await connection.execute(
            select(teams.c.id, teams.c.unit_id, teams.c.kind).where(
                teams.c.unit_id.in_({one.unit_id for one in questions}), teams.c.name == ""
            )
        )
        found = {(row.unit_id, row.kind): row.id for row in rows}
        return [found.get((one.unit_id, one.kind)) for one in questions]


_take = (
    update(invites)
    .where(invites.c.id == bindparam("b_id"))
    .values(used=case((invites.c.used < invites.c.uses, invites.c.used + 1), else_=null()))
)
_agree = insert(consents)
_agreed_by = update(consents).where(consents.c.id == bindparam("b_id")).values(person_id=bindparam("b_person"))


def seat_taken(invite_id: int) -> Write:
    """One use of a code that was live when it was asked about.

    Should the last seat be gone by then (two newcomers of one batch, another process), the row refuses the NULL, the
    transaction fails, and its turns are lived again one by one: so the second one hears that the code is used up.
    """
    return Write(_take, {"b_id": invite_id})


def answered(
    address_id: int, answer: str, text_version: str, event_id: str, now: datetime, person_id: int | None = None
) -> tuple[int, Write]:
    """Evidence of a "yes", a "no" or a "withdrew", and its id; the person is filled in once they are known."""
    consent_id = new_id()
    row = {
        "id": consent_id,
        "person_id": person_id,
        "address_id": address_id,
        "text_version": text_version,
        "answer": answer,
        "event_id": event_id[:80],
        "answered_at": now,
    }
    return consent_id, Write(_agree, row)


def answered_by(consent_id: int, person_id: int) -> Write:
    """Whose answer it was."""
    return Write(_agreed_by, {"b_id": consent_id, "b_person": person_id})
