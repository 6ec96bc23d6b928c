""" "đổi người": two people on one phone take turns."""

from __future__ import annotations

from handlers.chat.people.asking import asks_for
from handlers.chat.picking import numbered, picked
from handlers.chat.whereabouts import place_of
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn
from handlers.understanding import CommandName, Meaning
from locales import _, listed
from storage import addresses
from storage.known import Person


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return asks_for(turn, meaning, CommandName.SWITCH_PERSON)


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    if not turn.known.others:
        turn.say(_("Only one person uses this phone so far. Somebody else may join from it with an invite code."))
    elif len(turn.known.others) == 1:
        _now_speaks(turn, turn.known.others[0])
    else:
        yield from begin(turn, SWITCH)


def _everybody(turn: Turn) -> list[Person]:
    here = [one for one in (turn.known.person, *turn.known.others) if one is not None]
    return sorted(here, key=lambda one: one.id)


def _ask_who_speaks(turn: Turn) -> Thinking[None]:
    turn.say(_("Who is speaking?"), numbered(*(one.name for one in _everybody(turn))))
    return
    yield


def _hear_who_speaks(turn: Turn, text: str) -> Thinking[str | None]:
    here = _everybody(turn)
    said = picked(turn, text, numbered(*(one.name for one in here)))
    if said is None:
        return None
    _now_speaks(turn, here[said - 1])
    return END
    yield


def _now_speaks(turn: Turn, person: Person) -> None:
    turn.close()
    turn.write(addresses.speaks(turn.door.id, person.id))
    turn.become(person)
    places = listed(place_of(one) for one in person.services[:1])
    turn.say(_("Now {name} is speaking, {place}. To change back, type: đổi người", name=person.name, place=places))


SWITCH = Dialogue("switch", (Step("who", _ask_who_speaks, _hear_who_speaks, leads_to=(END,)),))


CONVERSATION = Conversation("switch", _takes, _begin, (SWITCH,))
