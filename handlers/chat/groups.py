"""Groups: which place a group belongs to. Bound in the group by a lead, or with a code that anyone may type there."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat import area, overhearing
from handlers.chat.welcome.codes import MOST_WRONG, code_in
from handlers.chat.welcome.codes import why as why_not
from handlers.chat.whereabouts import full_name
from handlers.conversation import Conversation
from handlers.reports.places import COMMUNES
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_code
from locales import Text, _, lines
from storage import addresses, invitations
from storage.enrolment import seat_taken
from storage.finding import Place
from storage.groups import WRONG_CODE, OwedLately
from storage.invitations import FreeCode, Purpose, WhichInvite, WhyNot
from storage.known import Service
from storage.outbox import Lane
from storage.schema import new_id

CODE_USES, CODE_DAYS = 10, 7
"""A code binds the same group at every bot of the pool, soon after it was made."""


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if isinstance(meaning, Command) and meaning.name is CommandName.GROUP:
        return True
    return turn.incoming.group and (code_in(turn.incoming.text, meaning) is not None or turn.person is None)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    argument = meaning.argument if isinstance(meaning, Command) and meaning.name is CommandName.GROUP else None
    code = as_code(argument) if argument is not None else code_in(turn.incoming.text, meaning)
    if code is not None and not turn.incoming.group:  # typed here and not in the group, or an invite after all
        yield from turn.desk.hand_over(turn, Command(CommandName.START, code))
    elif not turn.incoming.group:
        yield from _give_a_code(turn, argument or "")
    elif code is not None:
        yield from _bind_with(turn, code)
    elif argument is None:
        turn.say(_("I do not know you yet. Please write to me in private first, with your officer's invite code."))
    else:
        yield from _bind(turn, argument)


# In the group


def _bind(turn: Turn, argument: str) -> Thinking[None]:
    scope = area.office(turn.person)
    if scope is None:
        turn.say(_("Binding a group is for the commune's officer. A group code of theirs may be typed here by anyone."))
        return
    place = yield from _wanted(turn, scope, argument)
    if place is None or turn.person is None:
        return
    if turn.known.group_unit_id == place.id:
        _bound_already(turn, place)
    else:
        yield from _bound(turn, place, turn.person.id)


def _bind_with(turn: Turn, code: str) -> Thinking[None]:
    lately = yield from ask(OwedLately(turn.door.id, WRONG_CODE, turn.now - timedelta(hours=1)))
    if lately >= MOST_WRONG:
        return
    found = yield from ask(WhichInvite(code, turn.now, turn.today))
    if isinstance(found, WhyNot):
        turn.tell(turn.door, why_not(found, code), kind=WRONG_CODE, lane=Lane.REPLY)
    elif found.purpose is not Purpose.GROUP or found.place is None:
        turn.say(_("This code invites people, it does not bind a group. Please write it to me in private."))
    elif turn.known.group_unit_id == found.unit_id:
        _bound_already(turn, found.place)
    else:
        turn.write(seat_taken(found.id))
        yield from _bound(turn, found.place, turn.person.id if turn.person else found.created_by)


def _bound(turn: Turn, place: Place, by_person_id: int | None) -> Thinking[None]:
    turn.write(*addresses.bound(new_id(), turn.door.id, place.id, by_person_id, turn.now))
    turn.say(lines(_("This group now belongs to {place}.", place=full_name(place)), _what_comes(place)))
    yield from overhearing.told_once(turn)


def _bound_already(turn: Turn, place: Place) -> None:
    turn.say(_("This group already belongs to {place}.", place=full_name(place)))


def _what_comes(place: Place) -> Text:
    if place.kind in COMMUNES:
        return _(
            "What I post here: Friday 18:30, which villages I still wait for; Monday 7:30, the week's tally. Everybody "
            "may write their work here in one line too."
        )
    return _("What I post here: Monday 7:30, the week's tally. Everybody may write their work here in one line too.")


# In private


def _give_a_code(turn: Turn, argument: str) -> Thinking[None]:
    scope = area.office(turn.person)
    if scope is None or turn.person is None:
        turn.say(_("Groups are bound by the commune's officer. Please ask them for a group code."))
        return
    place = yield from _wanted(turn, scope, argument)
    if place is None:
        return
    code = yield from ask(FreeCode())
    _invite, write = invitations.issue(
        code,
        unit_id=place.id,
        team_id=None,
        role=None,
        now=turn.now,
        uses=CODE_USES,
        days=CODE_DAYS,
        created_by=turn.person.id,
        purpose=Purpose.GROUP,
    )
    turn.write(write)
    turn.say(_how_to_bind(turn.incoming.own_groups, place, code))


def _how_to_bind(own_groups: bool, place: Place, code: str) -> Text:
    """What to do with a code; `own_groups`: nobody can add us here, though perhaps a bot at another messenger."""
    if own_groups:
        return _(
            "Group code for {place}: {code}. An OA enters only groups that it made: please have the keeper of the "
            "server make one for the commune. In a group with a Zalo bot, type @ and pick the bot's name, then: "
            "nhóm {code}, within {days} days.",
            place=full_name(place),
            code=code,
            days=CODE_DAYS,
        )
    return _(
        "Group code for {place}: {code}. Add me to the group, type @ and pick my name, then: nhóm {code}. "
        "Anyone there may type it, within {days} days.",
        place=full_name(place),
        code=code,
        days=CODE_DAYS,
    )


# Which place


def _wanted(turn: Turn, held: Service, argument: str) -> Thinking[Place | None]:
    """The place meant, within reach; None when there is none and the person has been told."""
    among = tuple(place for place in (yield from area.places(turn, held)) if place.kind != "site")
    return area.named(turn, among, argument, "nhóm") if argument.strip() else _own(turn, among)


def _own(turn: Turn, among: tuple[Place, ...]) -> Place | None:
    """The speaker's own commune; somebody who serves at the site must name one."""
    services = turn.person.services if turn.person else ()
    own = {one.unit_id for one in services if one.role in ("commune_lead", "admin")}
    place = next((one for one in among if one.id in own), None)
    if place is None:
        turn.say(_("Which place does this group belong to? Please write it so: nhóm Tú Lệ"))
    return place


CONVERSATION = Conversation("groups", _takes, _begin, in_groups=True)
