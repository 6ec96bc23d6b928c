"""The enrolment, step by step: consent, name, and where a name is not enough, which one or the phone's last digits."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.picking import numbered, picked
from handlers.chat.welcome import consent
from handlers.chat.welcome.codes import still_live
from handlers.chat.welcome.joining import let_in, take_on
from handlers.chat.welcome.matching import meant, needs_number, offered, tail
from handlers.chat.whereabouts import role_name
from handlers.dialogue import END, STAY, Dialogue, Step
from handlers.messages import Choice
from handlers.reports.places import place_name
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_name, as_phone_tail, as_yes_no, is_skip
from locales import Text, _
from storage import enrolment, privacy
from storage.enrolment import Rostered, RosterOf, ThePerson
from storage.invitations import Invite

RIGHT = numbered(_("Right"), _("No, somebody else"))


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
    invite = yield from still_live(turn)
    if invite is not None and invite.place is not None:
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
    turn.say(_("Thank you! What is your full name?"))
    return
    yield


def _hear_name(turn: Turn, text: str) -> Thinking[str | None]:
    name = as_name(text)
    if name is None:
        turn.say(_("I could not read a name in that. Please type your full name, like: Lò Văn An"))
        return STAY
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    found = offered(meant(name, (yield from ask(RosterOf(invite.unit_id, turn.today)))), invite.role)
    turn.note(name=name, among=[one.person_id for one in found], tries=0)
    if not found:
        return (yield from let_in(turn, invite, name))
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
        return (yield from let_in(turn, invite, str(turn.draft.get("name", "")), int(turn.draft["person"])))
    if invite.person_id is not None:
        turn.say(_("Then this code is for somebody else. Please ask your officer for one of your own."))
        return END
    return (yield from let_in(turn, invite, str(turn.draft["name"])))


# Several of one name: the last digits of the phone


def _ask_number(turn: Turn) -> Thinking[None]:
    if len(turn.draft["among"]) > 1:
        turn.say(
            _(
                "There are {count} people of that name. What are the last three digits of your phone number?",
                count=len(turn.draft["among"]),
            )
        )
    else:
        turn.say(
            _(
                "To be sure that it is {name}: what are the last three digits of the phone number the commune has?",
                name=str(turn.draft["name"]),
            )
        )
    return
    yield


def _hear_number(turn: Turn, text: str) -> Thinking[str | None]:
    digits = as_phone_tail(text)
    gives_up = is_skip(text) or as_yes_no(text) is False
    if digits is None and not gives_up:
        return None
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    among = yield from _among(turn, invite)
    right = [one for one in among if digits is not None and tail(one) == digits]
    if len(right) == 1:
        return (yield from let_in(turn, invite, right[0].name, right[0].person_id))
    if not gives_up and not turn.draft["tries"]:
        turn.note(tries=1)
        turn.say(_("Those are not the digits I have. Please look once more; if it is another number, type: bỏ qua"))
        return STAY
    return (yield from let_in(turn, invite, str(turn.draft["name"])))


# Several of one name whose phones do not tell them apart


def _ask_which(turn: Turn) -> Thinking[None]:
    invite = yield from still_live(turn)
    if invite is not None:
        among = yield from _among(turn, invite)
        turn.say(_("There are several people of that name. Which one are you?"), _which(among))


def _hear_which(turn: Turn, text: str) -> Thinking[str | None]:
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    among = yield from _among(turn, invite)
    said = picked(turn, text, _which(among))
    if said is None:
        return None
    if said > len(among):
        return (yield from let_in(turn, invite, str(turn.draft["name"])))
    chosen = among[said - 1]
    if needs_number((chosen,), invite.role):
        turn.note(among=[chosen.person_id], name=chosen.name)
        return "number"
    return (yield from let_in(turn, invite, chosen.name, chosen.person_id))


def _which(among: Sequence[Rostered]) -> tuple[Choice, ...]:
    return numbered(*map(_label, among), _("None of them"))


def _label(one: Rostered) -> Text:
    post = one.posts[0]
    return _("{name}, {place}, {role}", name=one.name, place=post.unit_name, role=role_name(post.role))


def _among(turn: Turn, invite: Invite) -> Thinking[list[Rostered]]:
    roster = yield from ask(RosterOf(invite.unit_id, turn.today))
    wanted = set(turn.draft["among"])
    return [one for one in roster if one.person_id in wanted]


WELCOME = Dialogue(
    "welcome",
    (
        Step("code", _ask_code, _hear_code, leads_to=("consent",)),
        Step("consent", _ask_consent, _hear_consent, leads_to=("name", "confirm", END)),
        Step("name", _ask_name, _hear_name, leads_to=("confirm", "which", "number", END), takes_anything=True),
        Step("confirm", _ask_confirm, _hear_confirm, leads_to=(END,)),
        Step("which", _ask_which, _hear_which, leads_to=("number", END)),
        Step("number", _ask_number, _hear_number, leads_to=(END,)),
    ),
)
