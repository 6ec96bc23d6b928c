"""Which lessons were asked for, and what people asked the commune."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, insert

from storage.schema import Id, Moment, key, metadata, new_id, refers
from storage.writing import Write

lesson_requests = Table(
    "lesson_requests",
    metadata,
    key(),
    refers("person_id", "persons", nullable=True),
    refers("unit_id", "units", nullable=True),
    refers("team_id", "teams", nullable=True),
    Column("week", Date, nullable=False),
    Column("lesson", Integer),
    Column("query", String(200)),
    Column("asked_at", Moment, nullable=False),
    Index("ix_lesson_requests_week_unit", "week", "unit_id"),
)
"""`lesson`: the number of the lesson given, empty where none was found; `query`: what was typed, erasable."""

requests = Table(
    "requests",
    metadata,
    key(),
    Column("number", Integer, nullable=False),
    Column("asked_of_id", Id),
    refers("person_id", "persons", nullable=True, index=True),
    refers("unit_id", "units", index=True),
    Column("kind", String(12), nullable=False),
    Column("words", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("due_on", Date, nullable=False),
    refers("answered_by", "persons", nullable=True),
    Column("answer", Text),
    Column("answered_at", Moment),
    Index("uq_requests_asked_of_id_number", "asked_of_id", "number", unique=True),
)
"""`kind`: question, difficulty, proposal, forwarded. `state`: open, answered, closed. `number`: short, within the
commune, which is `asked_of_id`: of two turns that choose one number at one moment, one fails and
is lived again."""

_QUERY = 200
_insert = insert(lesson_requests)


def wanted(
    person_id: int | None,
    unit_id: int | None,
    team_id: int | None,
    week: date,
    lesson: int | None,
    query: str,
    now: datetime,
) -> Write:
    """Somebody asked for a lesson in the week of a Monday; `lesson` is None where there was none for their words."""
    row = {"id": new_id(), "person_id": person_id, "unit_id": unit_id, "team_id": team_id, "week": week}
    return Write(_insert, {**row, "lesson": lesson, "query": query[:_QUERY] or None, "asked_at": now})
