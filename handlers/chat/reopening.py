"""What is still open when somebody says something beside it."""

from __future__ import annotations

from handlers.dialogue import Dialogue, ask_again
from handlers.turn import Thinking, Turn

_LIGHT = frozenset({"lessons", "lesson_lacking", "unheard", "lead_digest"})
"""Lists and menus that hold nothing of the person's own: they need not be brought back."""


def open_question(turn: Turn) -> Dialogue | None:
    """The dialogue whose question should be answered before anything else, if there is one."""
    dialogue = turn.desk.dialogue(turn.standing.dialogue)
    if dialogue is None or dialogue.name in _LIGHT or dialogue.step(turn.standing.step or "") is None:
        return None
    return dialogue


def bring_back(turn: Turn) -> Thinking[bool]:
    """Ask the open question once more; False when none is open."""
    dialogue = open_question(turn)
    if dialogue is None:
        return False
    yield from ask_again(turn, dialogue)
    return True
