""" "yêu cầu" from an officer: what is open, one of it, and the answer that goes back to whoever asked."""

from __future__ import annotations

from handlers.chat.requests.bringing import bring
from handlers.chat.requests.waiting import officer, sees_all, waiting
from handlers.chat.requests.wording import answer_for_asker, closed_for_asker, how_it_ended, in_full, in_short
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.reports.facts import given_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_yes_no, is_done, is_escape, is_skip
from locales import Text, _
from storage import requests
from storage.audience import Reach
from storage.request_questions import RequestById, RequestNumbered
from storage.requests import Request

_SHOWN = 10
_MOST = 9999


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.REQUESTS and officer(turn) is not None


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    number = meaning.argument.strip(" #.")
    service = officer(turn)
    if number and service is not None and service.role != "admin":
        request = yield from ask(RequestNumbered(service.commune_id, int(number)))
        yield from _open(turn, request, number)
    else:
        yield from show(turn)


def show(turn: Turn) -> Thinking[None]:
    """What is open where the speaker is an officer, to pick from; says so when nothing is."""
    found = yield from waiting(turn)
    if not found:
        turn.close()
        turn.say(_("No question is waiting. Thank you!"))
        return
    everywhere = sees_all(turn)
    shown = found[:_SHOWN]
    keys = {str(place if everywhere else one.number): one.id for place, one in enumerate(shown, 1)}
    yield from begin(turn, REQUESTS, {"keys": keys, "count": len(found)})


def _open(turn: Turn, request: Request | None, number: str) -> Thinking[None]:
    if request is None:
        turn.say(_("I find no request number {number}. To see the list, type: yêu cầu", number=number))
    elif not request.is_open:
        turn.say(how_it_ended(request))
    else:
        yield from begin(turn, REQUESTS, {"id": request.id}, at="ways")


# The list


def _asks_which(turn: Turn) -> Thinking[None]:
    found = yield from waiting(turn)
    by_id = {one.id: one for one in found}
    keys = {key: by_id[one] for key, one in turn.draft["keys"].items() if one in by_id}
    if not keys:
        turn.close()
        turn.say(_("No question is waiting. Thank you!"))
        return
    choices = [Choice(key, in_short(one, with_commune=sees_all(turn))) for key, one in keys.items()]
    turn.say(_heading(turn.draft["count"], len(choices)), tuple(choices))


def _heading(count: int, shown: int) -> Text:
    if count > shown:
        return _("{count} requests are waiting; the oldest {shown} first. Which one, please?", count=count, shown=shown)
    return _("Requests that wait for an answer. Which one, please?")


def _hears_which(turn: Turn, text: str) -> Thinking[str | None]:
    number = as_choice(text, _MOST)
    if number is not None and (request_id := turn.draft["keys"].get(str(number))) is not None:
        turn.note(id=request_id)
        return "ways"
    if _not_now(text):
        turn.say(_("All right, they keep waiting in the list: yêu cầu"))
        return END
    return None
    yield


def _not_now(text: str) -> bool:
    return is_done(text) or is_skip(text) or as_yes_no(text) is False


# One of them


def _asks_ways(turn: Turn) -> Thinking[None]:
    request = yield from _current(turn)
    if request is None:
        return
    turn.say(
        in_full(turn, request),
        (Choice("1", _("Answer")), Choice("2", _("Close it")), Choice("3", _("Later"))),
    )


def _hears_ways(turn: Turn, text: str) -> Thinking[str | None]:
    answer = as_choice(text, 3)
    if answer == 1:
        return "answer"
    if answer == 2:
        yield from _close(turn)
        return STAY
    if answer == 3 or _not_now(text):
        turn.say(_("All right, they keep waiting in the list: yêu cầu"))
        return END
    return None


def _asks_answer(turn: Turn) -> Thinking[None]:
    turn.say(_("Please type the answer in one message; I send it on just so. To leave it, type: hủy"))
    return
    yield


def _hears_answer(turn: Turn, text: str) -> Thinking[str | None]:
    if is_escape(text) is not None:
        return None
    if not text.strip():
        yield from _asks_answer(turn)
        return STAY
    request = yield from _current(turn)
    if request is None or turn.person is None:
        return STAY
    turn.close()
    turn.write(requests.answered(request.id, text, turn.person.id, turn.now))
    reach = yield from bring(turn, request, answer_for_asker(request, text))
    _report(turn, request, reach)
    return STAY


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


REQUESTS = Dialogue(
    "requests",
    (
        Step("which", _asks_which, _hears_which, ("ways", END)),
        Step("ways", _asks_ways, _hears_ways, ("answer", END)),
        Step("answer", _asks_answer, _hears_answer, (END,), takes_anything=True),
    ),
)

CONVERSATION = Conversation("requests", _takes, _begin, (REQUESTS,))
