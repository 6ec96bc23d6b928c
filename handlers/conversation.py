"""An entry of the catalogue: what a conversation takes, how it begins, which dialogues it owns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.dialogue import Dialogue
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning


@dataclass(frozen=True, slots=True)
class Conversation:
    """One subject that people can talk about with us."""

    name: str
    takes: Callable[[Turn, Meaning], bool]
    """Whether a message with this meaning, from this person, belongs here (roles are looked at by `begin`)."""
    begin: Callable[[Turn, Meaning], Thinking[None]]
    dialogues: tuple[Dialogue, ...] = ()
    in_groups: bool = False
    """Whether it may be had in a group; everything else is asked to come in private."""
