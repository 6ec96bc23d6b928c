""" "yêu cầu" from an officer: what is open, to pick one of it (what is done with that one: `replying`)."""

from __future__ import annotations

from handlers.chat.requests import replying
from handlers.chat.requests.waiting import officer, sees_all, waiting
from handlers.chat.requests.wording import how_it_ended, in_short
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_choice
from locales import Text, _
from storage.request_questions import RequestNumbered
from storage.requests import Request

_SHOWN = 10
_MOST = 999_999
"""No commune has so many requests; a longer row of digits is something else."""


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.REQUESTS and officer(turn) is not None


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    number = meaning.argument.strip(" #.")
    service = officer(turn)
    if number and service is not None and service.role != "admin":
        request = None
        if len(number) <= len(str(_MOST)):
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
    if replying.not_now(text):
        replying.later(turn)
        return END
    return None
    yield


REQUESTS = Dialogue(
    "requests",
    (
        Step("which", _asks_which, _hears_which, ("ways", END)),
        Step("ways", replying.asks_ways, replying.hears_ways, ("answer", "sure", END)),
        Step("answer", replying.asks_answer, replying.hears_answer, ("sure", END), takes_anything=True),
        Step("sure", replying.asks_sure, replying.hears_sure, ("answer", END)),
    ),
)

CONVERSATION = Conversation("requests", _takes, _begin, (REQUESTS,))
