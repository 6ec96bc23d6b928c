""" "mã mời Bản Lềnh": an officer's code for new members; and what about the roster is not done in a chat."""

from __future__ import annotations

from handlers.chat import area
from handlers.chat.smalltalk import courtesy
from handlers.chat.whereabouts import full_name
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.reading import context
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Meaning, Unknown, read
from handlers.understanding.commands import Line
from handlers.understanding.words import table
from locales import Text, _
from storage import invitations
from storage.finding import Place
from storage.invitations import FreeCode

USES, DAYS = 50, 30
_LONGEST_NAME = 8


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if not isinstance(meaning, Unknown) or turn.incoming.group or area.office(turn.person) is None:
        return False
    return _place_said(meaning.raw) is not None or _about_roster(meaning.raw)


def _place_said(text: str) -> str | None:
    """The name behind "mã mời"; "" where none was said, None for other words."""
    line = Line.of(text)
    for skipped in (0, line.lead) if line.lead else (0,):
        opening = table("invite").opening(line.keys[skipped:])
        if opening is None:
            continue
        at = skipped + opening[1]
        while (around := table("invite_around").opening(line.keys[at:])) is not None:
            at += around[1]
        return line.after(at) if len(line.keys) - at <= _LONGEST_NAME else None
    return None


def _about_roster(text: str) -> bool:
    line = Line.of(text)
    return any(table("roster").opening(line.keys[at:]) is not None for at in {0, line.lead})


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Unknown)
    said = _place_said(meaning.raw)
    if said is None:
        turn.say(
            _(
                "The list of people, mergers and moves of villages are mended by the keeper of the server. To let "
                "somebody join, type mã mời and the village, like: mã mời Thôn 1"
            )
        )
    elif not said or not (yield from _invite(turn, said)):
        yield from begin(turn, INVITE)


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(_("For which village is the invite code? Type its name"))
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    if (yield from _means_something_else(turn, text)):
        return None
    return END if (yield from _invite(turn, text.strip())) else STAY


def _means_something_else(turn: Turn, text: str) -> Thinking[bool]:
    """A command, a report, a politeness or a new wish of this kind: none of them is a village's name."""
    if courtesy(text) is not None:
        return True
    meaning = read(text, (yield from context(turn)))
    return not isinstance(meaning, Unknown) or _takes(turn, meaning) or len(Line.of(text).keys) > _LONGEST_NAME


def _invite(turn: Turn, name: str) -> Thinking[bool]:
    """A fresh code; False where the place is not clear, which has been said."""
    place = yield from _place(turn, name)
    if place is None or turn.person is None:
        return False
    code = yield from ask(FreeCode())
    _kept, write = invitations.issue(
        code,
        unit_id=place.id,
        team_id=None,
        role="member",
        now=turn.now,
        uses=USES,
        days=DAYS,
        created_by=turn.person.id,
    )
    turn.write(write)
    turn.say(_told(place, code))
    return True


def _told(place: Place, code: str) -> Text:
    return _(
        "Invite code for members of {place}: {code}. Whoever writes it to me joins, within {days} days, {uses} people "
        "at most. Please give it only to those it is for.",
        place=full_name(place),
        code=code,
        days=DAYS,
        uses=USES,
    )


def _place(turn: Turn, name: str) -> Thinking[Place | None]:
    held = area.office(turn.person)
    assert held is not None
    among = yield from area.places(turn, held)
    return area.named(turn, (place for place in among if place.kind != "site"), name, "mã mời")


INVITE = Dialogue("invite", (Step("where", _asks, _hears, (END,)),))

CONVERSATION = Conversation("inviting", _takes, _begin, (INVITE,))
