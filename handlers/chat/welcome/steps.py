"""The enrolment, step by step: consent, name, and where a name is not enough, which one or the phone's last digits."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.chat.picking import numbered, picked
from handlers.chat.welcome import consent, moving
from handlers.chat.welcome.codes import still_live
from handlers.chat.welcome.joining import let_in, take_on
from handlers.chat.welcome.matching import meant, needs_number, offered
from handlers.chat.welcome.moving import come_in
from handlers.chat.welcome.namesakes import ask_number, ask_which, hear_number, hear_which
from handlers.dialogue import END, STAY, Dialogue, Step
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_name, as_yes_no, is_escape
from locales import _
from storage import enrolment, privacy
from storage.enrolment import RosterOf, ThePerson
from storage.invitations import Invite

RIGHT = numbered(_("Right"), _("No, somebody else"))
FRESH = timedelta(hours=12)
"""How long what was read or asked is still before somebody's eyes."""


# The code: a stranger's first question. Its answer is taken before any step (see strangers.py).


def _ask_code(turn: Turn) -> Thinking[None]:
    turn.say(_("Please type the six digits of your invite code. Without one, ask your commune's officer."))
    return
    yield


def _hear_code(turn: Turn, text: str) -> Thinking[str | None]:
    return None
    yield


# Consent


def _ask_consent(turn: Turn) -> Thinking[None]:
    """The text in full; to an answer that was neither yes nor no, a shorter word and whom to call."""
    invite = yield from still_live(turn)
    if invite is None or invite.place is None:
        return
    read_at = turn.draft.get("consent_read")
    turn.note(consent_read=turn.now.isoformat())
    if read_at is not None and turn.now - datetime.fromisoformat(read_at) < FRESH:
        yield from consent.reassure(turn, invite.place)
    else:
        turn.say(consent.short(turn, invite.place), consent.CHOICES)


def _hear_consent(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, consent.CHOICES)
    if said is None and (yes := as_yes_no(text)) is not None:
        said = consent.YES if yes else consent.NO
    if said is None:
        return None
    invite = yield from still_live(turn)
    if invite is None or invite.place is None:
        return STAY
    if said == consent.READ:
        yield from consent.read_all(turn, invite.place)
        return STAY
    return (yield from (_agreed(turn, invite) if said == consent.YES else _refused(turn)))


def _agreed(turn: Turn, invite: Invite) -> Thinking[str]:
    consent_id, evidence = enrolment.answered(turn.door.id, "yes", consent.VERSION, turn.incoming.event_id, turn.now)
    turn.write(evidence)
    turn.note(consent=consent_id)
    if turn.draft.get("moving"):
        return (yield from let_in(turn, invite, str(turn.draft["name"]), turn.draft.get("person")))
    if turn.draft.get("more") and turn.person is not None:
        return (yield from take_on(turn, turn.person, invite))
    if invite.person_id is None:
        return "name"
    turn.note(person=invite.person_id)
    return "confirm"


def _refused(turn: Turn) -> Thinking[str]:
    person_id = turn.person.id if turn.person is not None and turn.draft.get("more") else None
    _id, evidence = enrolment.answered(turn.door.id, "no", consent.VERSION, turn.incoming.event_id, turn.now, person_id)
    turn.write(evidence)
    if turn.person is None:
        turn.write(*privacy.chat_forgotten(turn.door.id, turn.journal_id, turn.now))
    turn.say(_("That is quite all right, I keep nothing. Should you change your mind, type the code again. Goodbye!"))
    return END
    yield


# The name


def _ask_name(turn: Turn) -> Thinking[None]:
    if not turn.draft.get("moving"):
        turn.say(_("Thank you! What is your full name?"))
        return
    invite = yield from still_live(turn)
    if invite is not None and invite.place is not None:
        moving.ask_name(turn, invite.place)


def _hear_name(turn: Turn, text: str) -> Thinking[str | None]:
    name = as_name(text)
    if name is None and is_escape(text) is not None:
        return None
    if name is None:
        turn.say(_("I could not read a name in that. Please type your full name, like: Lò Văn An"))
        return STAY
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    found = offered(meant(name, (yield from ask(RosterOf(invite.unit_id, turn.today)))), invite.role)
    if not found and moving.once_more(turn):
        return STAY
    turn.note(name=name, among=[one.person_id for one in found], tries=0)
    if not found:
        return (yield from come_in(turn, invite, name))
    if needs_number(found, invite.role):
        return "number"
    if len(found) > 1:
        return "which"
    turn.note(person=found[0].person_id)
    return "confirm"


# One of the roster: is it you?


def _ask_confirm(turn: Turn) -> Thinking[None]:
    person = yield from ask(ThePerson(int(turn.draft["person"]), turn.today))
    if person is None:
        turn.say(_("This code is for somebody who is no longer on the roster. Please ask your officer for a new one."))
        turn.close()
        return
    where = [place_name(one.unit_kind, one.unit_name) for one in person.services[:1]]
    if where:
        turn.say(_("You are {name} of {place}, right?", name=person.name, place=where[0]), RIGHT)
    else:
        turn.say(_("You are {name}, right?", name=person.name), RIGHT)


def _hear_confirm(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, RIGHT)
    if said is None and (yes := as_yes_no(text)) is not None:
        said = 1 if yes else 2
    if said is None:
        return None
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    if said == 1:
        return (yield from come_in(turn, invite, str(turn.draft.get("name", "")), int(turn.draft["person"])))
    if invite.person_id is not None:
        turn.say(_("Then this code is for somebody else. Please ask your officer for one of your own."))
        return END
    return (yield from come_in(turn, invite, str(turn.draft["name"])))


WELCOME = Dialogue(
    "welcome",
    (
        Step("code", _ask_code, _hear_code, leads_to=("consent",)),
        Step("consent", _ask_consent, _hear_consent, leads_to=("name", "confirm", END)),
        Step(
            "name",
            _ask_name,
            _hear_name,
            leads_to=("confirm", "which", "number", "consent", END),
            takes_anything=True,
        ),
        Step("confirm", _ask_confirm, _hear_confirm, leads_to=("consent", END)),
        Step("which", ask_which, hear_which, leads_to=("number", "consent", END)),
        Step("number", ask_number, hear_number, leads_to=("consent", END)),
    ),
)
