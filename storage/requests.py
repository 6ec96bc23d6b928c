"""What people asked the commune, and what became of it (the table is in storage.tutorials)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, case, insert, null, select, update

from storage.people import person_details, persons
from storage.schema import new_id
from storage.tutorials import requests
from storage.units import unit_versions
from storage.writing import Write


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


place, _above = unit_versions.alias("place"), unit_versions.alias("above")
_asker, _answerer, _answering = (
    person_details.alias("asker"),
    person_details.alias("answerer"),
    persons.alias("answering"),
)
is_village = place.c.kind == "village"
commune_id = case((is_village, place.c.parent_id), else_=place.c.unit_id)


def chosen() -> Select[Any]:
    """All requests, with the names that go with them; to be narrowed."""
    now = place.c.valid_to.is_(None)
    return (
        select(
            requests,
            _asker.c.name.label("asker"),
            place.c.name.label("unit_name"),
            place.c.kind.label("unit_kind"),
            commune_id.label("commune_id"),
            case((is_village, _above.c.name), else_=place.c.name).label("commune"),
            case((is_village, _above.c.kind), else_=place.c.kind).label("commune_kind"),
            _answerer.c.name.label("answerer"),
            _answering.c.address_form,
        )
        .join(place, and_(place.c.unit_id == requests.c.unit_id, now))
        .outerjoin(_above, and_(_above.c.unit_id == place.c.parent_id, _above.c.valid_to.is_(None)))
        .outerjoin(_asker, _asker.c.person_id == requests.c.person_id)
        .outerjoin(_answerer, _answerer.c.person_id == requests.c.answered_by)
        .outerjoin(_answering, _answering.c.id == requests.c.answered_by)
    )


def as_request(row: Any) -> Request:
    """A row of `chosen()`."""
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


_insert = insert(requests)
_end = (
    update(requests)
    .where(requests.c.id == bindparam("b_id"))
    .values(
        state=case((requests.c.state == "open", bindparam("b_state", type_=String)), else_=null()),
        answer=bindparam("b_answer"),
        answered_by=bindparam("b_by"),
        answered_at=bindparam("b_at"),
    )
)


def asked(
    number: int,
    kind: RequestKind,
    words: str,
    person_id: int,
    unit_id: int,
    commune_id: int,
    due_on: date,
    now: datetime,
) -> Write:
    """A new request, open."""
    return Write(
        _insert,
        {
            "id": new_id(),
            "number": number,
            "asked_of_id": commune_id,
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
    """An open request has its answer. Should another have ended it since it was looked at, the row refuses the NULL,
    the transaction fails, and the turn is lived again: so that its asker hears one answer."""
    return _ended(request_id, RequestState.ANSWERED, answer, by_person_id, now)


def closed(request_id: int, by_person_id: int, now: datetime) -> Write:
    """An open request was seen and ended without words."""
    return _ended(request_id, RequestState.CLOSED, None, by_person_id, now)


def _ended(request_id: int, state: RequestState, answer: str | None, by_person_id: int, now: datetime) -> Write:
    values = {"b_id": request_id, "b_state": state.value, "b_answer": answer, "b_by": by_person_id, "b_at": now}
    return Write(_end, values)
