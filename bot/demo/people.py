"""The simulated people: who they are on the sample roster, and how each answers what they are asked at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.understanding.fold import fold
from storage.demo import Rostered


class Standing(StrEnum):
    """How far somebody has come through the door."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    GAVE_UP = "gave_up"


@dataclass
class Villager:
    """One person of the roster with a phone of their own."""

    rostered: Rostered
    code: str
    answers: int = 0
    standing: Standing = Standing.OUTSIDE
    heard: list[str] = field(default_factory=list)

    @property
    def chat(self) -> str:
        return f"m{self.rostered.person_id}"

    @property
    def name(self) -> str:
        return self.rostered.name

    def next_answer(self, words: str, choices: Sequence[tuple[str, str]]) -> str | None:
        """What they type to the message before them while they enrol; None when there is nothing more to answer."""
        self.answers += 1
        if self.answers > 8:
            self.standing = Standing.GAVE_UP
            return None
        if choices:
            return _yes(choices) or choices[0][0]
        folded = fold(words)
        if "so cuoi" in folded or "chu so" in folded:
            return (self.rostered.phone or "000")[-3:]
        if "ten" in folded and "?" in words:
            return self.name
        self.standing = Standing.INSIDE
        return None


def _yes(choices: Sequence[tuple[str, str]]) -> str | None:
    for key, label in choices:
        if fold(label).startswith(("dong y", "dung", "phai")):
            return key
    return None
