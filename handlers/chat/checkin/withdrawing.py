""" "bỏ": the last entry is taken back; it stays kept, and "lấy lại" restores it."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.checkin import looking
from handlers.chat.checkin.receipts import place, together
from handlers.chat.checkin.replacing import replace_entry
from handlers.conversation import Conversation
from handlers.dialogue import END, STAY, Dialogue, Step, begin
from handlers.messages import Choice
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, as_choice, as_yes_no, is_skip
from handlers.understanding.commands import whole
from locales import Text, _
from storage.checkins import EntryKind
from storage.colleagues import CountedWith
from storage.entries import Entry

_AT_ONCE = timedelta(hours=24)
"""A younger entry is taken back at once; an older one is shown first."""


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.UNDO


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    if is_skip(turn.incoming.text) and meaning.argument:
        turn.say(_("Nothing is open, and what you recorded still stands. To take your last entry back, type: bỏ"))
        return
    if turn.draft.get("keep") or (turn.standing.dialogue or "").startswith("checkin_"):
        turn.close()
        turn.say(_("What was open is dropped, nothing of it was saved. To take your last entry back, type: bỏ"))
        return
    history = yield from looking.lately(turn)
    last = next((entry for entry in history if entry.in_force), None)
    if last is None:
        turn.say(_("I find no entry of yours in the last two weeks, so there is nothing to take back."))
    elif not meaning.argument and turn.now - last.recorded_at < _AT_ONCE:
        yield from withdraw(turn, last)
    else:
        shown = turn.render(looking.summary(turn, last))
        yield from begin(turn, WITHDRAW, {"entry": last.id, "shown": shown})


def withdraw(turn: Turn, entry: Entry) -> Thinking[None]:
    """Take an entry back, and say so."""
    sharing = yield from ask(CountedWith(entry.id, entry.week, entry.unit_id))
    replace_entry(turn, entry, {}, kind=EntryKind.WITHDRAWAL)
    turn.say(
        together(
            _(
                "Taken back for {place}, {entry}. It is no longer counted.",
                place=place(turn, looking.post_of(entry)),
                entry=looking.summary(turn, entry),
            ),
            _shared(sharing),
            _("A slip? Type: lấy lại"),
        )
    )


def _shared(names: tuple[str, ...]) -> Text | None:
    if not names:
        return None
    return _("{names} counted this session together with you, so now nobody has it.", names=", ".join(names))


def _asks(turn: Turn) -> Thinking[None]:
    turn.say(
        _("Your last entry is {entry}. Shall I take it back?", entry=turn.draft["shown"]),
        (Choice("1", _("Yes, take it back")), Choice("2", _("No, leave it"))),
    )
    return
    yield


def _hears(turn: Turn, text: str) -> Thinking[str | None]:
    answer = {1: True, 2: False}.get(as_choice(text, 2) or 0, as_yes_no(text))
    if answer is None and _says_undo(text):
        answer = True
    if answer is None:
        return None
    entry_id = turn.draft["entry"]
    turn.close()
    if not answer:
        turn.say(_("All right, I leave everything as it is."))
        return STAY
    history = yield from looking.lately(turn)
    entry = looking.find(history, entry_id)
    if entry is None:
        turn.say(_("That entry has changed since. Type sửa to see the newest ones."))
    else:
        yield from withdraw(turn, entry)
    return STAY


def _says_undo(text: str) -> bool:
    """ "bỏ", "bỏ đi" once more, where "shall I take it back?" was asked."""
    said = whole(text)
    return said is not None and said.name is CommandName.UNDO


WITHDRAW = Dialogue("checkin_withdraw", (Step("sure", _asks, _hears, (END,)),))

CONVERSATION = Conversation("checkin_withdraw", _takes, _begin, (WITHDRAW,))
