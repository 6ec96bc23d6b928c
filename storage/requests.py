"""What people asked the commune, and what became of it (the table is in storage.tutorials)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, insert, or_, select, update

from storage.audience import Reach, reach
from storage.engine import Connection
from storage.people import person_details, persons
from storage.questions import Question
from storage.schema import new_id
from storage.tutorials import requests
from storage.units import unit_versions
from storage.writing import Write

_MANY = 500
"""No list reads more open requests than this; the oldest come first."""


class RequestKind(StrEnum):
    QUESTION = "question"
    DIFFICULTY = "difficulty"
    PROPOSAL = "proposal"
    FORWARDED = "forwarded"
    """Words that nobody understood, passed on as they were typed."""


class RequestState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    """Seen and ended without an answer in words."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Names are empty where the person is unknown or was forgotten."""

    id: int
    number: int
    kind: RequestKind
    state: RequestState
    words: str
    asked_at: datetime
    due_on: date
    asker_id: int | None
    asker: str
    unit_id: int
    unit_name: str
    unit_kind: str
    commune_id: int
    commune: str
    commune_kind: str
    answer: str
    answered_by: str
    answered_form: str
    answered_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state is RequestState.OPEN


_place, _above = unit_versions.alias("place"), unit_versions.alias("above")
_asker, _answerer, _answering = (
    person_details.alias("asker"),
    person_details.alias("answerer"),
    persons.alias("answering"),
)
_is_village = _place.c.kind == "village"
_commune_id = case((_is_village, _place.c.parent_id), else_=_place.c.unit_id)


def _chosen() -> Select[Any]:
    now = _place.c.valid_to.is_(None)
    return (
        select(
            requests,
            _asker.c.name.label("asker"),
            _place.c.name.label("unit_name"),
            _place.c.kind.label("unit_kind"),
            _commune_id.label("commune_id"),
            case((_is_village, _above.c.name), else_=_place.c.name).label("commune"),
            case((_is_village, _above.c.kind), else_=_place.c.kind).label("commune_kind"),
            _answerer.c.name.label("answerer"),
            _answering.c.address_form,
        )
        .join(_place, and_(_place.c.unit_id == requests.c.unit_id, now))
        .outerjoin(_above, and_(_above.c.unit_id == _place.c.parent_id, _above.c.valid_to.is_(None)))
        .outerjoin(_asker, _asker.c.person_id == requests.c.person_id)
        .outerjoin(_answerer, _answerer.c.person_id == requests.c.answered_by)
        .outerjoin(_answering, _answering.c.id == requests.c.answered_by)
    )


def _request(row: Any) -> Request:
    return Request(
        row.id,
        row.number,
        RequestKind(row.kind),
        RequestState(row.state),
        row.words,
        row.asked_at,
        row.due_on,
        row.person_id,
        row.asker or "",
        row.unit_id,
        row.unit_name,
        row.unit_kind,
        row.commune_id or row.unit_id,
        row.commune or "",
        row.commune_kind or "",
        row.answer or "",
        row.answerer or "",
        row.address_form or "",
        row.answered_at,
    )


@dataclass(frozen=True, slots=True)
class OpenRequests(Question[tuple[Request, ...]]):
    """Open requests of a place and the villages in it, oldest first; of everywhere where no place is named."""

    unit_id: int | None = None

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[OpenRequests]) -> Sequence[tuple[Request, ...]]:
        query = _chosen().where(requests.c.state == "open").order_by(requests.c.asked_at, requests.c.id)
        if all(one.unit_id is not None for one in questions):
            query = query.where(_within({one.unit_id for one in questions if one.unit_id is not None}))
        found = [_request(row) for row in await connection.execute(query.limit(_MANY * len(questions)))]
        return [tuple(each for each in found if one._holds(each))[:_MANY] for one in questions]

    def _holds(self, request: Request) -> bool:
        return self.unit_id is None or self.unit_id in (request.unit_id, request.commune_id)


