"""A new entry that stands for an old one; the old one stays as it was."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.turn import Turn
from storage import checkins
from storage.checkins import EntryKind, NewEntry
from storage.entries import Entry


def replace_entry(
    turn: Turn,
    old: Entry,
    values: Mapping[str, int],
    *,
    like: Entry | None = None,
    kind: EntryKind = EntryKind.REPORT,
    joint_with_id: int | None = None,
) -> NewEntry:
    """Keep a new entry in the place of `old`: same person, place and day; `like`: whose note it keeps.

    An entry is replaced only once: the second of two writers at one moment fails, and looks again.
    """
    assert turn.person is not None
    entry = NewEntry(
        person_id=turn.person.id,
        membership_id=old.membership_id,
        unit_id=old.unit_id,
        team_id=old.team_id,
        form_version_id=turn.around.form.version_id,
        day=old.day,
        sent_at=turn.incoming.sent_at,
        kind=kind,
        values=values,
        raw=turn.incoming.text,
        note=(like or old).note,
        joint_with_id=joint_with_id,
        journal_id=turn.journal_id,
    )
    turn.write(*checkins.recorded(entry, turn.now), checkins.replaced(old.id, old.week, entry.id, turn.now))
    return entry
