"""How a request is shown: its words, who asked, how it stands."""

from __future__ import annotations

from handlers.reports.facts import Contact as Named
from handlers.reports.places import place_name
from handlers.reports.room import clip
from handlers.turn import Turn
from locales import Text, _
from locales.dates import local
from storage.contacts import Officer
from storage.requests import Request, RequestKind, RequestState

_SHOWN = 6000
"""Characters: more than a messenger's longest message (4,096): whoever answers reads it all, and delivery splits it."""
_SHORT = 70


def names(officer: Officer) -> str:
    """ "chị Hà"; the whole name where nobody said how to call the officer."""
    return Named(officer.name, officer.address_form).called


def quoted(words: str) -> str:
    """Somebody's words for inside quotation marks: just as typed."""
    words = words.strip()
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…"


def in_short(request: Request, *, with_commune: bool = False) -> Text:
    """One line of a list: "Bản Lềnh, Lò Văn An: lịch họp tháng này…"."""
    place = place_name(request.unit_kind, request.unit_name)
    words = clip(" ".join(request.words.split()), _SHORT)
    if with_commune and request.unit_kind == "village":
        return _(
            "{commune}, {place}, {name}: {words}", commune=request.commune, place=place, name=_who(request), words=words
        )
    return _("{place}, {name}: {words}", place=place, name=_who(request), words=words)


def in_full(turn: Turn, request: Request) -> Text:
    """Everything about one request, for whoever may answer it."""
    values = {
        "number": str(request.number),
        "name": _who(request),
        "place": place_name(request.unit_kind, request.unit_name),
        "day": local(request.asked_at, turn.around.zone).date(),
        "words": quoted(request.words),
        "due": request.due_on,
    }
    match request.kind:
        case RequestKind.DIFFICULTY:
            return _("Number {number}, {day}: {name} ({place}) has a difficulty: “{words}”\nDue {due}.", **values)
        case RequestKind.PROPOSAL:
            return _("Number {number}, {day}: {name} ({place}) proposes: “{words}”\nDue {due}.", **values)
        case RequestKind.FORWARDED:
            return _("Number {number}, {day}: {name} ({place}) sends word: “{words}”\nDue {due}.", **values)
        case RequestKind.QUESTION:
            return _("Number {number}, {day}: {name} ({place}) asks: “{words}”\nDue {due}.", **values)


def how_it_ended(request: Request) -> Text:
    """For a lead: who answered what, or that it was closed."""
    who = Named(request.answered_by, request.answered_form).called or "–"
    if request.state is RequestState.ANSWERED:
        return _(
            "{who} has answered number {number} already: “{answer}”",
            who=who,
            number=str(request.number),
            answer=quoted(request.answer),
        )
    return _("{who} has closed number {number} already.", who=who, number=str(request.number))


def state_for_asker(request: Request) -> Text:
    """For the person who asked: what was asked, and how it stands."""
    values = {"number": str(request.number), "words": clip(" ".join(request.words.split()), 120)}
    match request.state:
        case RequestState.OPEN:
            return _("Number {number} “{words}”: waiting, an answer comes by {due}.", **values, due=request.due_on)
        case RequestState.ANSWERED:
            return _("Number {number} “{words}”: answered: “{answer}”", **values, answer=quoted(request.answer))
        case RequestState.CLOSED:
            return _("Number {number} “{words}”: seen and closed.", **values)


def answer_for_asker(request: Request, answer: str) -> Text:
    """The message that brings the answer."""
    short = clip(" ".join(request.words.split()), 120)
    values = {"office": _office(request.commune_kind), "words": short, "answer": answer.strip()}
    if request.kind is RequestKind.QUESTION:
        return _("{office} answers your question “{words}”:\n{answer}", **values)
    return _("{office} answers your words “{words}”:\n{answer}", **values)


def closed_for_asker(request: Request) -> Text:
    """The message that says that it was seen."""
    words = clip(" ".join(request.words.split()), 120)
    return _(
        "{office} has seen your words “{words}” and noted them. Thank you! Still something to ask? Type: hỏi",
        office=_office(request.commune_kind),
        words=words,
    )


def _office(kind: str) -> Text:
    """Who speaks, at the beginning of a sentence."""
    match kind:
        case "town":
            return _("The town")
        case "ward":
            return _("The ward")
    return _("The commune")


def _who(request: Request) -> Text:
    return request.asker or _("somebody")
