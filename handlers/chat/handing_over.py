"""Giving a meaning to whichever conversation it belongs to, from inside another one."""

from __future__ import annotations

from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning


def hand_over(turn: Turn, meaning: Meaning, *, but: str) -> Thinking[None]:
    """Give a meaning to the first conversation that takes it, other than one."""
    from handlers.catalogue import CATALOGUE  # the catalogue lists us, so it is not there while we are read

    for conversation in CATALOGUE:
        if conversation.name != but and conversation.takes(turn, meaning):
            yield from conversation.begin(turn, meaning)
            return
