"""Invite codes as people give them: what they open, why they do not, and a limit on guessing."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Doubt, Meaning, Unknown, as_code
from locales import Text, _
from storage import seats
from storage.invitations import Invite, Purpose, WhichInvite, WhyNot
from storage.seats import HasArrived

MOST_WRONG = 5
"""Wrong codes an hour from one chat."""
FOR = timedelta(hours=1)
_MEMORY = "wrong_codes"


def code_in(text: str, meaning: Meaning) -> str | None:
    """The six digits of "/start 482913", "bắt đầu 482913", or of a message that is nothing but a code."""
    if isinstance(meaning, Command):
        return as_code(meaning.argument) if meaning.name is CommandName.START else None
    return as_code(text) if isinstance(meaning, Unknown | Doubt) else None


def live(turn: Turn, code: str) -> Thinking[Invite | None]:
    """The invite that a code opens; None when it opens nothing, and the person has been told why."""
    lately = _wrong_lately(turn)
    if len(lately) >= MOST_WRONG:
        turn.say(_pause(min(lately) + FOR))
        return None
    found = yield from ask(WhichInvite(code, turn.now, turn.today))
    if isinstance(found, WhyNot):
        _count(turn, lately)
        turn.say(why(found, code))
        return None
    if found.purpose is Purpose.GROUP:
        turn.say(_for_a_group(code))
        return None
    if found.place is None:
        _gone(turn)
        return None
    return found


def seat(turn: Turn, invite: Invite) -> Thinking[None]:
    """This chat came with this code: it keeps one of the seats that were promised, however often it types the code."""
    if not (yield from ask(HasArrived(invite.id, turn.door.id))):
        turn.write(seats.arrived(invite.id, turn.door.id, turn.now))


def still_live(turn: Turn) -> Thinking[Invite | None]:
    """The invite of the open dialogue, which may have ended since it began; then it is said and the talk is over."""
    found = yield from ask(WhichInvite(str(turn.draft["code"]), turn.now, turn.today))
    if isinstance(found, WhyNot):
        turn.say(why(found, str(turn.draft["code"])))
        turn.close()
        return None
    if found.place is None:
        _gone(turn)
        return None
    return found


def why(reason: WhyNot, code: str) -> Text:
    """Why a code opens nothing, and what to do."""
    match reason:
        case WhyNot.USED_UP:
            return _("As many people as this code was for have joined with it. Please ask your officer for a new one.")
        case WhyNot.EXPIRED:
            return _("This code has run out. Please ask your officer for a new one.")
    return _("I do not know the code {code}. Please look at the six digits again.", code=code)


def _gone(turn: Turn) -> None:
    turn.say(_("The place of this code is no more. Please ask your officer for a new one."))
    turn.close()


def _for_a_group(code: str) -> Text:
    return _(
        "This code binds a group, it is no invitation. In the commune's group, type @ and pick my name, then: "
        "nhóm {code}",
        code=code,
    )


def _pause(until: datetime) -> Text:
    return _(
        "Several codes were wrong, so I take a little rest. Please try again after {time}, or call your officer.",
        time=until,
    )


def _wrong_lately(turn: Turn) -> list[datetime]:
    tries = (datetime.fromisoformat(one) for one in turn.recall(_MEMORY, ()))
    return [one for one in tries if turn.now - one < FOR]


def _count(turn: Turn, lately: list[datetime]) -> None:
    turn.remember(_MEMORY, [one.isoformat() for one in (*lately, turn.now)])
