"""Which of the choices that were offered somebody picked: by number, by its words, or by a tap."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.messages import Choice
from handlers.turn import Turn
from handlers.understanding import as_choice
from locales import Text


def numbered(*labels: Text) -> tuple[Choice, ...]:
    """Choices with the keys 1, 2, 3, …"""
    return tuple(Choice(str(number), label) for number, label in enumerate(labels, start=1))


def picked(turn: Turn, text: str, choices: Sequence[Choice]) -> int | None:
    """The number of the choice that a text means, from 1; None when it means none of them."""
    return as_choice(text, len(choices), [turn.render(choice.label) for choice in choices])
