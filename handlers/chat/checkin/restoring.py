""" "lấy lại": what was taken back or corrected last is in force again, as a new entry."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat.checkin import looking
from handlers.chat.checkin.receipts import place, together
from handlers.chat.checkin.replacing import replace_entry
from handlers.conversation import Conversation
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import _
from storage.checkins import EntryKind
from storage.entries import Entry


def _takes(_turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.RESTORE


def _begin(turn: Turn, _meaning: Meaning) -> Thinking[None]:
    history = yield from looking.lately(turn)
    change = _last_change(history)
    if change is None:
        turn.say(_("I find nothing that was corrected or taken back in the last two weeks. All your numbers stand."))
        return
    before, after = change
    replace_entry(turn, after, before.values, like=before, kind=before.kind, joint_with_id=before.joint_with_id)
    turn.say(
        together(
            _(
                "Restored for {place}, {entry}.",
                place=place(turn, looking.post_of(before)),
                entry=looking.summary(turn, before),
            ),
            _("Thank you, {name}!", name=turn.person.given_name if turn.person else ""),
        )
    )
    return


def _last_change(history: Sequence[Entry]) -> tuple[Entry, Entry] | None:
    """What stood before the newest change, and what stands for it now.

    Changes are undone from the newest on. A restored entry is no change to be undone: said twice by mistake,
    "lấy lại" must not bring the slip back. After a restored correction older ones stay as they are.
    """
    by_new = {entry.replaced_by: entry for entry in history if entry.replaced_by is not None}
    for entry in history:
        before = by_new.get(entry.id)
        if before is None or entry.replaced_by is not None:
            continue
        if not _restores(entry, by_new.get(before.id)):
            return before, entry
        if before.kind is not EntryKind.WITHDRAWAL:
            return None
    return None


def _restores(after: Entry, original: Entry | None) -> bool:
    return original is not None and (original.values, original.joint_with_id) == (after.values, after.joint_with_id)


CONVERSATION = Conversation("checkin_restore", _takes, _begin)
