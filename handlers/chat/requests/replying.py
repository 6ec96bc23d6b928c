"""One request in an officer's hand: answered, closed, or left for later; whoever asked hears of it."""

from __future__ import annotations

from handlers.chat.picking import numbered, picked
from handlers.chat.requests.bringing import bring
from handlers.chat.requests.wording import answer_for_asker, closed_for_asker, how_it_ended, in_full, quoted
from handlers.chat.smalltalk import courtesy
from handlers.dialogue import END, STAY
from handlers.reading import context
from handlers.reports.facts import given_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, Unknown, as_yes_no, is_done, is_escape, is_skip, read
from locales import _
from storage import requests
from storage.audience import Reach
from storage.request_questions import RequestById
from storage.requests import Request

_WAYS = numbered(_("Answer"), _("Close it"), _("Later"))
_SURE = numbered(_("Send"), _("Write another answer"), _("Later"))
_TALK = 3
"""So many words, and none of them understood, are an answer typed straight away."""


def not_now(text: str) -> bool:
    """ "thôi", "bỏ qua", "không": it may wait."""
    return is_done(text) or is_skip(text) or as_yes_no(text) is False


def later(turn: Turn) -> None:
    turn.say(_("All right, they keep waiting in the list: yêu cầu"))


# What to do with it


def asks_ways(turn: Turn) -> Thinking[None]:
    request = yield from _current(turn)
    if request is not None:
        turn.say(in_full(turn, request), _WAYS)


def hears_ways(turn: Turn, text: str) -> Thinking[str | None]:
    way = picked(turn, text, _WAYS)
    if way == 1:
        return "answer"
    if way == 2:
        yield from _close(turn)
        return STAY
    if way == 3 or not_now(text):
        later(turn)
        return END
    if (yield from _is_talk(turn, text)):
        turn.note(words=text)
        return "sure"
    return None


def _is_talk(turn: Turn, text: str) -> Thinking[bool]:
    """Whether an officer who was asked what to do has written the answer already."""
    if len(text.split()) < _TALK or courtesy(text) is not None:
        return False
    facts = yield from context(turn)
    return isinstance(read(text, facts), Unknown)


# The answer


def asks_answer(turn: Turn) -> Thinking[None]:
    turn.say(_("Please type the answer in one message; I send it on just so. To leave it, type: hủy"))
    return
    yield


def hears_answer(turn: Turn, text: str) -> Thinking[str | None]:
    """Anything is an answer, but a bare word that is one of ours ("yêu cầu") is asked about before a villager reads
    it."""
    if is_escape(text) is not None:
        return None
    if not text.strip():
        yield from asks_answer(turn)
        return STAY
    facts = yield from context(turn)
    meaning = read(text, facts)
    if isinstance(meaning, Command) and not meaning.argument:
        turn.note(words=text)
        return "sure"
    yield from _send(turn, text)
    return STAY


def asks_sure(turn: Turn) -> Thinking[None]:
    request = yield from _current(turn)
    if request is not None:
        words = quoted(turn.draft["words"])
        turn.say(_("Shall I send {name} these words: “{words}”?", name=given_name(request.asker), words=words), _SURE)


def hears_sure(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, _SURE)
    if said is None and (yes := as_yes_no(text)) is not None:
        said = 1 if yes else 2
    if said == 1:
        yield from _send(turn, turn.draft["words"])
        return STAY
    if said == 2:
        return "answer"
    if said == 3 or not_now(text):
        later(turn)
        return END
    return None


def _send(turn: Turn, words: str) -> Thinking[None]:
    request = yield from _current(turn)
    if request is None or turn.person is None:
        return
    turn.close()
    turn.write(requests.answered(request.id, words, turn.person.id, turn.now))
    reach = yield from bring(turn, request, answer_for_asker(request, words))
    _report(turn, request, reach)


def _close(turn: Turn) -> Thinking[None]:
    request = yield from _current(turn)
    if request is None or turn.person is None:
        return
    turn.close()
    turn.write(requests.closed(request.id, turn.person.id, turn.now))
    yield from bring(turn, request, closed_for_asker(request))
    turn.say(
        _(
            "Number {number} is closed; whoever asked knows that it was seen. The others: yêu cầu",
            number=str(request.number),
        )
    )


def _current(turn: Turn) -> Thinking[Request | None]:
    """The request in hand, if it is still open; else the dialogue ends with how it ended."""
    request = yield from ask(RequestById(turn.draft["id"]))
    if request is not None and request.is_open:
        return request
    turn.close()
    turn.say(how_it_ended(request) if request else _("This request is no longer there. The others: yêu cầu"))
    return None


def _report(turn: Turn, request: Request, reach: Reach | None) -> None:
    if reach is not None:
        turn.say(
            _(
                "Sent to {name}. Number {number} is answered; the others: yêu cầu",
                name=given_name(request.asker),
                number=str(request.number),
            )
        )
    else:
        turn.say(
            _(
                "Your answer to number {number} is kept, but I cannot reach whoever asked at the moment. "
                "Please call them if it is urgent.",
                number=str(request.number),
            )
        )
