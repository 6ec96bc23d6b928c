""" "nhắn ở đây": which of several doors somebody wishes to be written to."""

from __future__ import annotations

from handlers.chat.people.asking import asks_for
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import CommandName, Meaning
from locales import _
from storage import people


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return asks_for(turn, meaning, CommandName.WRITE_HERE)


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    person = turn.person
    if person is None:
        return
    turn.write(people.prefers(person.id, turn.door.id))
    if person.stopped:
        turn.say(_("Noted. Just now I do not write first, as you wished; to have it again, type: nhắn lại"))
    else:
        turn.say(_("Good: from now on my reminders and news come to you here, and nowhere else."))
    return
    yield


CONVERSATION = Conversation("here", _takes, _begin)
