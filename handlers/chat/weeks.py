"""Which week and which place a question about numbers means, and its tally."""

from __future__ import annotations

from datetime import date

from handlers.turn import Thinking, Turn, ask
from handlers.understanding import find_day
from handlers.understanding.commands import Line
from handlers.understanding.words import table
from locales import Text, Week, _
from storage.counting import TallyOf
from storage.tally import Tally


def week_meant(turn: Turn, said: str) -> Week:
    """The week that is meant: by its number, by a day in it, else this one. Never one to come."""
    numbered = _numbered_week(said, turn.today)
    if numbered is not None:
        return numbered
    found = find_day(said, turn.sent_on) if said else None
    day = found.day if found is not None and found.day is not None else turn.sent_on
    return Week.of(min(day, turn.today))


def _numbered_week(said: str, today: date) -> Week | None:
    """ "tuần 46": of this year, or of the last one where that week is still to come."""
    keys = Line.of(said).keys
    for at in range(len(keys)):
        named = table("stretches", "week").opening(keys[at:])
        number = keys[at + named[1]] if named and at + named[1] < len(keys) else ""
        if number.isdecimal() and 1 <= int(number) <= 53:
            years = (today.isocalendar().year, today.isocalendar().year - 1)
            found = (Week.parse(f"{year}-W{int(number):02d}") for year in years if _has_week(year, int(number)))
            return next((week for week in found if week.monday <= today), None)
    return None


def _has_week(year: int, number: int) -> bool:
    return number <= date(year, 12, 28).isocalendar().week


def is_longer(said: str) -> bool:
    """ "báo cáo tháng 11": more than the week we count by."""
    keys = Line.of(said).keys
    return bool(keys) and table("stretches", "longer").opening(keys) is not None


def count(turn: Turn, unit_id: int | None, week: Week) -> Thinking[Tally | None]:
    """The tally of a place in a week, on today's tree; None when there is no such place."""
    return (yield from ask(TallyOf(unit_id, week.monday, turn.today)))


def no_place(turn: Turn) -> Text:
    """Where no numbers can be shown, and what helps."""
    if turn.incoming.group:
        return _("This group does not belong to a commune or a village yet. The commune's officer types here: nhóm")
    return _("I do not know yet where you serve. Please ask the commune's officer for a code.")
