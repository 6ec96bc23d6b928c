""" "hỏi …", "kiến nghị: …", "khó khăn: …": words for the commune, kept with a promise."""

from __future__ import annotations

from handlers.chat.lesson_search import meant
from handlers.chat.requests.keeping import ask_commune
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, Note, NoteKind, Report, is_escape, read
from locales import _
from storage.requests import RequestKind

_SIGNS = " :,.-?"
_KINDS = {NoteKind.DIFFICULTY: RequestKind.DIFFICULTY, NoteKind.PROPOSAL: RequestKind.PROPOSAL}


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Note) or (isinstance(meaning, Command) and meaning.name is CommandName.ASK)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if isinstance(meaning, Note):
        yield from ask_commune(turn, _KINDS[meaning.kind], meaning.text)
    elif isinstance(meaning, Command) and meaning.argument.strip(_SIGNS):
        yield from _ask(turn, meaning.argument)
    else:
        yield from begin(turn, ASK)


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(_("What would you like to ask the commune? Write it in one message; to leave it, type: hủy"))
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    """Whatever comes is the question, but plain work, a bare word that is one of ours, and a wish to leave."""
    if is_escape(text) is not None:
        return None
    facts = yield from context(turn)
    words: str | None = text.strip()
    match read(text, facts):
        case Command(CommandName.ASK, argument):
            words = argument.strip(_SIGNS)
        case Report() | Command(_, ""):
            words = None
    if words is None:
        return None
    if words:
        turn.close()
        yield from _ask(turn, words)
    else:
        yield from _asks(turn)
    return STAY


def _ask(turn: Turn, words: str) -> Thinking[None]:
    """Keep the question; where a lesson surely answers it, nobody needs to wait two days."""
    yield from ask_commune(turn, RequestKind.QUESTION, words)
    found = meant(turn, words)
    if found.sure:
        lesson = found.lessons[0]
        turn.say(
            _("Meanwhile there is a lesson on it: hd {number} ({title})", number=str(lesson.number), title=lesson.title)
        )


ASK = Dialogue("ask_commune", (Step("words", _asks, _hears, (END,), takes_anything=True),))

CONVERSATION = Conversation("ask_commune", _takes, _begin, (ASK,))
