"""There is no lesson for these words: the commune may know, or the list helps."""

from __future__ import annotations

from handlers.chat import requests
from handlers.chat.tutorials import giving, listing
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import as_choice, as_yes_no
from locales import _
from storage.requests import RequestKind


def lacks(turn: Turn, words: str) -> Thinking[None]:
    """Say so kindly, and offer to pass the question on."""
    giving.note(turn, None, turn.incoming.text)
    yield from begin(turn, LACKING, {"words": turn.incoming.text, "topic": words[:60]})


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(
        _("I have no lesson about “{topic}” yet. Shall I ask the commune for you?", topic=turn.draft["topic"]),
        (Choice("1", _("Ask the commune")), Choice("2", _("See the lessons"))),
    )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = as_choice(text, 2)
    if answer == 1 or as_yes_no(text) is True:
        words = turn.draft["words"]
        turn.close()
        yield from requests.ask_commune(turn, RequestKind.QUESTION, words)
        return STAY
    if answer == 2:
        yield from listing.show(turn)
        return STAY
    if as_yes_no(text) is False:
        turn.say(_("All right. Whenever you want to learn something, type: hướng dẫn"))
        return END
    return None


LACKING = Dialogue("lesson_lacking", (Step("ways", _asks, _hears, (END,)),))
