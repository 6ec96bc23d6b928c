"""Monday's digests: to each commune lead, with three ways on by a bare number; and to the admins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.clock import asking
from handlers.clock.duty import Firing, Post, brief
from handlers.clock.sending import Verdict
from handlers.clock.to_paste import leaves_at
from handlers.reports.digest import admin_digest, lead_digest
from handlers.reports.facts import AdminFacts, Health, LeadFacts, MissingVillage, Quota
from handlers.reports.held import held_back
from handlers.turn import Thinking, ask
from locales import Text, _
from storage import standings
from storage.audience import GroupsOf, Reach, Reaches
from storage.duties import Asked, Reported
from storage.health import HealthOf, HeldNow
from storage.outages import Outages
from storage.outbox import Owing
from storage.quotas import NearlyUsed
from storage.standings import Place, StandAt
from storage.tally import Tally
from storage.writing import Write

DIALOGUE = "lead_digest"
"""The dialogue that takes the bare number (handlers/chat/lead_digest.py)."""


_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read once for all communes."""

    leads: Mapping[int, list[Reach]]
    members: Mapping[int, list[Reach]]
    reported: frozenset[int]
    asked: Mapping[int, int]
    missing: Mapping[int, MissingVillage]
    groupless: frozenset[int]
    site_id: int
    places: dict[int, Place]
    """Private chats at which no question has been put yet: two leads on one phone get one list to answer."""


def leads(firing: Firing) -> Thinking[list[Post]]:
    """To each enrolled lead: the tally, villages waited for and since when, silent members, open requests."""
    site = yield from asking.whole_tree(firing)
    if site is None:
        return []
    known = yield from _everything(firing, site)
    return [_to_leads(firing, tally, known) for tally in asking.communes(site) if tally.unit_id not in firing.decided]


def _everything(firing: Firing, site: Tally) -> Thinking[_Known]:
    reaches = yield from ask(Reaches(firing.as_of))
    reported = yield from ask(Reported(firing.week.monday))
    asked = yield from ask(Asked())
    leads_of: dict[int, list[Reach]] = {}
    members_of: dict[int, list[Reach]] = {}
    for reach in reaches:
        if reach.door is None:
            continue
        for service in reach.person.services:
            where = leads_of if service.role == "commune_lead" else members_of
            where.setdefault(service.commune_id, []).append(reach)
    missing = yield from asking.waited_for(site, firing.as_of)
    groups = yield from ask(GroupsOf())
    open_in = {unit for unit, bound in groups.items() if any(door.state == "open" for door in bound)}
    doors = tuple({one.door.id for found in leads_of.values() for one in found if one.door})
    places = yield from ask(StandAt(doors, firing.now))
    groupless = frozenset(leads_of) - open_in
    return _Known(leads_of, members_of, reported, asked, missing, groupless, site.unit_id, dict(places))


def _to_leads(firing: Firing, tally: Tally, known: _Known) -> Post:
    missing = tuple(known.missing[one.unit_id] for one in tally.silent_villages)
    owing: list[Owing] = []
    writes: list[Write] = []
    left_out = Counter[str]()
    for reach in known.leads.get(tally.unit_id, []):
        verdict = firing.may_send(reach.door, reach.person) if reach.door else Verdict(None)
        if reach.why_not or reach.door is None or verdict.at is None:
            left_out[reach.why_not or verdict.reason] += 1
            continue
        text = lead_digest(_lead_facts(firing, tally, reach, missing, known))
        options = _options(tally, known)
        place = known.places.pop(reach.door.id, None)
        free = place is not None and not place.busy
        choices = tuple(options.values()) if free else ()
        one = firing.owing(reach.door, text, verdict, reach.person, choices, f"{firing.id:x}" if free else None)
        if place is not None and free:
            draft = {"unit": tally.unit_id, "week": str(firing.week), "options": list(options)}
            at = standings.asked(place, reach.door.id, DIALOGUE, "choose", draft, f"{firing.id:x}", verdict.at)
            writes.append(at)
        # Where the group has no bot, the text to copy waits to be announced beside the digest, in one message.
        together = leaves_at(firing) if tally.unit_id in known.groupless and verdict.at else None
        owing.append(replace(one, due_at=max(together, verdict.at)) if together and verdict.at else one)
    numbers = {**brief(tally), "left_out": dict(left_out)}
    if owing:
        return Post(tally.unit_id, "", numbers, owing[0].words, tuple(owing), tuple(writes))
    why = ", ".join(f"{reason} {count}" for reason, count in left_out.most_common())
    return Post(tally.unit_id, f"no lead can be reached: {why}" if why else "no lead has joined", numbers)


