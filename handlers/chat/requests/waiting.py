"""What is open where the speaker is an officer."""

from __future__ import annotations

from handlers.chat.area import office
from handlers.turn import Thinking, Turn, ask
from storage.known import Service
from storage.request_questions import OpenRequests
from storage.requests import Request


def officer(turn: Turn) -> Service | None:
    """As what the speaker may read and answer requests."""
    return office(turn.person)


def sees_all(turn: Turn) -> bool:
    """Whether the speaker sees the requests of every commune."""
    service = officer(turn)
    return service is not None and service.role == "admin"


def waiting(turn: Turn) -> Thinking[list[Request]]:
    """Open requests, oldest first; an admin's are grouped by commune."""
    if turn.person is None:
        return []
    if turn.person.serves_as("admin"):
        found = yield from ask(OpenRequests(None))
        first = {one.commune_id: place for place, one in reversed(list(enumerate(found)))}
        return sorted(found, key=lambda one: first[one.commune_id])
    communes = dict.fromkeys(one.commune_id for one in turn.person.services if one.role == "commune_lead")
    own: list[Request] = []
    for commune in communes:
        own += yield from ask(OpenRequests(commune))
    return own
