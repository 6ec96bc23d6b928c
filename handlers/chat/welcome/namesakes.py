"""Several people of one name, or a name that is not proof enough: the phone's last digits tell, or place and role."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.picking import numbered, picked
from handlers.chat.welcome.codes import still_live
from handlers.chat.welcome.matching import needs_number, tail
from handlers.chat.welcome.moving import come_in
from handlers.chat.whereabouts import role_name
from handlers.dialogue import STAY
from handlers.messages import Choice
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import as_phone_tail, as_yes_no, is_skip
from locales import Text, _
from storage.enrolment import Rostered, RosterOf
from storage.invitations import Invite

# Several of one name: the last digits of the phone


def ask_number(turn: Turn) -> Thinking[None]:
    """Ask for the last three digits."""
    if len(turn.draft["among"]) > 1:
        turn.say(
            _(
                "There are {count} people of that name. What are the last three digits of your phone number? If you do "
                "not remember them, type: bỏ qua. To stop here, type: hủy",
                count=len(turn.draft["among"]),
            )
        )
    else:
        turn.say(
            _(
                "To be sure that it is {name}: what are the last three digits of the phone number the commune has? If "
                "you do not remember them, type: bỏ qua. To stop here, type: hủy",
                name=str(turn.draft["name"]),
            )
        )
    return
    yield


def hear_number(turn: Turn, text: str) -> Thinking[str | None]:
    """The digits of one of them; a second miss, or "bỏ qua", is somebody the roster does not know."""
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
        return (yield from come_in(turn, invite, right[0].name, right[0].person_id))
    if not gives_up and not turn.draft["tries"]:
        turn.note(tries=1)
        turn.say(_("Those are not the digits I have. Please look once more; if it is another number, type: bỏ qua"))
        return STAY
    return (yield from come_in(turn, invite, str(turn.draft["name"])))


# Several of one name whose phones do not tell them apart


def ask_which(turn: Turn) -> Thinking[None]:
    """Show them by place and role."""
    invite = yield from still_live(turn)
    if invite is not None:
        among = yield from _among(turn, invite)
        turn.say(_("There are several people of that name. Which one are you?"), _which(among))


def hear_which(turn: Turn, text: str) -> Thinking[str | None]:
    """The one that was picked; a phone that is known must still agree."""
    invite = yield from still_live(turn)
    if invite is None:
        return STAY
    among = yield from _among(turn, invite)
    said = picked(turn, text, _which(among))
    if said is None:
        return None
    if said > len(among):
        return (yield from come_in(turn, invite, str(turn.draft["name"])))
    chosen = among[said - 1]
    if needs_number((chosen,), invite.role):
        turn.note(among=[chosen.person_id], name=chosen.name)
        return "number"
    return (yield from come_in(turn, invite, chosen.name, chosen.person_id))


def _which(among: Sequence[Rostered]) -> tuple[Choice, ...]:
    return numbered(*map(_label, among), _("None of them"))


def _label(one: Rostered) -> Text:
    post = one.posts[0]
    return _("{name}, {place}, {role}", name=one.name, place=post.unit_name, role=role_name(post.role))


def _among(turn: Turn, invite: Invite) -> Thinking[list[Rostered]]:
    roster = yield from ask(RosterOf(invite.unit_id, turn.today))
    wanted = set(turn.draft["among"])
    return [one for one in roster if one.person_id in wanted]
