""" "ngôn ngữ": which language somebody is written to in; never taken from the phone."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.people.asking import asks_for
from handlers.chat.picking import picked
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from handlers.understanding.fold import same_words
from locales import _
from storage import people

_LANGUAGES = {"vi": ("tiếng việt", "việt", "vietnamese"), "en": ("tiếng anh", "anh", "english")}


_LANGUAGE_CHOICES = (Choice("1", "Tiếng Việt"), Choice("2", "English"))


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return asks_for(turn, meaning, CommandName.LANGUAGE)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    said = meaning.argument if isinstance(meaning, Command) else ""
    wanted = _named_language(said) or _named_language(turn.incoming.text)
    if wanted is None:
        yield from begin(turn, LANGUAGE)
    else:
        _speak(turn, wanted)


def _named_language(text: str) -> str | None:
    return next((code for code, called in _LANGUAGES.items() if any(same_words(text, one) for one in called)), None)


def _ask_language(turn: Turn) -> Thinking[None]:
    turn.say(_("Which language shall I write in?"), _LANGUAGE_CHOICES)
    return
    yield


def _hear_language(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, _LANGUAGE_CHOICES)
    wanted = ("vi", "en")[said - 1] if said else _named_language(text)
    if wanted is None:
        return None
    _speak(turn, wanted)
    return END
    yield


def _speak(turn: Turn, language: str) -> None:
    if turn.person is not None:
        turn.write(people.speaks_language(turn.person.id, language))
        turn.become(replace(turn.person, language=language))
        turn.say(_("From now on I write to you in English."))


LANGUAGE = Dialogue("language", (Step("which", _ask_language, _hear_language, leads_to=(END,)),))


CONVERSATION = Conversation("language", _takes, _begin, (LANGUAGE,))
