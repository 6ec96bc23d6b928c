""" "chưa làm": which villages are still waited for, to whom it may be told."""

from __future__ import annotations

from handlers.chat import nothing_offer
from handlers.chat.weeks import count, no_place, week_meant
from handlers.clock.asking import waited_for
from handlers.conversation import Conversation
from handlers.reports.numbers import missing_villages
from handlers.reports.places import place_name
from handlers.reports.waiting import with_cause
from handlers.turn import Thinking, Turn
from handlers.understanding import Command, CommandName, Meaning
from locales import Week, _, lines
from locales.dates import span
from storage.known import Service

_OFFICERS = ("admin", "commune_lead")


def _takes(turn: Turn, meaning: Meaning) -> bool:
    return isinstance(meaning, Command) and meaning.name is CommandName.MISSING and _may_ask(turn)


def _may_ask(turn: Turn) -> bool:
    """In a group only officers ask who is silent; privately a member's "chưa làm" means something else."""
    return not turn.incoming.group or (turn.person is not None and turn.person.serves_as(*_OFFICERS) is not None)


def _begin(turn: Turn, meaning: Meaning) -> Thinking[None]:
    assert isinstance(meaning, Command)
    yield from show_missing(turn, week_meant(turn, meaning.argument))


def show_missing(turn: Turn, week: Week | None = None) -> Thinking[None]:
    """Who is still waited for, to whom it may be told; a member is offered "nothing this week" instead."""
    week = week or Week.of(turn.today)
    person = turn.person
    if turn.incoming.group:
        yield from _in_group(turn, week)
    elif person is None:
        turn.say(no_place(turn))
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
    tally = yield from count(turn, unit_id, week)
    if tally is None:
        turn.say(no_place(turn))
        return
    missing = yield from waited_for(tally, turn.today, several=unit_id is None)
    turn.say(missing_villages(tally, [missing[one.unit_id] for one in tally.silent_villages]))


def _to_leader(turn: Turn, leader: Service, week: Week) -> Thinking[None]:
    """The own village: whether it was heard, and if not, since when and what a word looks like."""
    tally = yield from count(turn, leader.unit_id, week)
    if tally is None:
        turn.say(no_place(turn))
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
    tally = None if unit_id is None else (yield from count(turn, unit_id, week))
    if tally is None:
        turn.say(no_place(turn))
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


CONVERSATION = Conversation("missing", _takes, _begin, in_groups=True)
