"""Towards the end of the week: a kind word to villages that have sent no news, first to few, then to the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from handlers.clock import asking
from handlers.clock.duty import Firing, Post, brief, out_of_reach
from handlers.reports.reminders import group_reminder, member_reminder
from handlers.turn import Thinking, ask
from locales import render
from storage.audience import GroupsOf, Reach, Reaches
from storage.duties import LastReporters, Spared, Told
from storage.outbox import Owing
from storage.tally import Silent, Tally


def groups(firing: Firing) -> Thinking[list[Post]]:
    """Into each commune group: which villages are still waited for (places, never people)."""
    site = yield from asking.whole_tree(firing)
    if site is None:
        return []
    bound = yield from ask(GroupsOf())
    called = yield from asking.contacts(firing.as_of)
    posts: list[Post] = []
    for tally in asking.communes(site):
        if tally.unit_id in firing.decided:
            continue
        doors = bound.get(tally.unit_id, ())
        going = [(door, firing.may_send(door, None, tally.unit_id, site.unit_id)) for door in doors]
        if (reason := _nothing_to_say(tally) or ("" if doors else "no group is bound")) or (
            reason := out_of_reach(going)
        ):
            posts.append(Post(tally.unit_id, reason, brief(tally)))
        else:
            text = group_reminder(tally, called.get(tally.unit_id))
            owing = tuple(firing.owing(door, text, verdict) for door, verdict in going if verdict.at)
            posts.append(Post(tally.unit_id, "", brief(tally), render(text, firing.reader_of(None)), owing))
    return posts


def _nothing_to_say(tally: Tally) -> str:
    if not tally.expected:
        return "no village has a team"
    return "" if tally.silent else "nothing to say: every village has reported"


def members(firing: Firing) -> Thinking[list[Post]]:
    """To members of silent villages: on the first day the leader and whoever reported last, on the next the rest."""
    site = yield from asking.whole_tree(firing)
    if site is None:
        return []
    waiting = tuple(one for one in site.silent_villages if one.cause in ("unknown", "no_signal"))
    known = yield from _round(firing, waiting, site.unit_id)
    return [
        _remind(firing, tally, [one for one in waiting if one.commune_id == tally.unit_id], known)
        for tally in asking.communes(site)
        if tally.unit_id not in firing.decided
    ]


@dataclass(slots=True)
class _Round:
    """One round of reminders: who may be meant, and who has heard already (a person in two villages hears once)."""

    first: bool
    site_id: int
    by_village: Mapping[int, list[Reach]]
    last: Mapping[int, int]
    spared: frozenset[int]
    heard: set[int]

    def meant(self, village: Silent) -> list[Reach]:
        people = self.by_village.get(village.unit_id, [])
        if not self.first:
            return people
        return [one for one in people if _leads(one, village) or self.last.get(village.unit_id) == one.person.id]


def _leads(reach: Reach, village: Silent) -> bool:
    return any(service.unit_id == village.unit_id and service.role == "leader" for service in reach.person.services)


def _round(firing: Firing, waiting: tuple[Silent, ...], site_id: int) -> Thinking[_Round]:
    villages = tuple(one.unit_id for one in waiting)
    reaches = yield from ask(Reaches(firing.as_of, villages))
    last = yield from ask(LastReporters(villages))
    spared = yield from ask(Spared(firing.day, firing.week.monday))
    first = firing.period.endswith("-1")
    told = frozenset[int]() if first else (yield from ask(Told(firing.job, f"{firing.week}-1")))
    by_village: dict[int, list[Reach]] = {}
    for reach in reaches:
        for service in reach.person.services:
            by_village.setdefault(service.unit_id, []).append(reach)
    return _Round(first, site_id, by_village, last, spared, set(told))


def _remind(firing: Firing, tally: Tally, villages: list[Silent], known: _Round) -> Post:
    owing: list[Owing] = []
    people: list[int] = []
    left_out = Counter[str]()
    for village in villages:
        for reach in known.meant(village):
            person, door = reach.person, reach.door
            if person.id in known.heard:
                continue
            known.heard.add(person.id)
            reason = "away or nothing to report" if person.id in known.spared else reach.why_not
            if reason or door is None:
                left_out[reason] += 1
                continue
            verdict = firing.may_send(door, person, village.unit_id, tally.unit_id, known.site_id)
            if verdict.at is None:
                left_out[verdict.reason] += 1
                continue
            owing.append(firing.owing(door, member_reminder(person.name, village.name), verdict, person))
            people.append(person.id)
    numbers = {**brief(tally), "people": people, "left_out": dict(left_out)}
    if owing:
        return Post(tally.unit_id, "", numbers, owing[0].words, tuple(owing))
    return Post(tally.unit_id, _nothing_to_say(tally) or _nobody(villages, left_out), numbers)


def _nobody(villages: list[Silent], left_out: Counter[str]) -> str:
    if not villages:
        return "nobody to remind: the silent villages are away, or nobody of them has joined"
    why = ", ".join(f"{reason} {count}" for reason, count in left_out.most_common())
    return f"nobody to remind: {why or 'all were reminded, or nobody fits'}"
