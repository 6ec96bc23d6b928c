"""A code from a chat that has joined: one more place for the same person, or a second person on the same phone."""

from __future__ import annotations

from handlers.chat import help
from handlers.chat.picking import numbered, picked
from handlers.chat.welcome.codes import code_in, live, seat, still_live
from handlers.chat.welcome.joining import take_on
from handlers.chat.welcome.matching import serves_already
from handlers.chat.welcome.steps import WELCOME
from handlers.chat.whereabouts import commune_of, full_name
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import _
from storage.invitations import Invite
from storage.known import Person


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if turn.incoming.group:
        return False
    starts = isinstance(meaning, Command) and meaning.name is CommandName.START
    return starts or code_in(turn.incoming.text, meaning) is not None


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    code = code_in(turn.incoming.text, meaning)
    if code is None:
        yield from help.CONVERSATION.begin(turn, meaning)
        return
    invite = yield from live(turn, code)
    if invite is not None:
        yield from seat(turn, invite)
        yield from begin(turn, FURTHER, {"code": code})


def _choices(person: Person) -> tuple[Choice, ...]:
    return numbered(_("{name} takes on this place", name=person.name), _("Somebody else who uses this phone"))


def _ask_who(turn: Turn) -> Thinking[None]:
    invite = yield from still_live(turn)
    if invite is not None and invite.place is not None and turn.person is not None:
        place = full_name(invite.place)
        turn.say(_("This code invites to {place}. Who is joining?", place=place), _choices(turn.person))


def _hear_who(turn: Turn, text: str) -> Thinking[str | None]:
    if turn.person is None:
        return None
    said = picked(turn, text, _choices(turn.person))
    if said is None:
        return None
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    if said == 2:
        yield from begin(turn, WELCOME, {"code": invite.code, "sharing": True}, at="consent")
        return STAY
    return (yield from _same_person(turn, turn.person, invite))


def _same_person(turn: Turn, person: Person, invite: Invite) -> Thinking[str]:
    """Another commune is another keeper of the data, and needs a yes of its own."""
    if invite.person_id not in (None, person.id):
        turn.say(_("Then this code is for somebody else. Please ask your officer for one of your own."))
        return END
    place = invite.place
    known = place is not None and commune_of(place) in {one.commune_id for one in person.services}
    if place is None or known or serves_already(person, place, invite.role):
        return (yield from take_on(turn, person, invite))
    yield from begin(turn, WELCOME, {"code": invite.code, "more": True}, at="consent")
    return STAY


FURTHER = Dialogue("further", (Step("who", _ask_who, _hear_who, leads_to=(END,)),))

CONVERSATION = Conversation("welcome", _takes, _begin, (FURTHER, WELCOME))
