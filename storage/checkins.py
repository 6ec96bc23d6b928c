"""Check-ins: what people did, never overwritten; a correction is a new entry beside the old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Date, Index, Integer, PrimaryKeyConstraint, String, Table, Text, insert

from storage.schema import Id, Moment, metadata, new_id, refers
from storage.writing import Write

_BY_WEEK: Any = {"postgresql_partition_by": "RANGE (week)"}

_when_recorded = Index("ix_checkins_recorded", "recorded_at", postgresql_using="brin").ddl_if(dialect="postgresql")
"""Which of the weeks before have news since they were told, without reading them: entries are written in the order of
this time, so that a few kilobytes a week do. SQLite, which serves a district, finds them by week."""

checkins = Table(
    "checkins",
    metadata,
    Column("id", Id, nullable=False),
    Column("week", Date, nullable=False),
    refers("person_id", "persons"),
    refers("membership_id", "memberships"),
    refers("unit_id", "units"),
    refers("team_id", "teams"),
    refers("form_version_id", "form_versions"),
    Column("kind", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("joint_with_id", Id),
    refers("recorded_by", "persons", nullable=True),
    Column("trial", Boolean, nullable=False),
    Column("journal_id", Id),
    PrimaryKeyConstraint("id", "week"),
    Index("ix_checkins_week_unit", "week", "unit_id"),
    Index("ix_checkins_person", "person_id", "id"),
    _when_recorded,
    **_BY_WEEK,
)
"""`week`: the Monday of the activity's ISO week. `kind`: report, nothing (nothing this week), withdrawal.
`joint_with_id`: the colleague's entry that already counts the shared session. `recorded_by`: who typed it, if not
the person."""

checkin_values = Table(
    "checkin_values",
    metadata,
    Column("checkin_id", Id, nullable=False),
    Column("week", Date, nullable=False),
    Column("code", String(16), nullable=False),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("week", "checkin_id", "code"),
    **_BY_WEEK,
)

checkin_texts = Table(
    "checkin_texts",
    metadata,
    Column("checkin_id", Id, primary_key=True, autoincrement=False),
    refers("person_id", "persons", index=True),
    Column("raw", Text, nullable=False),
    Column("note", Text),
)
"""The words of a person, erasable apart from the numbers."""

replacements = Table(
    "replacements",
    metadata,
    Column("replaced_id", Id, primary_key=True, autoincrement=False),
    Column("replaced_week", Date, nullable=False, index=True),
    Column("by_id", Id, nullable=False, index=True),
    Column("replaced_at", Moment, nullable=False),
    Index("ix_replacements_replaced_at", "replaced_at", postgresql_using="brin").ddl_if(dialect="postgresql"),
)
"""An entry is in force while no row here names it; the primary key lets an entry be replaced only once."""


class EntryKind(StrEnum):
    """What an entry says."""

    REPORT = "report"
    NOTHING = "nothing"
    """Nothing to report in this week: the village counts as heard."""
    WITHDRAWAL = "withdrawal"
    """Stands in the place of an entry that was taken back; counts nothing itself."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be kept. `day` is that of the activity; its ISO week is the entry's week."""

    person_id: int
    membership_id: int
    unit_id: int
    team_id: int
    form_version_id: int
    day: date
    sent_at: datetime
    kind: EntryKind = EntryKind.REPORT
    values: Mapping[str, int] = field(default_factory=dict)
    raw: str = ""
    note: str = ""
    joint_with_id: int | None = None
    recorded_by: int | None = None
    journal_id: int | None = None
    id: int = field(default_factory=new_id)

    @property
    def week(self) -> date:
        return monday_of(self.day)


_keep_entry = insert(checkins)
_keep_value = insert(checkin_values)
_keep_text = insert(checkin_texts)
_replace = insert(replacements)


def monday_of(day: date) -> date:
    """The Monday of a day's ISO week."""
    return day - timedelta(days=day.weekday())


def recorded(entry: NewEntry, now: datetime) -> list[Write]:
    """Keep an entry: its row, its numbers, and apart from them the person's words."""
    week = entry.week
    row = {
        "id": entry.id,
        "week": week,
        "person_id": entry.person_id,
        "membership_id": entry.membership_id,
        "unit_id": entry.unit_id,
        "team_id": entry.team_id,
        "form_version_id": entry.form_version_id,
        "kind": entry.kind.value,
        "day": entry.day,
        "sent_at": entry.sent_at,
        "recorded_at": now,
        "joint_with_id": entry.joint_with_id,
        "recorded_by": entry.recorded_by,
        "trial": False,
        "journal_id": entry.journal_id,
    }
    writes = [Write(_keep_entry, row)]
    writes += [
        Write(_keep_value, {"checkin_id": entry.id, "week": week, "code": code, "number": number})
        for code, number in entry.values.items()
    ]
    if entry.raw or entry.note:
        words = {"checkin_id": entry.id, "person_id": entry.person_id, "raw": entry.raw, "note": entry.note or None}
        writes.append(Write(_keep_text, words))
    return writes


def replaced(old_id: int, old_week: date, by_id: int, now: datetime) -> Write:
    """From now on the new entry stands for the old one, which stays as it was."""
    return Write(_replace, {"replaced_id": old_id, "replaced_week": old_week, "by_id": by_id, "replaced_at": now})
