"""What is about to be saved: carried through the questions that come first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from handlers.turn import Turn
from handlers.understanding import Report


@dataclass(frozen=True, slots=True)
class Draft:
    """Numbers of one day. `sure`: how often each code was confirmed although it looks too big."""

    values: Mapping[str, int]
    day: date
    sent_at: datetime
    raw: str = ""
    note: str = ""
    adds: bool = False
    sure: Mapping[str, int] = field(default_factory=dict)

    def with_number(self, code: str, number: int) -> Draft:
        """The same with another number; a zero takes the value away."""
        values = {**self.values, code: number}
        return replace(self, values={code: number for code, number in values.items() if number})

    def to_json(self) -> dict[str, Any]:
        return {
            "keep": True,
            "values": dict(self.values),
            "day": self.day.isoformat(),
            "sent_at": self.sent_at.isoformat(),
            "raw": self.raw,
            "note": self.note,
            "adds": self.adds,
            "sure": dict(self.sure),
        }


def from_json(kept: Mapping[str, Any]) -> Draft:
    """The draft as it was put into a conversation by `to_json`."""
    return Draft(
        values=dict(kept["values"]),
        day=date.fromisoformat(kept["day"]),
        sent_at=datetime.fromisoformat(kept["sent_at"]),
        raw=kept.get("raw", ""),
        note=kept.get("note", ""),
        adds=kept.get("adds", False),
        sure=dict(kept.get("sure", {})),
    )


def open_draft(turn: Turn) -> Draft | None:
    """The draft that waits for the answer to the open question, if one does."""
    return from_json(turn.draft) if turn.draft.get("sent_at") and turn.draft.get("values") else None


def from_report(turn: Turn, report: Report) -> Draft:
    """What a line says, in the words of this turn."""
    event = turn.incoming
    return Draft(report.values, report.day, event.sent_at, event.text, report.note, report.adds)
