"""Leaves: from when to when somebody is spared reminders (the table is in storage.people)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from storage.engine import Connection
from storage.people import leaves
from storage.questions import Question
from storage.schema import new_id
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class LeaveOf(Question[date | None]):
    """The last day of somebody's leave that lies over a day or is still to come; None where there is none."""

    person_id: int
    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[LeaveOf]) -> Sequence[date | None]:
        rows = await connection.execute(
            select(leaves.c.person_id, func.max(leaves.c.last_day).label("last"))
            .where(
                leaves.c.person_id.in_({one.person_id for one in questions}),
                leaves.c.last_day >= min(one.day for one in questions),
            )
            .group_by(leaves.c.person_id)
        )
        last = {row.person_id: row.last for row in rows}
        return [found if (found := last.get(one.person_id)) and found >= one.day else None for one in questions]


_insert = insert(leaves)
_forget_coming = delete(leaves).where(
    leaves.c.person_id == bindparam("b_person"),
    leaves.c.first_day >= bindparam("b_day"),
    leaves.c.id != bindparam("b_but"),
)
_cut_short = (
    update(leaves)
    .where(
        leaves.c.person_id == bindparam("b_person"),
        leaves.c.last_day >= bindparam("b_day"),
        leaves.c.id != bindparam("b_but"),
    )
    .values(last_day=bindparam("b_before"))
)


def taken(person_id: int, first_day: date, last_day: date, now: datetime) -> list[Write]:
    """A leave, both days included; another one that is not over gives way."""
    leave_id = new_id()
    row = {"id": leave_id, "person_id": person_id, "first_day": first_day, "last_day": last_day, "created_at": now}
    return [Write(_insert, row), *_over(person_id, first_day, leave_id)]


def over(person_id: int, today: date) -> list[Write]:
    """Back sooner: a leave that has begun ended yesterday, one that begins today or later never was."""
    return _over(person_id, today, 0)


def _over(person_id: int, day: date, but: int) -> list[Write]:
    values = {"b_person": person_id, "b_day": day, "b_but": but}
    return [Write(_forget_coming, values), Write(_cut_short, {**values, "b_before": day - timedelta(days=1)})]
