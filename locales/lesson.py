"""A lesson: what a person learns in a handful of steps on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Skill(StrEnum):
    """The five basic digital skills of letter 3240/BTTTT-CĐSQG (2024)."""

    PUBLIC_SERVICES = "public-services"
    SHOPPING = "shopping"
    PAYMENT = "payment"
    SAFETY = "safety"
    LOCAL = "local"


class Status(StrEnum):
    OFFERED = "offered"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `topics` are what people type to find it; `warning` and `reason` may be empty."""

    number: int
    slug: str
    title: str
    skill: Skill
    topics: tuple[str, ...]
    purpose: str
    steps: tuple[str, ...]
    warning: str
    source: str
    version: int
    owner: str
    reviewed_on: date
    retire_on: date
    status: Status
    reason: str
    replaced_by: int | None

    @property
    def text(self) -> str:
        """The whole lesson for one message: title, purpose, numbered steps, warning, each on a line of its own."""
        steps = (f"{place}. {step}" for place, step in enumerate(self.steps, start=1))
        return "\n".join(part for part in (self.title, self.purpose, *steps, self.warning) if part)

    def offered_on(self, day: date) -> bool:
        """A lesson is offered until, and not on, its retire-on day."""
        return self.status is Status.OFFERED and day < self.retire_on
