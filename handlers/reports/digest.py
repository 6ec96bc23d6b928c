"""Monday's digests: what a commune lead and an admin read over their first coffee."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.reports import indicators
from handlers.reports.facts import AdminFacts, Health, LeadFacts, Quota, given_name
from handlers.reports.places import COMMUNES, place_heading
from handlers.reports.room import clip, first_that_fits, shortlist
from handlers.reports.waiting import with_cause
from locales import Text, Week, _, lines, listed
from locales.dates import span
from storage.tally import Tally

LEAD_LIMIT = 1000
ADMIN_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each part is shown."""

    indicators: int = 20
    label: int = 36
    missing: int = 12
    people: int = 5
    units: int = 40
    unbound: int = 30
    notes: int = 6
    quotas: int = 12
    name: int = 40


def _ladder() -> Iterator[Room]:
    """What gives way, in this order: names of people, places without a group, indicators, and the list itself last."""
    room = Room()
    yield room
    for change in (
        {"people": 3, "unbound": 12, "quotas": 6},
        {"missing": 8, "unbound": 6, "notes": 3, "label": 24},
        {"indicators": 9, "quotas": 3, "people": 0},
        {"missing": 5, "unbound": 3, "name": 30},
        {"indicators": 5, "units": 30, "name": 24},
        {"indicators": 3, "missing": 3, "units": 24, "label": 20, "notes": 2},
        {"units": 20, "name": 18, "quotas": 1, "notes": 1},
    ):
        room = replace(room, **change)
        yield room


def lead_digest(facts: LeadFacts) -> Text:
    """A commune lead's Monday: numbers, who is waited for and since when, silent members, open requests."""
    return first_that_fits((_lead(facts, room) for room in _ladder()), LEAD_LIMIT)


def admin_digest(facts: AdminFacts) -> Text:
    """All communes in under 2,000 characters, then health, places without a group, quotas."""
    return first_that_fits((_admin(facts, room) for room in _ladder()), ADMIN_LIMIT)


def _lead(facts: LeadFacts, room: Room) -> Text:
    return lines(
        _greeting(facts, room),
        _numbers(facts.tally, facts.labels, room),
        _waiting(facts, room),
        _silent_members(facts, room),
        _questions(facts.open_requests),
        _paused(facts),
    )


def _greeting(facts: LeadFacts, room: Room) -> Text:
    tally, week = facts.tally, Week(facts.tally.week_monday)
    values = {
        "name": clip(given_name(facts.name), room.name),
        "place": clip(tally.name, room.name),
        "week": week,
        "reported": tally.reported,
        "expected": tally.expected,
        "checkins": tally.checkins,
    }
    if facts.provisional:
        return _(
            "Dear {name}, {place} in week {week} (provisional): news from {reported}/{expected} villages, "
            "check-ins: {checkins}.",
            **values,
        )
    return _(
        "Dear {name}, {place} in week {week}: news from {reported}/{expected} villages, check-ins: {checkins}.",
        **values,
    )


def _numbers(tally: Tally, labels: Mapping[str, str], room: Room) -> Text | None:
    found = indicators.rows(tally, labels)
    return _("{numbers}.", numbers=indicators.in_one_line(found, room.indicators, room.label)) if found else None


def _waiting(facts: LeadFacts, room: Room) -> Text | None:
    if not facts.missing:
        return _("Every village has sent news.") if facts.tally.expected and not facts.tally.silent else None
    named = [with_cause(village, room.name) for village in facts.missing]
    return _("Waiting for: {villages}. See them all: chưa làm", villages=shortlist(named, room.missing))


def _silent_members(facts: LeadFacts, room: Room) -> Text | None:
    names = [clip(name, room.name) for name in facts.silent_members[: room.people]]
    count = max(facts.silent_count, len(facts.silent_members))
    if not count:
        return None
    if not names:
        return _("Members without a check-in this week: {count}.", count=count)
    more = _("{people} …", people=listed(names)) if count > len(names) else listed(names)
    return _("Members without a check-in this week: {count} ({people}).", count=count, people=more)


def _paused(facts: LeadFacts) -> Text | None:
    if facts.paused_until is None:
        return None
    return _("Reminders and posts pause until {day}. To go on sooner, type: nhắc lại", day=facts.paused_until)


def _questions(count: int) -> Text | None:
    return _("Questions waiting for an answer: {count}. To answer, type: yêu cầu", count=count) if count else None


def _admin(facts: AdminFacts, room: Room) -> Text:
    communes = [unit for unit in facts.site.units if unit.kind in COMMUNES]
    left_out = len(communes) - room.units
    return lines(
        _site_heading(facts, room),
        _site_news(facts.site, communes),
        _numbers(facts.site, facts.labels, room),
        *(commune_line(unit, room.name) for unit in communes[: room.units]),
        _("and {count} more places", count=left_out) if left_out > 0 else None,
        _messages(facts.health),
        *(facts.health.notes[: room.notes]),
        _unbound(facts.unbound, room),
        _questions(facts.open_requests),
        *(_quota(quota, room) for quota in facts.quotas[: room.quotas]),
    )


def _site_heading(facts: AdminFacts, room: Room) -> Text:
    week = Week(facts.site.week_monday)
    values = {
        "place": place_heading(facts.site.kind, clip(facts.site.name, room.name)),
        "week": week,
        "days": span(week),
    }
    if facts.provisional:
        return _("{place} – WEEK {week} ({days}), provisional", **values)
    return _("{place} – WEEK {week} ({days})", **values)


def _site_news(site: Tally, communes: list[Tally]) -> Text:
    values = {
        "reported": site.reported,
        "expected": site.expected,
        "checkins": site.checkins,
        "quiet": sum(1 for unit in communes if unit.expected and not unit.reported),
    }
    if values["quiet"]:
        return _(
            "News from {reported}/{expected} villages, check-ins: {checkins}. Communes without any news: {quiet}.",
            **values,
        )
    return _("News from {reported}/{expected} villages, check-ins: {checkins}.", **values)


def commune_line(unit: Tally, name: int = 40) -> Text:
    """One line of a list of communes, in the order of the tree: never a ranking."""
    return _(
        "{place} {reported}/{expected}, check-ins: {checkins}",
        place=clip(unit.name, name),
        reported=unit.reported,
        expected=unit.expected,
        checkins=unit.checkins,
    )


def _messages(health: Health) -> Text:
    return _(
        "Messages: sent {sent}, waiting {waiting}, failed {failed}. People out of reach: {unreachable}.",
        sent=health.sent,
        waiting=health.waiting,
        failed=health.failed,
        unreachable=health.unreachable,
    )


def _unbound(places: Sequence[str], room: Room) -> Text | None:
    if not places:
        return None
    shown: Text = listed(clip(place, room.name) for place in places[: room.unbound])
    more = len(places) - room.unbound
    if more > 0:
        shown = _("{places} and {more} more places", places=shown, more=more)
    return _("No group bound yet: {places}. There, call me: nhóm", places=shown)


def _quota(quota: Quota, room: Room) -> Text:
    values = {"account": clip(quota.account, room.name), "used": quota.used, "limit": quota.limit}
    match quota.what:
        case "people":
            return _("“{account}”: {used}/{limit} people. Another bot is needed soon.", **values)
        case "groups":
            return _("“{account}”: {used}/{limit} groups. Another bot is needed soon.", **values)
    return _("“{account}”: {used}/{limit} messages this month.", **values)
