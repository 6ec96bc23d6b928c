"""A draft becomes an entry, with a receipt."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat.checkin import photos, receipts, telling
from handlers.chat.checkin.draft import Draft
from handlers.chat.checkin.posts import Post
from handlers.turn import Thinking, Turn, ask
from storage import checkins
from storage.checkins import EntryKind, NewEntry
from storage.colleagues import Colleague, SameNumbers


def save(turn: Turn, draft: Draft, post: Post, totals: Mapping[str, int]) -> Thinking[None]:
    """Keep the entry and say what was understood. `totals`: the person's numbers of that day before."""
    entry = new_entry(turn, draft, post)
    colleague = yield from _same_session(turn, entry)
    turn.write(*checkins.recorded(entry, turn.now))
    pictures = photos.take_waiting(turn, entry.id)
    turn.say(receipts.saved(turn, post, draft, totals, colleague, pictures))


def new_entry(turn: Turn, draft: Draft, post: Post, kind: EntryKind = EntryKind.REPORT) -> NewEntry:
    """An entry of this person, in the form of today."""
    assert turn.person is not None
    return NewEntry(
        person_id=turn.person.id,
        membership_id=post.membership_id,
        unit_id=post.unit_id,
        team_id=post.team_id,
        form_version_id=turn.around.form.version_id,
        day=draft.day,
        sent_at=draft.sent_at,
        kind=kind,
        values=draft.values,
        raw=draft.raw,
        note=draft.note,
        journal_id=turn.journal_id,
    )


def _same_session(turn: Turn, entry: NewEntry) -> Thinking[Colleague | None]:
    strong = telling.telling(entry.values)
    if turn.incoming.group or not strong:
        return None
    asked = SameNumbers(entry.person_id, entry.team_id, entry.unit_id, entry.day, tuple(entry.values.items()), strong)
    return (yield from ask(asked))
