"""A word to one person of each silent village, in its officer's name: the leader, else whoever has joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from handlers.turn import Thinking, Turn, ask
from locales import Text, _
from storage.audience import Reach, Reaches
from storage.tally import Silent

Words = Callable[[Reach, Silent], Text]
"""What is written to somebody about a village."""


def nudge(turn: Turn, silent: Iterable[Silent], words: Words) -> Thinking[list[Text]]:
    """Write to these villages. Returns who was written to, each as "Lò Văn An (Bản Lềnh)"."""
    villages = tuple(silent)
    reaches = yield from ask(Reaches(turn.today, tuple(one.unit_id for one in villages)))
    return [name for village in villages for name in _one(turn, village, reaches, words)]


def _one(turn: Turn, village: Silent, reaches: tuple[Reach, ...], words: Words) -> list[Text]:
    here = [one for one in reaches if any(service.unit_id == village.unit_id for service in one.person.services)]
    able = [one for one in here if not one.why_not and one.door]
    leaders = [one for one in able if _leads(one, village)]
    told: list[Text] = []
    for reach in (leaders or able)[:1]:
        if reach.door is None:
            continue
        turn.tell(reach.door, words(reach, village), person=reach.person, kind="lead-reminder")
        told.append(_("{name} ({village})", name=reach.person.name, village=village.name))
    return told


def _leads(reach: Reach, village: Silent) -> bool:
    return any(one.unit_id == village.unit_id and one.role == "leader" for one in reach.person.services)
