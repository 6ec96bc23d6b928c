"""Letting somebody in: the seat, the person, the place, the door; then a first thing to do, and a word to the leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers.chat.welcome.matching import serves_already
from handlers.chat.whereabouts import commune_of, full_name, place_of
from handlers.dialogue import END
from handlers.turn import Thinking, Turn, ask
from locales import Text, _, listed
from storage import addresses, enrolment, names, people, redirecting, roster
from storage.contacts import LeadsOf
from storage.enrolment import HasDoor, TeamAt, ThePerson
from storage.finding import Place
from storage.invitations import Invite
from storage.known import Person, Service
from storage.moves import DoorsLeft
from storage.places import COMMUNE_KINDS
from storage.schema import new_id

NEWS_AT = time(7, 45)
"""When officers hear who has joined: on Mondays beside their digest."""


def let_in(turn: Turn, invite: Invite, name: str, person_id: int | None = None) -> Thinking[str]:
    """Enrol a known person, or a new one of this name, at the place of the code. Ends the dialogue."""
    place = invite.place
    known = (yield from ask(ThePerson(person_id, turn.today))) if person_id else None
    if place is None:
        return END
    team_id = yield from _team(turn, invite, place)
    turn.write(enrolment.seat_taken(invite.id))
    again = known is not None and known.id not in _here(turn) and (yield from ask(HasDoor(known.id)))
    person, where = known or _new_person(turn, name), full_name(place)
    if known is not None and known.services and turn.draft.get("moving"):
        where = place_of(known.services[0])
    else:
        person = _serving(turn, person, invite, place, team_id)
    _through_this_door(turn, person)
    left = (yield from _leave_dead_doors(turn, known)) if known else False
    said = _joined(person, where, known is None, again=again, left=left)
    expected = known is not None and not again and not left
    yield from _tell_the_leads(turn, person, place, said, _next_morning(turn) if expected else None)
    _greet(turn, person, where)
    if again and not left:
        turn.say(_("I write to you where you wrote to me last. To have it always here, type: nhắn ở đây"))
    return END


def take_on(turn: Turn, person: Person, invite: Invite) -> Thinking[str]:
    """Somebody enrolled takes on one more place. Ends the dialogue."""
    place = invite.place
    if place is None or serves_already(person, place, invite.role):
        turn.say(_("{name} is there already.", name=person.name))
        return END
    team_id = yield from _team(turn, invite, place)
    turn.write(enrolment.seat_taken(invite.id))
    _settle_consent(turn, person)
    turn.become(_serving(turn, person, invite, place, team_id))
    text = _("{name} now also serves at {place}.", name=person.name, place=full_name(place))
    yield from _tell_the_leads(turn, person, place, text)
    turn.say(_("Done: {name} now also serves at {place}.", name=person.name, place=full_name(place)))
    return END


def _team(turn: Turn, invite: Invite, place: Place) -> Thinking[int | None]:
    """The team of the code, else the place's own, which is made if there is none."""
    kind = "village" if place.kind == "village" else "commune"
    if invite.team_id is not None or place.kind not in {*COMMUNE_KINDS, "village"}:
        return invite.team_id
    team_id = yield from ask(TeamAt(place.id, kind))
    if team_id is None:
        team_id, write = roster.new_team(place.id, kind, "", turn.today)
        turn.write(write)
    return team_id


def _new_person(turn: Turn, name: str) -> Person:
    person_id = new_id()
    turn.write(*people.added(person_id, name, names.fold(name), None, turn.now))
    return Person(person_id, name)


def _serving(turn: Turn, person: Person, invite: Invite, place: Place, team_id: int | None) -> Person:
    """The person with the code's membership, unless they serve there with as many rights."""
    if serves_already(person, place, invite.role):
        return person
    role = invite.role or "member"
    service = Service(
        new_id(), place.id, place.name, place.kind, place.parent_id, place.parent_name, place.parent_kind, team_id, role
    )
    turn.write(people.serves(service.id, person.id, place.id, team_id, role, turn.today))
    return replace(person, services=(*person.services, service))


def _through_this_door(turn: Turn, person: Person) -> None:
    """From now on this person speaks from this chat, and is written to where they wrote last, unless they chose."""
    if person.id not in _here(turn):
        turn.write(addresses.linked(turn.door.id, person.id, turn.now))
    turn.write(addresses.speaks(turn.door.id, person.id))
    _settle_consent(turn, person)
    turn.become(person)


def _leave_dead_doors(turn: Turn, person: Person) -> Thinking[bool]:
    """Their chats at accounts that do not work are closed, and what waits there comes here; whether there were any."""
    left = yield from ask(DoorsLeft(person.id))
    for door_id in left:
        turn.write(addresses.closed(door_id, "gone", addresses.LEFT))
        turn.write(redirecting.follows(person.id, door_id, turn.door.account_id, turn.door.id))
        turn.write(people.prefers_instead(person.id, door_id, turn.door.id))
    return bool(left)


def _here(turn: Turn) -> set[int]:
    """Who speaks from this chat already."""
    return {one.id for one in (turn.known.person, *turn.known.others) if one is not None}


def _settle_consent(turn: Turn, person: Person) -> None:
    if consent := turn.draft.get("consent"):
        turn.write(enrolment.answered_by(int(consent), person.id))


def _joined(person: Person, where: Text, new: bool, *, again: bool, left: bool) -> Text:
    if new:
        return _(
            "{name} has just joined at {place}, and is not on the roster. Is it one of yours?", **_both(person, where)
        )
    if left:
        return _(
            "{name} of {place} has moved to another bot. If it was not {name}, tell the administrator.",
            **_both(person, where),
        )
    if again:
        return _(
            "{name} of {place} has just come in from a second phone. If it was not {name}, tell the administrator.",
            **_both(person, where),
        )
    return _("{name} has joined at {place}.", **_both(person, where))


def _both(person: Person, where: Text) -> dict[str, object]:
    return {"name": person.name, "place": where}


def _next_morning(turn: Turn) -> datetime:
    """When it is told that somebody expected has come: all of a day at one time leave as one message."""
    here = turn.now.astimezone(turn.around.zone)
    at = datetime.combine(here.date(), NEWS_AT, turn.around.zone)
    return at if at > here else at + timedelta(days=1)


def _tell_the_leads(
    turn: Turn, person: Person, place: Place, text: Text, due_at: datetime | None = None
) -> Thinking[None]:
    for lead in (yield from ask(LeadsOf(commune_of(place), turn.today))):
        if lead.person.id != person.id:
            turn.tell(lead.door, text, person=lead.person, kind="joined", cause_id=person.id, due_at=due_at)


def _greet(turn: Turn, person: Person, where: Text) -> None:
    """Who was written down, and one thing to do."""
    turn.say(_("You are welcome, {name}, {place}.", name=person.name, place=where))
    if person.serves_as("commune_lead", "admin"):
        turn.say(_("A first thing to try: type: chưa làm, to see which villages have no news this week."))
    else:
        turn.say(_("Whenever you have helped somebody, write me one line, like: vneid 3 dvc 2"))
    others = [one for one in (turn.known.person, *turn.known.others) if one is not None and one.id != person.id]
    if others:
        names_here = listed(one.name for one in (*others, person))
        turn.say(_("On this phone now: {people}. To change turns, type: đổi người", people=names_here))
