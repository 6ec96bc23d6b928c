""" "hỏi …", "kiến nghị: …", "khó khăn: …": words for the commune, kept with a promise."""

from __future__ import annotations

from handlers.chat.requests.keeping import ask_commune
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, Note, NoteKind, is_escape
from locales import _
from storage.requests import RequestKind

_KINDS = {NoteKind.DIFFICULTY: RequestKind.DIFFICULTY, NoteKind.PROPOSAL: RequestKind.PROPOSAL}


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Note) or (isinstance(meaning, Command) and meaning.name is CommandName.ASK)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if isinstance(meaning, Note):
        yield from ask_commune(turn, _KINDS[meaning.kind], meaning.text)
    elif isinstance(meaning, Command) and meaning.argument.strip(" :,.-?"):
        yield from ask_commune(turn, RequestKind.QUESTION, meaning.argument)
    else:
        yield from begin(turn, ASK)


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(_("What would you like to ask the commune? Write it in one message; to leave it, type: hủy"))
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    """Whatever comes is the question, unless somebody wants to leave."""
    if is_escape(text) is not None:
        return None
    if not text.strip():
        yield from _asks(turn)
        return STAY
    turn.close()
    yield from ask_commune(turn, RequestKind.QUESTION, text)
    return STAY


ASK = Dialogue("ask_commune", (Step("words", _asks, _hears, (END,), takes_anything=True),))

CONVERSATION = Conversation("ask_commune", _takes, _begin, (ASK,))
