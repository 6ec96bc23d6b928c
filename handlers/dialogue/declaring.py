"""A dialogue is its steps, in the order a person lives them. A step that leads nowhere is refused when it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.turn import Thinking, Turn

END = "end"
"""The dialogue is over."""
STAY = "stay"
"""The answer was dealt with and the step's question stays open (its own words were said already)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question. `asks` says it; `hears` takes the answer and names the next step.

    `hears` returns the name of a step, END, STAY, or None when the text is no answer to this question: then the
    message is understood as if nothing were open.
    """

    name: str
    asks: Callable[[Turn], Thinking[None]]
    hears: Callable[[Turn, str], Thinking[str | None]]
    leads_to: tuple[str, ...] = ()
    takes_anything: bool = False
    """Any text is an answer here (a name, the words of a broadcast), even one that looks like a command word."""
    takes_reports: bool = False
    """A line with an indicator and a number is offered to this step first: it corrects what was reported."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation of several steps. The first step is where it begins."""

    name: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        names = [step.name for step in self.steps]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.name}: two steps of one name")
        known = {*names, END}
        for step in self.steps:
            if strays := set(step.leads_to) - known:
                raise ValueError(f"{self.name}.{step.name} leads to unknown {sorted(strays)}")
        if lost := set(names) - self._reachable():
            raise ValueError(f"{self.name}: nothing leads to {sorted(lost)}")
        if ends := [step.name for step in self.steps if not step.leads_to]:
            raise ValueError(f"{self.name}: {ends} lead nowhere")

    def step(self, name: str) -> Step | None:
        return next((step for step in self.steps if step.name == name), None)

    def _reachable(self) -> set[str]:
        reached, ahead = set[str](), [self.steps[0].name]
        while ahead:
            name = ahead.pop()
            if name not in reached and (step := self.step(name)):
                reached.add(name)
                ahead.extend(step.leads_to)
        return reached
