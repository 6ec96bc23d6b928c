"""Whom to tell: the leads of a commune by the door that reaches them, and the officer people may call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.doors import best
from storage.known import Door, Person, people_by_id
from storage.people import memberships, person_details, persons
from storage.questions import Question
from storage.schema import holds
from storage.units import unit_settings


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be written to now."""

    person: Person
    door: Door


@dataclass(frozen=True, slots=True)
class Officer:
    """Whom people may call: a name, a number where one is known, and how colleagues address them."""

    name: str
    phone: str = ""
    address_form: str = ""


@dataclass(frozen=True, slots=True)
class LeadsOf(Question[tuple[Contact, ...]]):
    """The commune leads of a place who have joined, wish to be written to, and have an open door.

    `or_admins`: where there is none, the admins; for what somebody must hear.
    """

    commune_id: int
    day: date
    or_admins: bool = False

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[LeadsOf]) -> Sequence[tuple[Contact, ...]]:
        day = questions[0].day
        asked = and_(
            memberships.c.role == "commune_lead", memberships.c.unit_id.in_({one.commune_id for one in questions})
        )
        if any(one.or_admins for one in questions):
            asked = or_(asked, memberships.c.role == "admin")
        rows = await connection.execute(
            select(memberships.c.person_id, memberships.c.unit_id, memberships.c.role)
            .where(asked, holds(memberships, day))
            .order_by(memberships.c.id)
        )
        leads: dict[int, list[int]] = {}
        admins: list[int] = []
        for row in rows:
            if row.role == "admin":
                admins.append(row.person_id)
            else:
                leads.setdefault(row.unit_id, []).append(row.person_id)
        reached = await _reached(connection, {*admins, *(person for some in leads.values() for person in some)}, day)
        return [one._pick(leads, admins, reached) for one in questions]

    def _pick(self, leads: dict[int, list[int]], admins: list[int], reached: dict[int, Contact]) -> tuple[Contact, ...]:
        found = [reached[one] for one in dict.fromkeys(leads.get(self.commune_id, ())) if one in reached]
        if not found and self.or_admins:
            found = [reached[one] for one in dict.fromkeys(admins) if one in reached]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class OfficerOf(Question[Officer | None]):
    """Whom to name in texts: the commune's setting "contact" (name, phone, address), else its first lead."""

    commune_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[OfficerOf]) -> Sequence[Officer | None]:
        places = sorted({one.commune_id for one in questions})
        wishes = await connection.execute(
            select(unit_settings.c.unit_id, unit_settings.c.value).where(
                unit_settings.c.unit_id.in_(places), unit_settings.c.name == "contact"
            )
        )
        leads = await connection.execute(
            select(memberships.c.unit_id, person_details.c.name, person_details.c.phone, persons.c.address_form)
            .join(person_details, person_details.c.person_id == memberships.c.person_id)
            .join(persons, persons.c.id == memberships.c.person_id)
            .where(
                memberships.c.unit_id.in_(places),
                memberships.c.role == "commune_lead",
                holds(memberships, questions[0].day),
            )
            .order_by(memberships.c.id)
        )
        first: dict[int, Officer] = {}
        for row in leads:
            first.setdefault(row.unit_id, Officer(row.name, row.phone or "", row.address_form or ""))
        for wish in wishes:
            said = wish.value
            if isinstance(said, dict) and said.get("name"):
                first[wish.unit_id] = Officer(said["name"], said.get("phone", ""), said.get("address", ""))
        return [first.get(one.commune_id) for one in questions]


async def _reached(connection: AsyncConnection, person_ids: set[int], day: date) -> dict[int, Contact]:
    doors = {one: door for one, door in (await best(connection, person_ids)).items() if door.state == "open"}
    people = await people_by_id(connection, doors, day)
    return {one.id: Contact(one, doors[one.id]) for one in people.values() if not one.stopped and one.id in doors}
