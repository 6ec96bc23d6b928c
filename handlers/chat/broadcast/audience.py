"""Who would get it: people once each, groups once each, and who stays out of reach and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from handlers.chat.broadcast.target import Target, To, What
from handlers.turn import Thinking, Turn, ask
from locales import Text, Week, _, listed
from storage.audience import GroupsOf, Reach, Reaches
from storage.counting import TallyOf
from storage.known import Door
from storage.scopes import Paces, Within

USUAL_PACE = 25.0
"""Messages a second where an account's limits say nothing (a little under Telegram's 30)."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody a target means, reachable or not."""

    reached: tuple[Reach, ...] = ()
    missed: tuple[Reach, ...] = ()
    groups: tuple[Door, ...] = ()
    lost_groups: tuple[Door, ...] = ()
    seconds: float = 0.0

    @property
    def empty(self) -> bool:
        return not (self.reached or self.groups)

    @property
    def doors(self) -> tuple[Door, ...]:
        """The chats that get it; somebody who shares a phone stands beside the other."""
        return (*(one.door for one in self.reached if one.door), *self.groups)


def gather(turn: Turn, target: Target) -> Thinking[Audience]:
    """The audience of a target at this moment; the author is not part of it."""
    units = (yield from ask(Within(target.units, turn.today))) if target.units else None
    reaches: tuple[Reach, ...] = ()
    if target.to is not To.GROUPS:
        places = (yield from _silent(turn, units)) if target.what is What.SILENT else units
        reaches = yield from ask(Reaches(turn.today, places, target.roles))
    doors: tuple[Door, ...] = ()
    if target.may_have_groups and target.to is not To.PEOPLE:
        bound = yield from ask(GroupsOf(units))
        doors = tuple(door for found in bound.values() for door in found)
    paces = yield from ask(Paces())
    author = turn.person.id if turn.person else 0
    others = [one for one in reaches if one.person.id != author]
    found = Audience(
        tuple(one for one in others if not one.why_not and one.door),
        tuple(one for one in others if one.why_not or not one.door),
        tuple(door for door in doors if door.state == "open"),
        tuple(door for door in doors if door.state != "open"),
    )
    return replace(found, seconds=_seconds(found.doors, paces))


def _silent(turn: Turn, units: tuple[int, ...] | None) -> Thinking[tuple[int, ...]]:
    tally = yield from ask(TallyOf(None, Week.of(turn.today).monday, turn.today))
    silent = tally.silent_villages if tally else ()
    within = set(units) if units is not None else None
    return tuple(one.unit_id for one in silent if within is None or one.unit_id in within)


def _seconds(doors: Iterable[Door], paces: Mapping[int, float]) -> float:
    """Accounts send beside each other, so the slowest decides."""
    counts = Counter(door.account_id for door in {door.id: door for door in doors}.values())
    return max((count / paces.get(account, USUAL_PACE) for account, count in counts.items()), default=0.0)


def described(audience: Audience, place: Text) -> Text:
    """ "87 người, 8 nhóm của xã Tú Lệ, chừng 2 phút"."""
    values = {
        "people": len(audience.reached),
        "groups": len(audience.groups),
        "place": place,
        "time": _duration(audience.seconds),
    }
    if audience.groups and audience.reached:
        return _("I will send this to {people} people and {groups} groups of {place}, {time}.", **values)
    if audience.groups:
        return _("I will send this to {groups} groups of {place}, {time}.", **values)
    return _("I will send this to {people} people of {place}, {time}.", **values)


def unreachable(audience: Audience) -> Text | None:
    """Who stays out of reach, counted by why."""
    why = Counter(one.why_not or "not joined" for one in audience.missed)
    if not why and not audience.lost_groups:
        return None
    return _("Out of reach: {who}.", who=listed(reasons(why, len(audience.lost_groups))))


def reasons(why: Counter[str], groups: int = 0) -> Iterable[Text]:
    """Counts of people (and groups) by the reason, in words."""
    for reason, count in why.most_common():
        match reason:
            case "not joined":
                yield _("{count} who have not joined yet", count=count)
            case "stopped":
                yield _("{count} who asked for no messages", count=count)
            case _other:
                yield _("{count} who closed their chat", count=count)
    if groups:
        yield _("{count} groups that no longer let me write", count=groups)


def _duration(seconds: float) -> Text:
    if seconds < 60:
        return _("in less than a minute")
    return _("in about {minutes} minutes", minutes=ceil(seconds / 60))
