"""How a person moves through a dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.dialogue.declaring import END, STAY, Dialogue, Step
from handlers.dialogue.parking import park, remind
from handlers.turn import Thinking, Turn


def begin(
    turn: Turn, dialogue: Dialogue, draft: Mapping[str, Any] | None = None, at: str | None = None
) -> Thinking[None]:
    """Open a dialogue with a fresh draft, at its first step or a named one, and ask that step's question.

    A draft of another dialogue that is worth keeping is parked, to be gone on with later.
    """
    step = dialogue.steps[0] if at is None else _step(dialogue, at)
    if turn.standing.dialogue != dialogue.name:
        park(turn)
    turn.go(dialogue.name, step.name, draft or {})
    yield from step.asks(turn)


def ask_again(turn: Turn, dialogue: Dialogue) -> Thinking[None]:
    """Bring back the question that is open, as a fresh one."""
    step = _step(dialogue, turn.standing.step or "")
    turn.go(dialogue.name, step.name)
    yield from step.asks(turn)


def answered(turn: Turn, dialogue: Dialogue, text: str) -> Thinking[bool]:
    """Take a text as the answer to the open question. False: it is none."""
    step = _step(dialogue, turn.standing.step or "")
    onward = yield from step.hears(turn, text)
    if onward is None:
        return False
    if onward == END:
        turn.close()
    elif onward != STAY:
        if onward not in step.leads_to:
            raise ValueError(f"{dialogue.name}.{step.name} was not declared to lead to {onward}")
        turn.go(dialogue.name, onward)
        yield from _step(dialogue, onward).asks(turn)
    remind(turn)
    return True


def _step(dialogue: Dialogue, name: str) -> Step:
    step = dialogue.step(name)
    if step is None:
        raise LookupError(f"{dialogue.name} has no step {name}")
    return step