def _within(units: Iterable[int]) -> Any:
    ids = sorted(units)
    return or_(requests.c.unit_id.in_(ids), and_(_is_village, _place.c.parent_id.in_(ids)))


@dataclass(frozen=True, slots=True)
class RequestNumbered(Question[Request | None]):
    """The request with this number in a commune, whatever its state: an open one before one that has ended."""

    commune_id: int
    number: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestNumbered]) -> Sequence[Request | None]:
        query = (
            _chosen()
            .where(requests.c.number.in_({one.number for one in questions}))
            .where(_within({one.commune_id for one in questions}))
            .order_by(requests.c.state != "open", requests.c.id)
        )
        first: dict[RequestNumbered, Request] = {}
        for row in await connection.execute(query):
            found = _request(row)
            first.setdefault(RequestNumbered(found.commune_id, found.number), found)
        return [first.get(one) for one in questions]


@dataclass(frozen=True, slots=True)
class RequestById(Question[Request | None]):
    """One request as it is now: somebody else may have answered it since it was shown."""

    request_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestById]) -> Sequence[Request | None]:
        query = _chosen().where(requests.c.id.in_({one.request_id for one in questions}))
        found = {row.id: _request(row) for row in await connection.execute(query)}
        return [found.get(one.request_id) for one in questions]


@dataclass(frozen=True, slots=True)
class RequestsOf(Question[tuple[Request, ...]]):
    """The last requests of one person, newest first."""

    person_id: int
    most: int = 5

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[RequestsOf]) -> Sequence[tuple[Request, ...]]:
        people = {one.person_id for one in questions}
        query = _chosen().where(requests.c.person_id.in_(people)).order_by(requests.c.id.desc())
        found = [_request(row) for row in await connection.execute(query)]
        return [tuple(each for each in found if each.asker_id == one.person_id)[: one.most] for one in questions]


@dataclass(frozen=True, slots=True)
class NextNumber(Question[int]):
    """The number for a commune's next request. Those who ask together get different ones."""

    commune_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[NextNumber]) -> Sequence[int]:
        communes = {one.commune_id for one in questions}
        rows = await connection.execute(
            select(_commune_id.label("commune_id"), func.max(requests.c.number).label("last"))
            .join(_place, and_(_place.c.unit_id == requests.c.unit_id, _place.c.valid_to.is_(None)))
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


_insert = insert(requests)
_end = (
    update(requests)
    .where(requests.c.id == bindparam("b_id"), requests.c.state == "open")
    .values(
        state=bindparam("b_state"),
        answer=bindparam("b_answer"),
        answered_by=bindparam("b_by"),
        answered_at=bindparam("b_at"),
    )
)


def asked(
    number: int, kind: RequestKind, words: str, person_id: int, unit_id: int, due_on: date, now: datetime
) -> Write:
    """A new request, open."""
    return Write(
        _insert,
        {
            "id": new_id(),
            "number": number,
            "person_id": person_id,
            "unit_id": unit_id,
            "kind": kind.value,
            "words": words,
            "state": "open",
            "asked_at": now,
            "due_on": due_on,
            "answered_by": None,
            "answer": None,
            "answered_at": None,
        },
    )


def answered(request_id: int, answer: str, by_person_id: int, now: datetime) -> Write:
    """An open request has its answer; one that has ended meanwhile stays as it is."""
    return _ended(request_id, RequestState.ANSWERED, answer, by_person_id, now)


def closed(request_id: int, by_person_id: int, now: datetime) -> Write:
    """An open request was seen and ended without words."""
    return _ended(request_id, RequestState.CLOSED, None, by_person_id, now)


def _ended(request_id: int, state: RequestState, answer: str | None, by_person_id: int, now: datetime) -> Write:
    values = {"b_id": request_id, "b_state": state.value, "b_answer": answer, "b_by": by_person_id, "b_at": now}
    return Write(_end, values)
