"""Which lessons were asked for, and what people asked the commune."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from storage.schema import Moment, key, metadata, refers

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
)
"""`kind`: question, difficulty, proposal, forwarded. `state`: open, answered, closed. `number`: short, within the
commune."""
