"""A request is kept for the commune: numbered, due, its leads told, and a receipt that promises what can be kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.calendar.days import calendar_of
from handlers.chat.requests.wording import names, quoted
from handlers.reports.places import office, place_name
from handlers.turn import Thinking, Turn, ask
from locales import Text, _, lines
from storage import requests
from storage.calendar import EveryMovedDay
from storage.contacts import Contact, LeadsOf, Officer, OfficerOf
from storage.known import Service
from storage.request_questions import NextNumber
from storage.requests import RequestKind

WORKING_DAYS = 2
"""Within so many the commune answers (voice.md §3). Weekends and holidays are none, days made up for are."""

_NO_LEAD_HERE = 0
_OFFICERS = ("commune_lead", "admin")


def forward(turn: Turn, words: str) -> Thinking[None]:
    """Pass somebody's own words on to the commune, exactly as they were typed, and say so."""
    yield from ask_commune(turn, RequestKind.FORWARDED, words)


def ask_commune(turn: Turn, kind: RequestKind, words: str) -> Thinking[None]:
    """Keep a request of the speaker, tell the leads of their commune (else the admins), and say the receipt."""
    person, service = turn.person, commune_of(turn)
    if person is None or service is None:
        turn.say(_("I do not know yet which commune you belong to, so I cannot pass this on. Please ask your officer."))
        return
    number = yield from ask(NextNumber(service.commune_id))
    hearers = yield from _hearers(turn, service)
    officer = yield from officer_of(turn)
    due = yield from due_on(turn, turn.today)
    turn.write(requests.asked(number, kind, words, person.id, service.unit_id, service.commune_id, due, turn.now))
    for hearer in hearers:
        turn.tell(hearer.door, _told(turn, service, kind, number, words), person=hearer.person, kind="question")
    turn.say(_receipt(kind, service, officer, due, promised=bool(hearers)))


def commune_of(turn: Turn) -> Service | None:
    """The membership whose commune hears the speaker's requests."""
    return turn.person.services[0] if turn.person and turn.person.services else None


def officer_of(turn: Turn) -> Thinking[Officer | None]:
    """Whom the speaker's commune names as its officer."""
    service = commune_of(turn)
    if service is None:
        return None
    return (yield from ask(OfficerOf(service.commune_id, turn.today)))


def due_on(turn: Turn, day: date) -> Thinking[date]:
    """The day until which the commune answers what was asked on a day."""
    moved = yield from ask(EveryMovedDay())
    return calendar_of(moved, public=turn.around.holidays).after_working_days(day, WORKING_DAYS)


def _hearers(turn: Turn, service: Service) -> Thinking[Sequence[Contact]]:
    """The leads of the commune; what a lead asks goes to the admins."""
    own = service.role in _OFFICERS
    found = yield from ask(LeadsOf(_NO_LEAD_HERE if own else service.commune_id, turn.today, or_admins=True))
    return [one for one in found if turn.person is None or one.person.id != turn.person.id]


def _told(turn: Turn, service: Service, kind: RequestKind, number: int, words: str) -> Text:
    values = {
        "name": turn.person.name if turn.person else "",
        "place": place_name(service.unit_kind, service.unit_name),
        "words": quoted(words),
        "number": str(number),
    }
    match kind:
        case RequestKind.QUESTION:
            return _("{name} ({place}) asks: “{words}”\nTo answer, type: yêu cầu {number}", **values)
        case RequestKind.DIFFICULTY:
            return _("{name} ({place}) has a difficulty: “{words}”\nTo answer, type: yêu cầu {number}", **values)
        case RequestKind.PROPOSAL:
            return _("{name} ({place}) proposes: “{words}”\nTo answer, type: yêu cầu {number}", **values)
        case RequestKind.FORWARDED:
            return _("{name} ({place}) sends you word: “{words}”\nTo answer, type: yêu cầu {number}", **values)


def _receipt(kind: RequestKind, service: Service, officer: Officer | None, due: date, promised: bool) -> Text:
    values = {"to": _to(service, officer)}
    match kind:
        case RequestKind.QUESTION:
            first = _("I have passed your question on to {to}.", **values)
        case RequestKind.DIFFICULTY:
            first = _("I have put your difficulty on the list of {to}. Thank you for saying it!", **values)
        case RequestKind.PROPOSAL:
            first = _("I have put your proposal on the list of {to}. Thank you!", **values)
        case RequestKind.FORWARDED:
            first = _("I have passed your words on to {to}, just as you typed them.", **values)
    office_of = _hearing(service)
    if promised:  # somebody whose work it is has heard of it; else no time can be promised
        return lines(
            first,
            _(
                "Within 2 working days {office} answers, by {due} at the latest. To see how it stands, type: yêu cầu",
                office=office_of,
                due=due,
            ),
        )
    return lines(
        first,
        _(
            "No officer of {office} reads here yet, so the answer may take longer; if it is urgent, please call. "
            "To see how it stands, type: yêu cầu",
            office=office_of,
        ),
    )


def _to(service: Service, officer: Officer | None) -> Text:
    where = _hearing(service)
    return (
        where
        if officer is None or service.role in _OFFICERS
        else _("{who} at {office}", who=names(officer), office=where)
    )


def _hearing(service: Service) -> Text:
    """Who hears it: the commune; what its officers ask goes to the administrators."""
    return _("the administrators") if service.role in _OFFICERS else office(service.commune_kind)
