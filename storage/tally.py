"""The numbers of a place in a week, counted from the raw rows (no rollups: see docs/decisions)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Late:
    """What was reported after the week it belongs to had been posted."""

    village: str
    week_monday: date
    values: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Silent:
    """A village with a team and no entry. `cause`: nobody_joined, on_leave, no_signal, or unknown."""

    unit_id: int
    name: str
    cause: str = "unknown"
    commune_id: int = 0
    commune: str = ""
    team_id: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """One place in one ISO week. Indicators are never added to each other; zero ones are left out."""

    unit_id: int
    name: str
    kind: str
    """site, commune, town, village, commune_team, club"""
    week_monday: date
    expected: int
    """Villages that have a team."""
    reported: int
    """Of these, with at least one entry in force, "nothing to report" included."""
    checkins: int
    """Entries in force after corrections."""
    indicators: Mapping[str, int]
    previous: Mapping[str, int]
    """The same indicators one week earlier."""
    tutorials: int = 0
    """Lessons asked for and questions sent in the week."""
    missing: tuple[str, ...] = ()
    """Villages with a team and no entry, by the rules of who may be named."""
    silent: int = 0
    """All villages with a team and no entry, named or not."""
    nothing: tuple[str, ...] = ()
    """Villages whose only word was "nothing this week"."""
    late: tuple[Late, ...] = ()
    lessons: tuple[tuple[str, int], ...] = ()
    """Lessons most asked (title, times), most first; filled where the reader's language is known."""
    units: tuple[Tally, ...] = field(default=())
    lesson_numbers: tuple[tuple[int, int], ...] = ()
    """Lessons most asked (number, times), most first."""
    silent_villages: tuple[Silent, ...] = ()
    """Every silent village with what is known of the cause: for leads and operators, not for groups."""

    def within(self, unit_id: int) -> Tally | None:
        """The tally of a place at or below this one."""
        if self.unit_id == unit_id and self.kind not in ("commune_team", "club"):
            return self
        return next((found for unit in self.units if (found := unit.within(unit_id)) is not None), None)


def as_json(tally: Tally) -> dict[str, Any]:
    """The document of `tocds tally --json`. `missing` names villages that could have written: somebody has joined
    and is not away. Whether a group may read their names is another matter (voice.md §3)."""
    year, week, _ = tally.week_monday.isocalendar()
    several = tally.kind == "site"
    return {
        "week": f"{year}-W{week:02d}",
        "unit": tally.name,
        "unit_id": tally.unit_id,
        "kind": tally.kind,
        "villages": {"expected": tally.expected, "reported": tally.reported},
        "checkins": tally.checkins,
        "indicators": dict(tally.indicators),
        "previous": dict(tally.previous),
        "tutorials": tally.tutorials,
        "missing": [
            f"{one.commune}/{one.name}" if several and one.commune else one.name
            for one in tally.silent_villages
            if one.cause == "unknown"
        ],
        "silent": tally.silent,
        "nothing": list(tally.nothing),
        "units": [as_json(unit) for unit in tally.units],
    }
