"""What is held about me, no more messages, and forget me. All of it works at any moment."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat.picking import numbered, picked
from handlers.chat.welcome.consent import VERSION, domestic
from handlers.chat.whereabouts import place_of, role_name
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_yes_no
from locales import Text, _, lines
from locales.dates import short_day
from storage import enrolment, people, privacy
from storage.contacts import LeadsOf
from storage.holdings import HeldAbout, Holding
from storage.known import Person

_MINE = (CommandName.MY_DATA, CommandName.FORGET_ME, CommandName.STOP, CommandName.RESUME)


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return not turn.incoming.group and isinstance(meaning, Command) and meaning.name in _MINE


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    person = turn.person
    if person is None or not isinstance(meaning, Command):
        return
    match meaning.name:
        case CommandName.MY_DATA:
            yield from _held(turn, person)
        case CommandName.STOP:
            _stop(turn, person)
        case CommandName.RESUME:
            _resume(turn, person)
        case _forget:
            yield from begin(turn, FORGET)


# My data


def _held(turn: Turn, person: Person) -> Thinking[None]:
    held = yield from ask(HeldAbout(person.id))
    posts = [_("{role}, {place}", role=role_name(one.role), place=place_of(one)) for one in person.services]
    turn.say(
        lines(
            _("This is what I hold about you:"),
            _("• Name: {name}", name=person.name),
            _("• Phone: {phone}", phone=masked(held.phone)) if held.phone else None,
            *(_("• {text}", text=post) for post in posts),
            _(
                "• Check-ins: {checkins}, pictures: {pictures}, questions: {questions}",
                checkins=held.checkins,
                pictures=held.pictures,
                questions=held.questions,
            ),
            _agreed(turn, held),
            _("To mend it: đổi tên, sửa. To delete everything: xóa dữ liệu. No messages: dừng nhắn tin"),
        )
    )


def _agreed(turn: Turn, held: Holding) -> Text | None:
    if held.agreed_at is None:
        return None
    day = held.agreed_at.astimezone(turn.around.zone).date()
    return _("• You agreed on {day}", day=f"{short_day(day)}/{day.year}")


def masked(phone: str) -> str:
    """Enough to know one's own number again: 0912345678 is 091…678."""
    number = domestic(phone)
    return f"{number[:3]}…{number[-3:]}"


# No more messages


def _stop(turn: Turn, person: Person) -> None:
    if not person.stopped:
        turn.write(people.stopped(person.id, turn.now))
    turn.write(privacy.hushed(person.id, turn.now))
    turn.become(replace(person, stopped=True))
    turn.say(_("From now on I do not write to you by myself. I still answer whenever you write. To undo it: nhắn lại"))


def _resume(turn: Turn, person: Person) -> None:
    turn.write(people.stopped(person.id, None))
    turn.become(replace(person, stopped=False))
    turn.say(_("Thank you! I write to you again when there is something. To stop it: dừng nhắn tin"))


# Forget me

_SURE = numbered(_("Delete my data"), _("No, keep it"))


def _ask_sure(turn: Turn) -> Thinking[None]:
    turn.say(
        _(
            "If I delete it: your name, phone, pictures and all your words go for good, and you leave the team. The "
            "numbers already reported stay in the tally without a name. Nobody can undo it. Are you sure?"
        ),
        _SURE,
    )
    return
    yield


def _hear_sure(turn: Turn, text: str) -> Thinking[str | None]:
    said = picked(turn, text, _SURE)
    if said is None and (yes := as_yes_no(text)) is not None:
        said = 1 if yes else 2
    if said is None or turn.person is None:
        return None
    if said == 2:
        turn.say(_("Good, everything stays as it was."))
        return END
    yield from _tell_the_leads(turn, turn.person)
    _forget(turn, turn.person)
    return END


def _forget(turn: Turn, person: Person) -> None:
    """Only the person who speaks: who else uses this phone stays, and speaks from now on."""
    _id, evidence = enrolment.answered(turn.door.id, "withdrew", VERSION, turn.incoming.event_id, turn.now, person.id)
    turn.write(evidence, *privacy.forgotten(person.id, turn.journal_id, turn.today, turn.now))
    for name in [name for name in turn.standing.memory if name != "wrong_codes"]:
        turn.remember(name, None)
    if turn.known.others:
        other = turn.known.others[0]
        turn.say(_("Done, it is all deleted. From now on {name} is speaking on this phone.", name=other.name))
    else:
        turn.say(_("Done, it is all deleted. Thank you for your work! Should you wish to return: a code is enough."))


def _tell_the_leads(turn: Turn, person: Person) -> Thinking[None]:
    """That somebody left, not who: the name is what they wished to be gone."""
    if not person.services:
        return
    service = person.services[0]
    for lead in (yield from ask(LeadsOf(service.commune_id, turn.today))):
        if lead.person.id != person.id:
            text = _("One person has left {place} and had their data deleted.", place=place_of(service))
            turn.tell(lead.door, text, person=lead.person, kind="left")


FORGET = Dialogue("forget", (Step("sure", _ask_sure, _hear_sure, leads_to=(END,)),))

CONVERSATION = Conversation("privacy", _takes, _begin, (FORGET,))
