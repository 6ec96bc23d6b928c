""" "báo cáo": the week's numbers of one's own place. "chưa làm": which villages are still waited for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.chat import nothing_offer
from handlers.clock.asking import waited_for
from handlers.conversation import Conversation
from handlers.reports.numbers import missing_villages, place_numbers
from handlers.reports.places import COMMUNES, place_name
from handlers.reports.waiting import with_cause
from handlers.turn import Thinking, Turn, ask
from handlers.understanding import Command, CommandName, Meaning, find_day
from handlers.understanding.commands import Line
from handlers.understanding.fold import same_words, words
from handlers.understanding.words import table
from locales import Text, Week, _, lines
from locales.dates import span
from storage.counting import TallyOf
from storage.known import Service
from storage.tally import Tally

_MOST_PLACES = 3


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and (
        meaning.name is CommandName.REPORT or (meaning.name is CommandName.MISSING and _may_ask(turn))
    )


def _may_ask(turn: Turn) -> bool:
    """In a group only officers ask who is silent; privately a member's "chưa làm" means something else."""
    return not turn.incoming.group or (turn.person is not None and turn.person.serves_as(*_OFFICERS) is not None)


_OFFICERS = ("admin", "commune_lead")


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    week = _week(turn, meaning.argument)
    if meaning.name is CommandName.REPORT:
        yield from show_numbers(turn, week, meaning.argument)
    else:
        yield from show_missing(turn, week)


def _week(turn: Turn, said: str) -> Week:
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


def _is_longer(said: str) -> bool:
    """ "báo cáo tháng 11": more than the week we count by."""
    keys = Line.of(said).keys
    return bool(keys) and table("stretches", "longer").opening(keys) is not None


def _as_of(turn: Turn, week: Week) -> date:
    return min(turn.today, week.sunday)


def _count(turn: Turn, unit_id: int | None, week: Week) -> Thinking[Tally | None]:
    return (yield from ask(TallyOf(unit_id, week.monday, _as_of(turn, week))))


# báo cáo


def show_numbers(turn: Turn, week: Week, said: str = "") -> Thinking[None]:
    """The numbers of the speaker's own place (in a group: of the group's), or of a place below it that was named."""
    labels = {field.code: field.label(turn.reader.language).full for field in turn.around.form.fields}
    shown = 0
    if _is_longer(said):
        turn.say(_("I count week by week; here is the week:"))
    for unit_id in _places(turn, said):
        tally = yield from _count(turn, unit_id, week)
        if tally is None:
            continue
        turn.say(place_numbers(_named(tally, said) or tally, labels))
        shown += 1
    if not shown:
        turn.say(_no_place(turn))


def _places(turn: Turn, said: str) -> Sequence[int | None]:
    if turn.incoming.group:
        return () if turn.known.group_unit_id is None else (turn.known.group_unit_id,)
    if turn.person is None:
        return ()
    if turn.person.serves_as("admin"):
        return (None,)
    commune_too = "xã" in words(said) or "xa" in words(said)
    units = [_place(service, commune_too) for service in turn.person.services]
    return tuple(dict.fromkeys(units))[:_MOST_PLACES]


def _place(service: Service, commune_too: bool) -> int:
    return service.commune_id if commune_too or service.role == "commune_lead" else service.unit_id


def _named(tally: Tally, said: str) -> Tally | None:
    """The one place below whose name was said: "báo cáo Bản Lềnh" from the commune's officer."""
    if not said.strip():
        return None
    inside = [unit for unit in _below(tally) if unit.kind in (*COMMUNES, "village") and same_words(said, unit.name)]
    return inside[0] if len(inside) == 1 else None


def _below(tally: Tally) -> list[Tally]:
    return [one for unit in tally.units for one in (unit, *_below(unit))]


def _no_place(turn: Turn) -> Text:
    if turn.incoming.group:
        return _("This group does not belong to a commune or a village yet. The commune's officer types here: nhóm")
    return _("I do not know yet where you serve. Please ask the commune's officer for a code.")


# chưa làm


def show_missing(turn: Turn, week: Week | None = None) -> Thinking[None]:
    """Who is still waited for, to whom it may be told; a member is offered "nothing this week" instead."""
    week = week or Week.of(turn.today)
    person = turn.person
    if turn.incoming.group:
        yield from _in_group(turn, week)
    elif person is None:
        turn.say(_no_place(turn))
    elif person.serves_as("admin"):
        yield from _to_officer(turn, None, week)
    elif person.serves_as("commune_lead"):
        for commune in dict.fromkeys(one.commune_id for one in person.services if one.role == "commune_lead"):
            yield from _to_officer(turn, commune, week)
    elif (leader := person.serves_as("leader")) is not None:
        yield from _to_leader(turn, leader, week)
    else:
        yield from nothing_offer.offer(turn, week)


def _to_officer(turn: Turn, unit_id: int | None, week: Week) -> Thinking[None]:
    tally = yield from _count(turn, unit_id, week)
    if tally is None:
        turn.say(_no_place(turn))
        return
    missing = yield from waited_for(tally, turn.today, several=unit_id is None)
    turn.say(missing_villages(tally, [missing[one.unit_id] for one in tally.silent_villages]))


def _to_leader(turn: Turn, leader: Service, week: Week) -> Thinking[None]:
    """The own village: whether it was heard, and if not, since when and what a word looks like."""
    tally = yield from _count(turn, leader.unit_id, week)
    if tally is None:
        turn.say(_no_place(turn))
        return
    place = place_name(tally.kind, tally.name)
    if tally.reported or not tally.expected:
        turn.say(
            _(
                "Week {week} ({days}): {place} has sent news, check-ins: {checkins}. Thank you!",
                week=week,
                days=span(week),
                place=place,
                checkins=tally.checkins,
            )
        )
        return
    missing = yield from waited_for(tally, turn.today)
    turn.say(
        _(
            "Week {week} ({days}): I am still waiting for news from {village}. One line is enough, like: vneid 3 "
            "dvc 2. Nothing this week? Type: không phát sinh",
            week=week,
            days=span(week),
            village=with_cause(missing[tally.silent_villages[0].unit_id]),
        )
    )


def _in_group(turn: Turn, week: Week) -> Thinking[None]:
    """Before everybody only the names that may be said (voice.md §3), the others as a number."""
    unit_id = turn.known.group_unit_id
    tally = None if unit_id is None else (yield from _count(turn, unit_id, week))
    if tally is None:
        turn.say(_no_place(turn))
        return
    values = {"week": week, "days": span(week), "reported": tally.reported, "expected": tally.expected}
    if not tally.silent:
        turn.say(_("Week {week} ({days}): news from {reported}/{expected} villages. Thank you, teams!", **values))
        return
    others = tally.silent - len(tally.missing)
    turn.say(
        lines(
            _("Week {week} ({days}): news from {reported}/{expected} villages. Thank you, teams!", **values),
            _("I am still waiting for: {villages}.", villages=", ".join(tally.missing)) if tally.missing else None,
            _("Still waiting for {count} villages.", count=others) if others and not tally.missing else None,
        )
    )


CONVERSATION = Conversation("numbers", _takes, _begin, in_groups=True)
