""" "hủy": leaves what is open; it never undoes what was saved."""

from __future__ import annotations

from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import _


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.CANCEL


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    open_one = turn.standing.dialogue
    if open_one is not None and not open_one.startswith("checkin"):
        turn.close()
        turn.say(_("All right, we leave it at that. Type what you want to do, or: trợ giúp"))
    elif open_one is not None:
        turn.close()
        turn.say(_("All right, I stop here. Nothing of this was saved, and what was saved before still stands."))
    else:
        turn.say(_("Nothing is open, and what you recorded still stands. To take your last entry back, type: bỏ"))
    return
    yield


CONVERSATION = Conversation("cancel", _takes, _begin)
