"""A member says "chưa làm": that may be this week's report, so "không phát sinh" is offered (voice.md §1)."""

from __future__ import annotations

from datetime import date

from handlers.chat.checkin import guided
from handlers.chat.checkin.draft import Draft
from handlers.chat.checkin.nothing import say_nothing
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_yes_no
from locales import Week, _


def offer(turn: Turn, week: Week) -> Thinking[None]:
    """Is there nothing to report in a week?"""
    yield from begin(turn, OFFER, {"words": turn.incoming.text, "day": min(week.sunday, turn.sent_on).isoformat()})


def _asks(turn: Turn) -> Thinking[None]:
    week = Week.of(date.fromisoformat(turn.draft["day"]))
    this_week = week == Week.of(turn.sent_on)
    turn.say(
        _("Is there nothing to report from your team this week?")
        if this_week
        else _("Is there nothing to report from your team in week {week}?", week=week),
        (
            Choice("1", _("Yes, write down: không phát sinh")),
            Choice("2", _("There was some work, I will record it")),
            Choice("3", _("Ask me later")),
        ),
    )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = as_choice(text, 3)
    if answer == 1 or as_yes_no(text) is True:
        yield from write_nothing(turn)
        return STAY
    if answer == 2:
        turn.close()
        yield from guided.CONVERSATION.begin(turn, Command(CommandName.CHECK_IN))
        return STAY
    if answer == 3 or as_yes_no(text) is False:
        turn.say(_("All right. When there is work, write me one line, like: vneid 3 dvc 2"))
        return END
    return None


def write_nothing(turn: Turn) -> Thinking[None]:
    """The open draft's words were "nothing this week": record them."""
    words, day = str(turn.draft["words"]), date.fromisoformat(turn.draft["day"])
    turn.close()
    yield from say_nothing(turn, Draft({}, day, turn.incoming.sent_at, words))


OFFER = Dialogue("offer_nothing", (Step("sure", _asks, _hears, (END,)),))


def _takes(_turn: Turn, _meaning: Meaning) -> bool:
    return False


def _begin(_turn: Turn, _meaning: Meaning) -> Thinking[None]:
    """Never begun by a message: `offer` is called where "chưa làm" was said."""
    return
    yield


CONVERSATION = Conversation("offer_nothing", _takes, _begin, (OFFER,))
