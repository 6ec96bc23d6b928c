"""The names around a person that a message may mention: the villages of the commune, the people of the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.among import among
from storage.people import memberships, person_details
from storage.questions import Question
from storage.units import unit_versions

_villages = select(unit_versions.c.parent_id, unit_versions.c.name).where(
    among(unit_versions.c.parent_id, "b_units"),
    unit_versions.c.kind == "village",
    unit_versions.c.valid_to.is_(None),
)
_people = (
    select(memberships.c.unit_id, person_details.c.name)
    .join(person_details, person_details.c.person_id == memberships.c.person_id)
    .where(among(memberships.c.unit_id, "b_units"), memberships.c.valid_to.is_(None))
)


@dataclass(frozen=True, slots=True)
class Names:
    """Village names of a commune, and the names of the people who serve in one place."""

    villages: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbours(Question[Names]):
    """Which names may be meant in a message from this place?"""

    commune_id: int
    unit_id: int

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[Neighbours]) -> Sequence[Names]:
        villages: dict[int, list[str]] = {}
        for commune, name in await connection.execute(_villages, {"b_units": {one.commune_id for one in questions}}):
            villages.setdefault(commune, []).append(name)
        people: dict[int, list[str]] = {}
        for unit, name in await connection.execute(_people, {"b_units": {one.unit_id for one in questions}}):
            people.setdefault(unit, []).append(name)
        return [Names(tuple(villages.get(one.commune_id, ())), tuple(people.get(one.unit_id, ()))) for one in questions]
