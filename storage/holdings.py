"""What is held about a person, counted: for "dữ liệu của tôi"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.checkins import checkins
from storage.media import media
from storage.people import consents, person_details, persons
from storage.questions import Question
from storage.tutorials import requests


@dataclass(frozen=True, slots=True)
class Holding:
    """What is held about somebody, counted."""

    phone: str = ""
    checkins: int = 0
    pictures: int = 0
    questions: int = 0
    since: datetime | None = None
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldAbout(Question[Holding]):
    """What do we hold about this person?"""

    person_id: int

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[HeldAbout]) -> Sequence[Holding]:
        ids = sorted({one.person_id for one in questions})
        rows = await connection.execute(
            select(
                persons.c.id,
                persons.c.created_at,
                person_details.c.phone,
                _count(checkins, checkins.c.kind != "withdrawal").label("checkins"),
                _count(media, media.c.origin == "sent", media.c.state != "gone").label("pictures"),
                _count(requests).label("questions"),
                select(func.max(consents.c.answered_at))
                .where(consents.c.person_id == persons.c.id, consents.c.answer == "yes")
                .scalar_subquery()
                .label("agreed_at"),
            )
            .outerjoin(person_details, person_details.c.person_id == persons.c.id)
            .where(persons.c.id.in_(ids))
        )
        found = {
            row.id: Holding(row.phone or "", row.checkins, row.pictures, row.questions, row.created_at, row.agreed_at)
            for row in rows
        }
        return [found.get(one.person_id, Holding()) for one in questions]


def _count(table: Any, *which: Any) -> Any:
    return select(func.count()).select_from(table).where(table.c.person_id == persons.c.id, *which).scalar_subquery()
