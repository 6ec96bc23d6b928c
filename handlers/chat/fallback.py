"""What nobody understood: said kindly, nothing of it lost, with three ways on."""

from __future__ import annotations

from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning
from locales import _


def _takes(_turn: Turn, _meaning: Meaning) -> bool:
    return True


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    turn.say(_("I did not quite understand, but your words are kept and not lost."))
    return
    yield


CONVERSATION = Conversation("fallback", _takes, _begin)
