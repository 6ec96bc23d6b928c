"""A place that is not to be reminded for a while, because its lead said so: a flood, a funeral, an election."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Table, bindparam, insert, select, update

from storage.engine import Connection
from storage.people import person_details, persons
from storage.questions import Question
from storage.schema import Moment, key, metadata, new_id, refers
from storage.writing import Write

pauses = Table(
    "pauses",
    metadata,
    key(),
    refers("unit_id", "units"),
    refers("person_id", "persons", nullable=True),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_pauses_unit_ends", "unit_id", "ends_at"),
)
"""A pause of a place and everything below it, said by a person. One that is lifted or prolonged ends at that moment:
rows are kept, so that afterwards one sees why nothing was posted."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One that is in force. `by`: the name of who said it, empty where that is not known any more."""

    unit_id: int
    ends_at: datetime
    by: str = ""
    by_form: str = ""


@dataclass(frozen=True, slots=True)
class PausesAt(Question[Mapping[int, Pause]]):
    """Every pause in force at a moment, by place (the places below are not there)."""

    moment: datetime

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[PausesAt]) -> Sequence[Mapping[int, Pause]]:
        return [await in_force(connection, one.moment) for one in questions]


async def in_force(connection: Connection, moment: datetime) -> dict[int, Pause]:
    """The pauses of a moment, by place: a handful in a whole country."""
    rows = await connection.execute(
        select(pauses.c.unit_id, pauses.c.ends_at, person_details.c.name, persons.c.address_form)
        .outerjoin(persons, persons.c.id == pauses.c.person_id)
        .outerjoin(person_details, person_details.c.person_id == pauses.c.person_id)
        .where(pauses.c.begins_at <= moment, pauses.c.ends_at > moment)
        .order_by(pauses.c.id)
    )
    return {row.unit_id: Pause(row.unit_id, row.ends_at, row.name or "", row.address_form or "") for row in rows}


_insert = insert(pauses)
_lift = (
    update(pauses)
    .where(
        pauses.c.unit_id == bindparam("b_unit"), pauses.c.ends_at > bindparam("b_at"), pauses.c.id != bindparam("b_but")
    )
    .values(ends_at=bindparam("b_at"))
)


def paused(unit_id: int, person_id: int | None, ends_at: datetime, now: datetime) -> list[Write]:
    """A place is paused from now on; another pause of it that is in force gives way."""
    pause_id = new_id()
    row = {"id": pause_id, "unit_id": unit_id, "person_id": person_id, "begins_at": now, "ends_at": ends_at}
    return [Write(_insert, {**row, "created_at": now}), _lifted(unit_id, now, pause_id)]


def lifted(unit_id: int, now: datetime) -> Write:
    """Whatever pause of a place is in force ends now."""
    return _lifted(unit_id, now, None)


def _lifted(unit_id: int, now: datetime, but: int | None) -> Write:
    return Write(_lift, {"b_unit": unit_id, "b_at": now, "b_but": but or 0})
