"""Other numbers for an entry: "sửa dvc 4", done at once when it is plain which entry is meant, else asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from handlers.chat.checkin import looking, recording, withdrawing
from handlers.chat.checkin.draft import Draft, open_draft
from handlers.chat.checkin.numbers import change, described, in_form_order, item, items, label, too_big
from handlers.chat.checkin.receipts import place, together
from handlers.chat.checkin.replacing import replace_entry
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Correction, Meaning, as_choice, as_yes_no
from handlers.understanding.fold import fold
from locales import Text, _
from storage.entries import Entry


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Correction) or bool(_taken_away(turn, meaning))


def _taken_away(turn: Turn, meaning: Meaning) -> dict[str, int]:
    """ "bỏ vneid" takes one number away, and is no withdrawal of the whole entry."""
    if not isinstance(meaning, Command) or meaning.name is not CommandName.UNDO:
        return {}
    named = fold(meaning.argument)
    labels = ((f.code, f.label("vi")) for f in turn.around.form.fields)
    return {code: 0 for code, label in labels if named in (code, fold(label.short), fold(label.full))}


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    if isinstance(meaning, Command):
        meaning = Correction(_taken_away(turn, meaning))
    assert isinstance(meaning, Correction)
    waiting = open_draft(turn)
    if waiting is not None and waiting.values.keys() >= meaning.values.keys():
        yield from _not_saved_yet(turn, waiting, meaning.values)
        return
    history = yield from looking.lately(turn)
    entries = looking.reports(history)
    meant = [entry for entry in entries if meaning.day is None or entry.day == meaning.day]
    if not meant:
        nothing_to_mend(turn, meaning.day, entries)
        return
    if meaning.offered:  # whoever says "nhầm" means an entry that says something else
        meant = [entry for entry in meant if meaning.values.items() - entry.values.items()] or meant[:1]
    having = [entry for entry in meant if set(meaning.values) <= set(entry.values)]
    if meaning.offered and having[:1] == meant[:1] and not meaning.values.items() - having[0].values.items():
        yield from amend(turn, having[0], meaning.values, history)
        return
    plain = having and (having[0].day == meant[0].day)
    if meaning.offered or not plain:
        first = [having[0]] if meaning.offered and plain else _different([meant[0], *having[:1]])
        yield from _ask_which(turn, meaning.values, first, "offered" if meaning.offered and plain else "absent")
        return
    yield from amend(turn, having[0], meaning.values, history)


def _not_saved_yet(turn: Turn, waiting: Draft, values: Mapping[str, int]) -> Thinking[None]:
    """What is to be corrected waits for a yes: it is saved with the new number."""
    for code, number in values.items():
        waiting = waiting.with_number(code, number)
    turn.close()
    yield from recording.record(turn, waiting)


def amend(
    turn: Turn, entry: Entry, values: Mapping[str, int], history: Sequence[Entry], *, sure: bool = False
) -> Thinking[None]:
    """Give an entry other numbers (zero takes one away); an unusual number is asked once more."""
    changed = {code: number for code, number in values.items() if entry.values.get(code, 0) != number}
    if not changed:
        turn.say(_("It already says {items}, so I leave it as it is.", items=items(turn, values)))
        return
    after = {code: number for code, number in {**entry.values, **changed}.items() if number}
    if not sure and too_big(turn, changed, _others_of_the_day(entry, history), {}):
        yield from _ask_which(turn, values, [entry], "big")
    elif not after and entry.joint_with_id is None:
        yield from withdrawing.withdraw(turn, entry)
    else:
        replace_entry(turn, entry, after, joint_with_id=entry.joint_with_id)
        turn.say(_receipt(turn, entry, changed))


def nothing_to_mend(turn: Turn, day: date | None = None, entries: Sequence[Entry] = ()) -> None:
    """No entry of that day, or none at all, to be corrected."""
    if day is not None and entries:
        shown = looking.summary(turn, entries[0])
        turn.say(_("I find no entry of {day}. Your last one is {entry}.", day=day, entry=shown))
    else:
        turn.say(
            _("I find no entry of yours in the last two weeks. Just type the work and the number, like: vneid 3 dvc 2")
        )


def _others_of_the_day(entry: Entry, history: Sequence[Entry]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for other in history:
        if other.in_force and other.id != entry.id and (other.day, other.team_id) == (entry.day, entry.team_id):
            for code, number in other.values.items():
                sums[code] = sums.get(code, 0) + number
    return sums


def _different(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry.id: entry for entry in entries}.values())


def _receipt(turn: Turn, entry: Entry, changed: Mapping[str, int]) -> Text:
    changes = [
        change(turn, code, entry.values[code], number) if code in entry.values else item(turn, code, number)
        for code, number in changed.items()
    ]
    kept = {code: number for code, number in in_form_order(turn, entry.values).items() if code not in changed}
    return together(
        _(
            "Corrected for {place}, {day}: {changes}.",
            place=place(turn, looking.post_of(entry)),
            day=entry.day,
            changes=", ".join(changes),
        ),
        _("{items} stays as it was.", items=described(turn, kept, sentence_start=True)) if kept else None,
        _("I keep the old number for comparison, it is not counted. A slip? Type: lấy lại"),
    )


# Asked first: which entry, or whether at all


def _ask_which(turn: Turn, values: Mapping[str, int], entries: Sequence[Entry], why: str) -> Thinking[None]:
    turn.close()
    kept: dict[str, Any] = {
        "keep": True,
        "values": dict(values),
        "entries": [entry.id for entry in entries],
        "shown": [turn.render(looking.summary(turn, entry)) for entry in entries],
        "why": why,
    }
    yield from begin(turn, AMEND, kept)


def _asks(turn: Turn) -> Thinking[None]:
    values, shown, why = turn.draft["values"], turn.draft["shown"], turn.draft["why"]
    no = Choice(str(len(shown) + 1), _("No, leave it"))
    if why == "absent":
        names = ", ".join(label(turn, code) for code in values)
        question = _(
            "Your last entry has no {names}. Where shall I put {items}?", names=names, items=items(turn, values)
        )
        turn.say(question, (*(Choice(str(one), entry) for one, entry in enumerate(shown, 1)), no))
        return
    yes = Choice("1", _("Yes, correct it"))
    if why == "big":
        turn.say(_("I ask once more, to be safe: {items}, is that right?", items=described(turn, values)), (yes, no))
    else:
        turn.say(
            _("Shall I correct the entry {entry} to {items}?", entry=shown[0], items=items(turn, values)), (yes, no)
        )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    kept = turn.draft
    count = len(kept["entries"])
    chosen = as_choice(text, count + 1)
    if chosen is None:
        answer = as_yes_no(text)
        chosen = None if answer is None else 1 if answer else count + 1
    if chosen is None:
        return None
    turn.close()
    if chosen > count:
        turn.say(_("All right, I leave everything as it is."))
        return STAY
    history = yield from looking.lately(turn)
    entry = looking.find(history, kept["entries"][chosen - 1])
    if entry is None:
        turn.say(_("That entry has changed since. Type sửa to see the newest ones."))
    else:
        yield from amend(turn, entry, kept["values"], history, sure=kept["why"] == "big")
    return STAY


AMEND = Dialogue("checkin_amend", (Step("which", _asks, _hears, (END,)),))

CONVERSATION = Conversation("checkin_amend", _takes, _begin, (AMEND,))