def _lead_facts(
    firing: Firing, tally: Tally, reach: Reach, missing: tuple[MissingVillage, ...], known: _Known
) -> LeadFacts:
    silent = sorted(
        {
            one.person.name
            for one in known.members.get(tally.unit_id, [])
            if one.person.id not in known.reported and one.person.serves_as("member", "leader")
        }
    )
    return LeadFacts(
        reach.person.name,
        tally,
        firing.labels(firing.reader_of(reach.person).language),
        missing,
        tuple(silent[:8]),
        len(silent),
        asked_within(tally, known.asked),
        firing.provisional,
        firing.goes_on(tally.unit_id, known.site_id),
    )


def _options(tally: Tally, known: _Known) -> dict[str, tuple[str, Text]]:
    """What a bare number will do, in the order in which it is offered; an option that leads nowhere is left out."""
    labels: dict[str, Text] = {"villages": _("See village by village")}
    if asked_within(tally, known.asked):
        labels["questions"] = _("Answer questions")
    remindable = [one for one in tally.silent_villages if one.cause == "unknown"]
    if remindable:
        labels["remind"] = _("Remind {count} villages personally", count=len(remindable))
    return {name: (str(place), label) for place, (name, label) in enumerate(labels.items(), start=1)}


def asked_within(tally: Tally, asked: Mapping[int, int]) -> int:
    """Open requests from a place and everything below it."""
    units = set[int]()
    ahead = [tally]
    while ahead:
        one = ahead.pop()
        units.add(one.unit_id)
        ahead.extend(one.units)
    return sum(asked.get(unit, 0) for unit in units)


def admins(firing: Firing) -> Thinking[list[Post]]:
    """To every admin: all communes, how the sending went, places without a group, open requests."""
    site = yield from asking.whole_tree(firing)
    if site is None or site.unit_id in firing.decided:
        return []
    reaches = yield from ask(Reaches(firing.as_of, None, ("admin",)))
    groups = yield from ask(GroupsOf())
    asked = yield from ask(Asked())
    health = yield from _health(
        firing, site, sum(1 for doors in groups.values() for door in doors if door.state != "open")
    )
    near = yield from ask(NearlyUsed(f"{firing.now.astimezone(firing.around.zone):%Y-%m}"))
    quotas = tuple(Quota(one.account, one.used, one.limit, one.what) for one in near)
    unbound = tuple(one.name for one in asking.communes(site) if one.unit_id not in groups)
    owing: list[Owing] = []
    left_out = Counter[str]()
    for reach in reaches:
        verdict = firing.may_send(reach.door, reach.person) if reach.door else Verdict(None)
        if reach.why_not or reach.door is None or verdict.at is None:
            left_out[reach.why_not or verdict.reason] += 1
            continue
        labels = firing.labels(firing.reader_of(reach.person).language)
        facts = AdminFacts(site, labels, health, unbound, sum(asked.values()), quotas, firing.provisional)
        owing.append(firing.owing(reach.door, admin_digest(facts), verdict, reach.person))
    numbers = {**brief(site), "unbound": list(unbound), "left_out": dict(left_out)}
    if owing:
        return [Post(site.unit_id, "", numbers, owing[0].words, tuple(owing))]
    why = ", ".join(f"{reason} {count}" for reason, count in left_out.most_common())
    return [Post(site.unit_id, f"no admin can be reached: {why}" if why else "there is no admin", numbers)]


def _outages(met: Outages) -> list[Text]:
    """Seconds in which nobody wrote are not worth a word."""
    minutes = round(met.lasted / timedelta(minutes=1))
    if not (minutes or met.refused or met.sheltered):
        return []
    count = max(1, minutes)
    if not met.sheltered:
        return [
            _("Minutes in which nothing could be saved: {count}. Please see to the disk, or the database.", count=count)
        ]
    return [
        _(
            "Minutes in which nothing could be saved: {count}. {events} messages that came then were kept aside and "
            "are saved by now. Please see to the database.",
            count=count,
            events=met.sheltered,
        )
    ]


def _health(firing: Firing, site: Tally, lost_groups: int) -> Thinking[Health]:
    week = yield from ask(HealthOf(firing.now - _WEEK))
    notes: list[Text] = [_("“{account}” can send nothing: its token is refused.", account=one) for one in week.dead]
    if week.unread:
        notes.append(_("Messages I could not handle this week: {count}.", count=week.unread))
    if lost_groups:
        notes.append(_("Groups that no longer let me write: {count}.", count=lost_groups))
    held = yield from ask(HeldNow())
    if held:
        notes.append(held_back(held))
    notes += [
        _("Paused: {place}, until {day}.", place=one.name, day=day)
        for one in (site, *asking.communes(site))
        if (day := firing.goes_on(one.unit_id))
    ]
    if week.twice:
        notes.append(_("Messages that may have arrived twice, since the line broke: {count}.", count=week.twice))
    if week.late:
        notes.append(_("Reminders or tallies not sent, since I was not running then: {count}.", count=week.late))
    notes += _outages(week.outages)
    return Health(week.sent, week.waiting, week.failed, week.unreachable, tuple(notes))
