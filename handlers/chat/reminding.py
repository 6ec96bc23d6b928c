""" "nhắc", "nhắc Bản Lềnh": an officer has the villages that are silent this week reminded, after a yes."""

from __future__ import annotations

from handlers.chat.nudging import nudge
from handlers.chat.picking import numbered, picked
from handlers.chat.weeks import count, no_place
from handlers.conversation import Conversation
from handlers.dialogue import END, Dialogue, Step, begin
from handlers.turn import Thinking, Turn
from handlers.understanding import Meaning, Unknown, as_yes_no
from handlers.understanding.commands import Line
from handlers.understanding.fold import same_words
from handlers.understanding.words import table
from locales import Text, Week, _, listed
from storage.audience import Reach
from storage.tally import Silent, Tally

_MEMORY = "reminded"
"""Which villages were reminded in which week: once is enough."""
_MOST_WORDS = 7


def _takes(turn: Turn, meaning: Meaning) -> bool:
    if not isinstance(meaning, Unknown) or turn.incoming.group or turn.person is None:
        return False
    return turn.person.serves_as("commune_lead") is not None and _village_said(meaning.raw) is not None


def _village_said(text: str) -> str | None:
    """The name behind "nhắc"; "" where all are meant, None for other words."""
    line = Line.of(text)
    for skipped in (0, line.lead) if line.lead else (0,):
        keys = line.keys[skipped:]
        if table("remind", "all").get(keys) is not None:
            return ""
        opening = table("remind", "one").opening(keys)
        if opening is not None and opening[1] < len(keys) <= _MOST_WORDS:
            return line.after(skipped + opening[1])
    return None


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Unknown)
    name = _village_said(meaning.raw) or ""
    tally = yield from _tally(turn)
    if tally is None:
        turn.say(no_place(turn))
    elif name and not any(_is_called(unit.name, name) for unit in tally.units if unit.kind == "village"):
        turn.say(_("I do not know {name} in your area. Please look at the name again.", name=name))
    elif not (silent := _silent(tally, name)):
        turn.say(_("All villages that could write have sent news by now."))
    elif not (fresh := [one for one in silent if one.unit_id not in _reminded(turn)]):
        turn.say(_("I have reminded them already; once is enough. Late news still counts."))
    else:
        draft = {"units": [one.unit_id for one in fresh], "names": [one.name for one in fresh]}
        yield from begin(turn, REMIND, draft)


def _tally(turn: Turn) -> Thinking[Tally | None]:
    lead = turn.person.serves_as("commune_lead") if turn.person is not None else None
    return (yield from count(turn, lead.commune_id, Week.of(turn.today))) if lead is not None else None


def _silent(tally: Tally, name: str) -> list[Silent]:
    """Villages where somebody could write; the one that was named, or all."""
    able = [one for one in tally.silent_villages if one.cause == "unknown"]
    return [one for one in able if not name or _is_called(one.name, name)]


def _is_called(village: str, said: str) -> bool:
    """ "Bản Lềnh", "ban lenh", "thôn Bản Lềnh"."""
    return same_words(said, village) or same_words(said, f"thôn {village}")


def _reminded(turn: Turn) -> set[int]:
    kept = turn.recall(_MEMORY) or {}
    return set(kept.get("units", ())) if kept.get("week") == str(Week.of(turn.today)) else set()


_SURE = numbered(_("Write to them"), _("Leave it"))


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(
        _(
            "No news this week from: {villages}. Shall I write to the leader of each?",
            villages=listed(turn.draft["names"]),
        ),
        _SURE,
    )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    wish = picked(turn, text, _SURE)
    if wish is None and (yes := as_yes_no(text)) is not None:
        wish = 1 if yes else 2
    if wish == 1:
        yield from _remind(turn)
    elif wish == 2:
        turn.say(_("All right, I leave it."))
    return None if wish is None else END


def _remind(turn: Turn) -> Thinking[None]:
    """Whoever sent news since the question was put is left in peace."""
    tally = yield from _tally(turn)
    asked = set(turn.draft["units"])
    silent = [one for one in _silent(tally, "") if one.unit_id in asked] if tally is not None else []
    told = yield from nudge(turn, silent, _words)
    if told:
        kept = sorted(_reminded(turn) | {one.unit_id for one in silent})
        turn.remember(_MEMORY, {"week": str(Week.of(turn.today)), "units": kept})
        turn.say(_("I have written to {people}.", people=listed(told)))
    else:
        turn.say(_("Nobody of these villages can be reached just now; a call may help."))


def _words(reach: Reach, village: Silent) -> Text:
    return _(
        "Hello {name}, the commune's officer asks after {village}: no news of this week has reached me yet. Write me "
        "one line, like: vneid 3 dvc 2. Nothing this week? Type: không phát sinh. No more reminders: dừng nhắn tin",
        name=reach.person.given_name,
        village=village.name,
    )


REMIND = Dialogue("remind_villages", (Step("sure", _asks, _hears, (END,)),))

CONVERSATION = Conversation("reminding", _takes, _begin, (REMIND,))
