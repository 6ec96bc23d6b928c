"""Step by step: first what was done, then only those are asked, one at a time (voice.md §3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from handlers.chat.checkin import kinds, recording
from handlers.chat.checkin.draft import Draft
from handlers.chat.checkin.numbers import counted_in, full_label, items
from handlers.chat.checkin.posts import posts
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, ask_again, begin
from handlers.messages import Choice
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import (
    Command,
    CommandName,
    Doubt,
    DoubtReason,
    Meaning,
    NothingThisWeek,
    Unknown,
    as_count,
    as_yes_no,
    find_day,
    is_done,
    is_skip,
    read,
)
from locales import Text, _

_FEW_WORDS = 4
_COUNTED_IN = ("nguoi", "ho", "buoi")
"""Indicators whose words are also what others are counted in."""


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.CHECK_IN


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if has_gathered(turn):
        if turn.draft["values"]:
            turn.say(_("I still have: {items}. Let us go on.", items=items(turn, turn.draft["values"])))
        yield from ask_again(turn, GUIDED)
        return
    if not (yield from posts(turn)):
        recording.no_team(turn)
        return
    assert isinstance(meaning, Command)
    found = find_day(meaning.argument, turn.sent_on) if meaning.argument else None
    day = found.day if found is not None and found.day and found.doubt is None else turn.sent_on
    yield from begin(turn, GUIDED, {"values": {}, "codes": [], "raw": "", "day": day.isoformat()})


def has_gathered(turn: Turn) -> bool:
    """Whether the open dialogue is this one, with something in it."""
    return turn.standing.dialogue == GUIDED.name and bool(turn.draft["codes"] or turn.draft["values"])


def leave_if_empty(turn: Turn) -> None:
    """A line in full came instead of the first answer: the question is no longer needed."""
    if turn.standing.dialogue == GUIDED.name and not has_gathered(turn):
        turn.close()


# What was done


def _asks_what(turn: Turn) -> Thinking[None]:
    choices = tuple(
        Choice(str(place), field.label(turn.reader.language).full)
        for place, field in enumerate(turn.around.form.asked(), 1)
    )
    turn.say(_("What have you done? Type the numbers, like: 1 6"), choices)
    return
    yield


def _hears_what(turn: Turn, text: str) -> Thinking[str | None]:
    codes = kinds.by_number(turn, text) or (yield from kinds.by_words(turn, text))
    if codes:
        turn.note(codes=codes, raw=text, keep=True)
        return "many"
    if isinstance(read(text, (yield from context(turn))), NothingThisWeek):
        return None
    if as_count(text) == 0 or is_done(text) or is_skip(text) or as_yes_no(text) is False:
        turn.say(_("All right, I have written nothing down. If there was no work this week, type: không phát sinh"))
        return END
    return None


# How many of each


def _asks_many(turn: Turn) -> Thinking[None]:
    code = turn.draft["codes"][0]
    turn.say(_how_many(turn, code, first=not turn.draft["values"]))
    return
    yield


def _how_many(turn: Turn, code: str, first: bool) -> Text:
    label, unit = full_label(turn, code), counted_in(turn, code)
    if first:
        return _(
            "{label}: how many ({unit})? Type a number; bỏ qua skips it, xong saves what you gave so far.",
            label=label,
            unit=unit,
        )
    return _("{label}: how many ({unit})?", label=label, unit=unit)


def _hears_many(turn: Turn, text: str) -> Thinking[str | None]:
    if is_done(text):
        return (yield from _finish(turn))
    code, *rest = turn.draft["codes"]
    number = 0 if is_skip(text) else as_count(text)
    if number is None:
        return (yield from _not_one_number(turn, text))
    values = {**turn.draft["values"], code: number} if number else turn.draft["values"]
    turn.note(values=values, codes=rest, raw=f"{turn.draft['raw']} / {text}")
    if rest:
        return "many"
    return (yield from _finish(turn))


def _not_one_number(turn: Turn, text: str) -> Thinking[str | None]:
    """ "khoảng 5", "5-6": nearly an answer, so one number is asked for; anything else is none."""
    if len(text.split()) > _FEW_WORDS or not any(sign.isdigit() for sign in text):
        return None
    if not isinstance(read(text, (yield from context(turn))), Unknown | Doubt):
        return None
    ask_for_one(turn)
    return STAY


def is_nearly_answered_by(turn: Turn, doubt: Doubt) -> bool:
    """ "tầm 5 người" where "how many people?" was asked: about the indicator in question, not one of its own."""
    if turn.standing.dialogue != GUIDED.name or not turn.draft["codes"]:
        return False
    named = doubt.candidate.values if doubt.candidate is not None else {}
    asked = {turn.draft["codes"][0], *_COUNTED_IN}
    return doubt.reason in (DoubtReason.APPROXIMATE, DoubtReason.RANGE) and asked.issuperset(named)


def ask_for_one(turn: Turn) -> None:
    """The open "how many" takes a single number."""
    label = full_label(turn, turn.draft["codes"][0])
    turn.say(_("{label}: please choose one number, how many was it?", label=label))


def is_answered_by(turn: Turn, line: Draft) -> bool:
    """Whether a line that stands on its own says what these steps still ask for, of the same day."""
    return (
        has_gathered(turn)
        and line.day == date.fromisoformat(turn.draft["day"])
        and not line.values.keys().isdisjoint(turn.draft["codes"])
    )


def take_line(turn: Turn, line: Draft) -> Thinking[None]:
    """ "dvc 2" where "how many dossiers?" was asked: the answer, not one more entry; what else it says comes along."""
    turn.note(
        values={**turn.draft["values"], **line.values},
        codes=[code for code in turn.draft["codes"] if code not in line.values],
        raw=f"{turn.draft['raw']} / {line.raw}",
        note="; ".join(filter(None, (turn.draft.get("note"), line.note))),
    )
    if turn.draft["codes"]:
        yield from ask_again(turn, GUIDED)
    else:
        yield from _finish(turn)


def _finish(turn: Turn) -> Thinking[str]:
    kept = turn.draft
    turn.close()
    if not kept["values"]:
        turn.say(_("All right, I have written nothing down. If there was no work this week, type: không phát sinh"))
        return STAY
    yield from recording.record(turn, _draft(turn, kept))
    return STAY


def _draft(turn: Turn, kept: Mapping[str, Any]) -> Draft:
    return Draft(
        values=dict(kept["values"]),
        day=date.fromisoformat(kept["day"]),
        sent_at=turn.incoming.sent_at,
        raw=kept["raw"],
        note=kept.get("note", ""),
    )


GUIDED = Dialogue(
    "checkin_guided",
    (Step("what", _asks_what, _hears_what, ("many", END)), Step("many", _asks_many, _hears_many, ("many", END))),
)

CONVERSATION = Conversation("checkin_guided", _takes, _begin, (GUIDED,))
