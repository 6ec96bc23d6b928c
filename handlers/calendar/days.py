"""Which days people work, and on which nothing is sent: the law's holidays, and what an operator wrote down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from handlers.calendar.lunar import in_tet_weeks
from handlers.calendar.public import holidays_of, made_up
from storage.calendar import Moved, MovedDays

_SATURDAY = 5
_MOST_CLOSED = 60
"""Days in a row without work that nobody believes: then a promise is made without the calendar."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every day's answer. `broken`: what cannot be read of the table; nothing is then sent by it."""

    public: bool = True
    """Vietnam's holidays and the weeks around Tết count (HOLIDAYS=vn)."""
    moved: Mapping[date, Moved] = field(default_factory=dict)
    broken: str = ""

    def closed(self, day: date, *, awaited: bool = False) -> str:
        """Why nothing is sent on a day, in the operator's words; empty where it may be. What somebody waits for
        (`awaited`: an answer to their question) goes in the weeks around Tết too, but not on the holidays."""
        moved = self.moved.get(day)
        if moved is not None:
            return f"day off: {moved.name}" if moved.kind == "off" else ""
        if not self.public:
            return ""
        if holiday := holidays_of(day.year).get(day):
            return f"holiday: {holiday}"
        return "Tet weeks" if in_tet_weeks(day) and not awaited else ""

    def works(self, day: date) -> bool:
        """Whether offices work on a day. What an operator wrote down counts before everything else."""
        moved = self.moved.get(day)
        if moved is not None:
            return moved.kind == "working"
        if self.public and day in holidays_of(day.year):
            return False
        return day.weekday() < _SATURDAY or (self.public and day in made_up(day.year))

    def after_working_days(self, day: date, count: int) -> date:
        """The day by which so many working days have passed after a day."""
        left, at = count, day
        while left and at - day < timedelta(days=_MOST_CLOSED):
            at += timedelta(days=1)
            left -= self.works(at)
        return at


def calendar_of(read: MovedDays, *, public: bool) -> Calendar:
    """The calendar from what storage holds. Rows that mean nothing are left out, and make it broken."""
    strange = [one for one in read.days if one.kind not in ("off", "working")]
    broken = read.broken or _strange(strange)
    return Calendar(public, {one.day: one for one in read.days if one not in strange}, broken)


def _strange(rows: Sequence[Moved]) -> str:
    return f"calendar_days: {rows[0].day} is {rows[0].kind!r}, neither off nor working" if rows else ""
