""" "nghỉ 3 ngày", "nghỉ đến 20/9": no reminders until then. "xin nghỉ hẳn" goes to the lead; "nghỉ" alone is asked."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.chat.nothing_offer import write_nothing
from handlers.chat.picking import numbered, picked
from handlers.chat.requests import forward
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, Unsure, Until, as_yes_no, names_weekday, until
from handlers.understanding.fold import fold
from locales import _
from storage import leaves
from storage.leaves import LeaveOf

NAME = "leave"
_FOR_GOOD = ("han", "luon")
"""First words that mean that somebody wishes to leave the team."""
_OFFERED = (3, 7, 30)
"""Days that are offered where no day was said."""


def _takes(turn: Turn, meaning: Meaning) -> bool:
    """Coming back is asked here too, by somebody who may be on leave."""
    return (
        not turn.incoming.group
        and isinstance(meaning, Command)
        and meaning.name in (CommandName.LEAVE, CommandName.RESUME)
    )


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    if meaning.name is CommandName.RESUME:
        yield from _come_back(turn, meaning)
    elif not meaning.argument.strip():
        yield from begin(turn, LEAVE, _draft(turn))
    elif fold(meaning.argument).split()[:1] and fold(meaning.argument).split()[0] in _FOR_GOOD:
        yield from forward(turn, turn.incoming.text)
    else:
        yield from _understood(turn, until(meaning.argument, turn.sent_on))


def _draft(turn: Turn) -> dict[str, str]:
    return {"words": turn.incoming.text, "day": turn.sent_on.isoformat()}


def _understood(turn: Turn, found: Until) -> Thinking[None]:
    """What was said plainly is saved at once; the rest is asked, a day that has passed by its name."""
    if found.last is not None and found.unsure is None and found.last >= turn.today:
        _take(turn, found.begins or turn.today, found.last)
        return
    passed = {"passed": found.last.isoformat()} if found.last is not None else {}
    yield from begin(turn, LEAVE, {**_draft(turn), **passed}, at="until")


def _take(turn: Turn, first: date, last: date) -> None:
    assert turn.person is not None
    turn.write(*leaves.taken(turn.person.id, first, last, turn.now))
    if first > turn.today:
        turn.say(
            _(
                "Written down: you are away from {first} until {last}, that day included, and I do not remind you "
                "then. Back sooner? Type: nhắc lại",
                first=first,
                last=last,
            )
        )
        return
    turn.say(
        _(
            "Written down: you are away until {last}, that day included, and I do not remind you until then. "
            "Back sooner? Type: nhắc lại",
            last=last,
        )
    )


# What is meant by "nghỉ" alone

_WISHES = numbered(
    _("This week: không phát sinh, and no reminder"),
    _("No reminders for some days"),
    _("Tell the commune, in my words"),
    _("Leave it"),
)


def _asks_what(turn: Turn) -> Thinking[None]:
    turn.say(_("You are taking a break, is that right? What shall I do for you?"), _WISHES)
    return
    yield


def _hears_what(turn: Turn, text: str) -> Thinking[str | None]:
    if names_weekday(text):  # "thứ Ba" is until when, not the third wish
        return (yield from _hears_until(turn, text))
    wish = picked(turn, text, _WISHES)
    if wish == 1:
        yield from write_nothing(turn)
        return STAY
    if wish == 2:
        return "until"
    if wish == 3:
        words = str(turn.draft["words"])
        turn.close()
        yield from forward(turn, words)
        return STAY
    if wish == 4 or as_yes_no(text) is False:
        turn.say(_("All right. When there is work, write me one line, like: vneid 3 dvc 2"))
        return END
    return None


# Until when

_LENGTHS = numbered(*(_("{count} days", count=days) for days in _OFFERED))


def _asks_until(turn: Turn) -> Thinking[None]:
    passed = turn.draft.get("passed")
    if passed:
        turn.say(
            _("{day} has passed already. Until which day are you away? Type it like: đến 20/12", day=_day(passed)),
            _LENGTHS,
        )
    else:
        turn.say(_("Until which day are you away? Type it like: đến 20/12"), _LENGTHS)
    return
    yield


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day}/{day.month}/{day.year}"


def _hears_until(turn: Turn, text: str) -> Thinking[str | None]:
    length = None if names_weekday(text) else picked(turn, text, _LENGTHS)
    if length is not None:
        _take(turn, turn.today, turn.today + timedelta(days=_OFFERED[length - 1] - 1))
        return END
    found = until(text, turn.sent_on)
    if found.last is None or found.unsure is Unsure.UNCLEAR:
        return None
    if found.unsure is not None or found.last < turn.today:
        turn.note(passed=found.last.isoformat())
        yield from _asks_until(turn)
        return STAY
    _take(turn, found.begins or turn.today, found.last)
    return END


# Back sooner


def _come_back(turn: Turn, meaning: Command) -> Thinking[None]:
    """A leave ends; whoever is on none is heard by the next conversation that takes the words."""
    assert turn.person is not None
    away = yield from ask(LeaveOf(turn.person.id, turn.today))
    if away is None or turn.person.stopped:
        yield from turn.desk.hand_over(turn, meaning, only="privacy")
    if away is not None:
        turn.write(*leaves.over(turn.person.id, turn.today))
        turn.say(_("Welcome back, {name}! From now on I remind you again.", name=turn.person.given_name))


LEAVE = Dialogue(
    "offer_leave",
    (
        Step("what", _asks_what, _hears_what, ("until", END)),
        Step("until", _asks_until, _hears_until, (END,)),
    ),
)

CONVERSATION = Conversation(NAME, _takes, _begin, (LEAVE,))
