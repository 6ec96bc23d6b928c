""" "tiếp tục": back to what was begun and pushed aside by something else."""

from __future__ import annotations

from handlers.conversation import Conversation
from handlers.dialogue import ask_again
from handlers.dialogue.parking import parked, take_back
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from handlers.understanding.fold import same_words
from locales import _

_IN_FULL = "tiếp tục"
"""The shorter "tiếp" turns the pages of a list of lessons."""


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if not isinstance(meaning, Command) or meaning.name is not CommandName.NEXT:
        return False
    return same_words(turn.incoming.text, _IN_FULL) and bool(turn.standing.dialogue or parked(turn))


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    dialogue = turn.desk.dialogue(turn.standing.dialogue)
    if dialogue is None and (dialogue := turn.desk.dialogue(parked(turn))) is not None:
        take_back(turn)
    if dialogue is None:
        turn.close()
        turn.say(_("Nothing is open. Type the work and the number, like: vneid 3 dvc 2"))
        return
    turn.say(_("Let us go on where we stopped."))
    yield from ask_again(turn, dialogue)


def bring_back(turn: Turn) -> Thinking[None]:
    """Ask the open question once more."""
    dialogue = turn.desk.dialogue(turn.standing.dialogue)
    if dialogue is not None:
        yield from ask_again(turn, dialogue)


CONVERSATION = Conversation("going_on", _takes, _begin)
