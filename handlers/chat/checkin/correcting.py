""" "sửa" alone: the last three entries, then which number, then the new one."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat.checkin import looking
from handlers.chat.checkin.amending import amend, nothing_to_mend
from handlers.chat.checkin.numbers import full_label, in_form_order, item
from handlers.chat.checkin.receipts import together
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning, Report, as_choice, as_count, read
from locales import _
from storage.entries import Entry

_SHOWN = 3


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.EDIT


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    if turn.standing.dialogue == CORRECT.name and turn.standing.step == "number" and as_count(meaning.argument):
        yield from _hears_number(turn, meaning.argument)
        return
    history = yield from looking.lately(turn)
    reports = looking.reports(history)
    entries = [entry for entry in reports if entry.values][:_SHOWN]
    number = as_count(meaning.argument) if meaning.argument else None
    if not entries and reports:
        turn.say(
            together(
                _("That session is counted together already, so nothing more is needed."),
                _("A slip? Type: lấy lại"),
            )
        )
    elif not entries:
        nothing_to_mend(turn)
    elif number is not None and len(entries[0].values) == 1:
        yield from amend(turn, entries[0], dict.fromkeys(entries[0].values, number), history)
    elif len(entries) > 1:
        shown = [[str(entry.id), turn.render(looking.summary(turn, entry))] for entry in entries]
        yield from begin(turn, CORRECT, {"shown": shown})
    else:
        yield from _about(turn, entries[0])


def _about(turn: Turn, entry: Entry) -> Thinking[None]:
    """Which number of this entry? Only one: straight to the new one."""
    codes = list(in_form_order(turn, entry.values))
    draft = {"entry": entry.id, "values": dict(entry.values), "codes": codes, "code": codes[0]}
    turn.close()
    yield from begin(turn, CORRECT, draft, at="number" if len(codes) == 1 else "value")


def _asks_entry(turn: Turn) -> Thinking[None]:
    turn.say(
        _("Which entry shall we correct?"),
        tuple(Choice(str(place), words) for place, (_id, words) in enumerate(turn.draft["shown"], 1)),
    )
    return
    yield


def _hears_entry(turn: Turn, text: str) -> Thinking[str | None]:
    chosen = as_choice(text, len(turn.draft["shown"]))
    if chosen is None:
        return None
    history = yield from looking.lately(turn)
    entry = looking.find(history, int(turn.draft["shown"][chosen - 1][0]))
    if entry is None:
        turn.say(_("That entry has changed since. Type sửa to see the newest ones."))
        return END
    codes = list(in_form_order(turn, entry.values))
    turn.note(entry=entry.id, values=dict(entry.values), codes=codes, code=codes[0])
    return "value" if len(codes) > 1 else "number"


def _asks_value(turn: Turn) -> Thinking[None]:
    values = turn.draft["values"]
    choices = tuple(Choice(str(n), item(turn, code, values[code])) for n, code in enumerate(turn.draft["codes"], 1))
    turn.say(_("Which number is wrong?"), choices)
    return
    yield


def _hears_value(turn: Turn, text: str) -> Thinking[str | None]:
    codes = turn.draft["codes"]
    chosen = as_choice(text, len(codes), [full_label(turn, code) for code in codes])
    if chosen is None:
        return (yield from _hears_both(turn, text))
    turn.note(code=codes[chosen - 1])
    return "number"


def _asks_number(turn: Turn) -> Thinking[None]:
    code = turn.draft["code"]
    now = item(turn, code, turn.draft["values"][code])
    turn.say(_("It says {item} now. What is the right number? (0 takes it away)", item=now))
    return
    yield


def _hears_number(turn: Turn, text: str) -> Thinking[str | None]:
    number = as_count(text)
    if number is None:
        return (yield from _hears_both(turn, text))
    yield from _amended(turn, {turn.draft["code"]: number})
    return STAY


def _hears_both(turn: Turn, text: str) -> Thinking[str | None]:
    """ "dvc 5", where a number of the entry was to be named: its new value, and no further work."""
    facts = yield from context(turn)
    meaning = read(text, facts)
    if not isinstance(meaning, Report) or meaning.day_said or meaning.adds or meaning.note:
        return None
    if not set(meaning.values) <= set(turn.draft["values"]):
        return None
    yield from _amended(turn, meaning.values)
    return STAY


def _amended(turn: Turn, values: Mapping[str, int]) -> Thinking[None]:
    kept = turn.draft
    turn.close()
    history = yield from looking.lately(turn)
    entry = looking.find(history, kept["entry"])
    if entry is None:
        turn.say(_("That entry has changed since. Type sửa to see the newest ones."))
    else:
        yield from amend(turn, entry, values, history)


CORRECT = Dialogue(
    "checkin_correct",
    (
        Step("entry", _asks_entry, _hears_entry, ("value", "number", END)),
        Step("value", _asks_value, _hears_value, ("number",), takes_reports=True),
        Step("number", _asks_number, _hears_number, (END,), takes_reports=True),
    ),
)

CONVERSATION = Conversation("checkin_correct", _takes, _begin, (CORRECT,))
