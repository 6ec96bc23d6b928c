""" "chung": a session that a colleague has counted already is counted once, with both taking part."""

from __future__ import annotations

from handlers.chat.checkin import looking
from handlers.chat.checkin.numbers import described, in_form_order, items
from handlers.chat.checkin.receipts import called, place, together
from handlers.chat.checkin.replacing import replace_entry
from handlers.chat.checkin.telling import telling
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning
from locales import _
from storage.colleagues import Colleague, CountedWith, SameNumbers, counts_still
from storage.entries import Entry

_TRIED = 3


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.JOINT


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    """The last entries are looked through, so that it works after a restart and from another phone."""
    history = yield from looking.lately(turn)
    entries = looking.reports(history)[:_TRIED]
    for entry in entries:
        colleague = yield from _who_else(turn, entry)
        if colleague is not None:
            _count_once(turn, entry, colleague)
            return
    yield from _nobody(turn, entries)


def _who_else(turn: Turn, entry: Entry) -> Thinking[Colleague | None]:
    strong = telling(entry.values)
    if turn.person is None or not strong:
        return None
    asked = SameNumbers(turn.person.id, entry.team_id, entry.unit_id, entry.day, tuple(entry.values.items()), strong)
    return (yield from ask(asked))


def _count_once(turn: Turn, entry: Entry, colleague: Colleague) -> None:
    """The colleague's entry keeps the numbers. She is not written to: nothing of hers has changed."""
    own = {code: number for code, number in entry.values.items() if code not in colleague.values}
    replace_entry(turn, entry, own, joint_with_id=colleague.entry_id)
    turn.write(*counts_still(entry.team_id, colleague.entry_id))
    shared, rest = in_form_order(turn, colleague.values), in_form_order(turn, own)
    turn.say(
        together(
            _(
                "Counted once for {place}, {day}: {items}, done together with {colleague}.",
                place=place(turn, looking.post_of(entry)),
                day=entry.day,
                items=items(turn, shared),
                colleague=called(turn, colleague.name, colleague.address_form),
            ),
            _("{items} stays as it was.", items=described(turn, rest, sentence_start=True)) if rest else None,
            _("A slip? Type: lấy lại"),
        )
    )


def _nobody(turn: Turn, entries: list[Entry]) -> Thinking[None]:
    for entry in entries:
        if entry.joint_with_id is not None:
            turn.say(_("That session is counted together already, so nothing more is needed."))
            return
        names = yield from ask(CountedWith(entry.id, entry.week, entry.unit_id))
        if names:
            turn.say(_("{names} counted it together with you already; I count it once.", names=", ".join(names)))
            return
    turn.say(_("I find no colleague with the same number on that day, so nothing is counted twice."))


CONVERSATION = Conversation("checkin_joint", _takes, _begin)
