""" "yêu cầu" from a member: how one's own requests stand; from a team leader also what the village waits for."""

from __future__ import annotations

from handlers.chat.requests.wording import in_full, in_short, state_for_asker
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning
from locales import Text, _, lines
from storage.known import Service
from storage.request_questions import OpenRequests, RequestsOf
from storage.requests import Request


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.REQUESTS


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    person = turn.person
    if person is None:
        return
    number = int(meaning.argument.strip(" #.") or 0)
    own = yield from ask(RequestsOf(person.id))
    leader = person.serves_as("leader")
    village: tuple[Request, ...] = ()
    if leader is not None:
        village = yield from ask(OpenRequests(leader.unit_id))
    if number:
        _one(turn, number, own, village)
    else:
        _all(turn, own, [one for one in village if one.asker_id != person.id], leader)


def _one(turn: Turn, number: int, own: tuple[Request, ...], village: tuple[Request, ...]) -> None:
    mine = next((one for one in own if one.number == number), None)
    near = next((one for one in village if one.number == number), None)
    if mine is not None:
        turn.say(state_for_asker(mine))
    elif near is not None:
        turn.say(in_full(turn, near))
    else:
        turn.say(_("I find no request number {number}. To see the list, type: yêu cầu", number=str(number)))


def _all(turn: Turn, own: tuple[Request, ...], village: list[Request], leader: Service | None) -> None:
    if village and leader is not None:
        turn.say(
            lines(
                _("Waiting for an answer from the commune, asked from {village}:", village=leader.unit_name),
                *(_numbered(one) for one in village[:5]),
                _("and {count} more questions", count=len(village) - 5) if len(village) > 5 else None,
            )
        )
    if own:
        turn.say(lines(*(state_for_asker(one) for one in own)))
    elif not village:
        turn.say(_("Nothing waits here. To ask the commune something, type: hỏi, and then your question."))


def _numbered(request: Request) -> Text:
    return _("Number {number}: {line}", number=str(request.number), line=in_short(request))


CONVERSATION = Conversation("own_requests", _takes, _begin)
