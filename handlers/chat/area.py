"""An officer's area: the own commune with its villages, an administrator's the whole tree; and a place named in it."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.turn import Thinking, Turn, ask
from locales import _, listed
from storage.finding import Place, PlaceAmbiguous, PlaceUnknown, choose
from storage.groups import PlacesWithin
from storage.known import Person, Service

_MOST_SHOWN = 6


def office(person: Person | None) -> Service | None:
    """The service that makes somebody an officer, the widest first; None for everybody else."""
    return None if person is None else person.serves_as("admin") or person.serves_as("commune_lead")


def places(turn: Turn, held: Service) -> Thinking[tuple[Place, ...]]:
    """The places of an office, today."""
    found = yield from ask(PlacesWithin(None if held.role == "admin" else held.unit_id, turn.today))
    return tuple(found)


def named(turn: Turn, among: Iterable[Place], name: str, command: str) -> Place | None:
    """The place that somebody named; None where it is not clear, which they have been told. `command`: the words
    before the name, for the example."""
    wanted = name.strip()
    try:
        return choose(tuple(among), wanted)
    except PlaceAmbiguous as several:
        turn.say(
            _(
                "There are several places of that name: {places}. Please write it in full, like: {command} {first}",
                places=listed(one.path for one in several.candidates[:_MOST_SHOWN]),
                command=command,
                first=several.candidates[0].path,
            )
        )
    except PlaceUnknown as unknown:
        if unknown.near:
            near = listed(one.path for one in unknown.near)
            turn.say(_("I do not know {name} in your area. Perhaps: {near}", name=wanted, near=near))
        else:
            turn.say(_("I do not know {name} in your area. Please look at the name again.", name=wanted))
    return None
