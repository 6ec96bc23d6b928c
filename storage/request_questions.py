"""What is asked of the requests: which are open, one by its number, one's own, the next number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select

from storage.audience import Reach, reach
from storage.engine import Connection
from storage.questions import Question
from storage.requests import Request, as_request, chosen, commune_id, is_village, place
from storage.tutorials import requests

_MANY = 500
"""No list reads more open requests than this; the oldest come first."""


@dataclass(frozen=True, slots=True)
class OpenRequests(Question[tuple[Request, ...]]):
    """Open requests of a place and the villages in it, oldest first; of everywhere where no place is named."""

    unit_id: int | None = None

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[OpenRequests]) -> Sequence[tuple[Request, ...]]:
        query = chosen().where(requests.c.state == "open").order_by(requests.c.asked_at, requests.c.id)
        if all(one.unit_id is not None for one in questions):
            query = query.where(_within({one.unit_id for one in questions if one.unit_id is not None}))
        found = [as_request(row) for row in await connection.execute(query.limit(_MANY * len(questions)))]
        return [tuple(each for each in found if one._holds(each))[:_MANY] for one in questions]

    def _holds(self, request: Request) -> bool:
        return self.unit_id is None or self.unit_id in (request.unit_id, request.commune_id)


def _within(units: Iterable[int]) -> Any:
    ids = sorted(units)
    return or_(requests.c.unit_id.in_(ids), and_(is_village, place.c.parent_id.in_(ids)))


@dataclass(frozen=True, slots=True)
class RequestNumbered(Question[Request | None]):
    """The request with this number in a commune, whatever its state: an open one before one that has ended."""

    commune_id: int
    number: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestNumbered]) -> Sequence[Request | None]:
        query = (
            chosen()
            .where(requests.c.number.in_({one.number for one in questions}))
            .where(_within({one.commune_id for one in questions}))
            .order_by(requests.c.state != "open", requests.c.id)
        )
        first: dict[RequestNumbered, Request] = {}
        for row in await connection.execute(query):
            found = as_request(row)
            first.setdefault(RequestNumbered(found.commune_id, found.number), found)
        return [first.get(one) for one in questions]


@dataclass(frozen=True, slots=True)
class RequestById(Question[Request | None]):
    """One request as it is now: somebody else may have answered it since it was shown."""

    request_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestById]) -> Sequence[Request | None]:
        query = chosen().where(requests.c.id.in_({one.request_id for one in questions}))
        found = {row.id: as_request(row) for row in await connection.execute(query)}
        return [found.get(one.request_id) for one in questions]


@dataclass(frozen=True, slots=True)
class RequestsOf(Question[tuple[Request, ...]]):
    """The last requests of one person, newest first."""

    person_id: int
    most: int = 5

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestsOf]) -> Sequence[tuple[Request, ...]]:
        people = {one.person_id for one in questions}
        query = chosen().where(requests.c.person_id.in_(people)).order_by(requests.c.id.desc())
        found = [as_request(row) for row in await connection.execute(query)]
        return [tuple(each for each in found if each.asker_id == one.person_id)[: one.most] for one in questions]


@dataclass(frozen=True, slots=True)
class NextNumber(Question[int]):
    """The number for a commune's next request. Those who ask together get different ones."""

    commune_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[NextNumber]) -> Sequence[int]:
        communes = {one.commune_id for one in questions}
        rows = await connection.execute(
            select(commune_id.label("commune_id"), func.max(requests.c.number).label("last"))
            .join(place, and_(place.c.unit_id == requests.c.unit_id, place.c.valid_to.is_(None)))
            .where(_within(communes))
            .group_by("commune_id")
        )
        last = Counter({row.commune_id: row.last for row in rows})
        numbers = []
        for one in questions:
            last[one.commune_id] += 1
            numbers.append(last[one.commune_id])
        return numbers


@dataclass(frozen=True, slots=True)
class ReachOf(Question[Reach | None]):
    """Through which door one person can be written to; None where nothing is known of them any more."""

    person_id: int
    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[ReachOf]) -> Sequence[Reach | None]:
        found = await reach(connection, {one.person_id for one in questions}, questions[0].day)
        by_id = {one.person.id: one for one in found}
        return [by_id.get(one.person_id) for one in questions]
