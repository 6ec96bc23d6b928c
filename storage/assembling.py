"""A tally put together along the tree from what was counted, so that children sum to their parent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from storage import occurrences
from storage.additions import LateEntry
from storage.counts import Spot
from storage.places import COMMUNE_KINDS
from storage.presence import Present
from storage.tally import Late, Silent, Tally
from storage.trees import Node

NAMELESS = timedelta(weeks=4)
"""A unit's first weeks, in which villages are not named to the group (voice.md §3)."""

MOST_LESSONS = 5
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(slots=True)
class Own:
    """What was counted for one team, or for a place without one."""

    indicators: Counter[str] = field(default_factory=Counter)
    previous: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    nothings: int = 0
    lessons: Counter[int] = field(default_factory=Counter)
    tutorials: int = 0
    late: list[LateEntry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was read, by spot or by place."""

    by_spot: Mapping[Spot, Own]
    present: Mapping[int, Present]
    wishes: Mapping[tuple[int, str], object]
    posted: Mapping[int, occurrences.Posted]


def period_of(monday: date) -> str:
    """The ISO week of a Monday as firings name it: "2026-W47"."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def every(node: Node) -> Iterable[Node]:
    """A place and all places below it."""
    yield node
    for child in node.children:
        yield from every(child)


class Assembly:
    """One tree, one week, and what was counted for it."""

    def __init__(self, top: Node, monday: date, as_of: date, facts: Facts) -> None:
        self._top, self._monday, self._as_of, self._facts = top, monday, as_of, facts
        self._team_at = {team.id: node.place.id for node in every(top) for team in node.teams}
        self._placed: dict[int, dict[int | None, list[Own]]] = {}
        units = {node.place.id for node in every(top)}
        for spot, own in facts.by_spot.items():
            unit_id = self._team_at.get(spot.team_id or 0)
            team_id = spot.team_id if unit_id is not None else None
            unit_id = spot.unit_id if unit_id is None else unit_id
            if unit_id in units:
                self._placed.setdefault(unit_id, {}).setdefault(team_id, []).append(own)

    def tally(self) -> Tally:
        """The tally of the tree's top with everything below it."""
        return self._node(self._top, None, None)

    def _node(self, node: Node, names_wish: object, posted: occurrences.Posted | None) -> Tally:
        place = node.place
        names_wish = self._facts.wishes.get((place.id, "names"), names_wish)
        posted = self._facts.posted.get(place.id, posted)
        if place.kind == "village":
            return self._village(node, names_wish, posted)
        children = [self._node(child, names_wish, posted) for child in node.children]
        if place.kind in COMMUNE_KINDS and names_wish is None and self._is_new(node):
            children = [replace(child, missing=()) for child in children]
        return self._sum(node, [*children, *self._own_teams(node, posted)])

    def _village(self, node: Node, names_wish: object, posted: occurrences.Posted | None) -> Tally:
        place = node.place
        team = next((team for team in node.teams if team.kind == "village"), None)
        own = _together([one for found in self._placed.get(place.id, {}).values() for one in found])
        leaf = self._leaf(place.id, place.name, "village", own, posted)
        if team is None:
            return leaf
        heard = bool(own.reports or own.nothings)
        if heard:
            nothing = (place.name,) if own.nothings and not own.reports else ()
            return replace(leaf, expected=1, reported=1, nothing=nothing)
        cause = cause_of(self._facts.present.get(place.id), self._facts.wishes.get((place.id, "signal")))
        silent = Silent(place.id, place.name, cause, place.parent_id or 0, place.parent_name, team.id)
        named = silent.cause == "unknown" and names_wish is not False
        return replace(leaf, expected=1, silent=1, missing=(place.name,) if named else (), silent_villages=(silent,))

    def _is_new(self, node: Node) -> bool:
        """Whether the commune's first four weeks, from its first enrolment, are not over."""
        since = [one.since for place in every(node) if (one := self._facts.present.get(place.place.id)) and one.since]
        return not since or min(since).astimezone(_ZONE).date() + NAMELESS > self._as_of

    def _own_teams(self, node: Node, posted: occurrences.Posted | None) -> list[Tally]:
        """The commune team and the clubs, as children beside the villages. What was asked or reported outside any
        team stands with the commune team, so that nothing is lost on the way up."""
        counted = dict(self._placed.get(node.place.id, {}))
        loose = counted.pop(None, [])
        found: list[Tally] = []
        for team in node.teams:
            own = counted.get(team.id, [])
            kind, name = ("club", team.name) if team.kind == "club" else ("commune_team", node.place.name)
            if kind == "commune_team":
                own, loose = [*own, *loose], []
            found.append(self._leaf(node.place.id, name, kind, _together(own), posted))
        if loose:
            found.append(self._leaf(node.place.id, node.place.name, "commune_team", _together(loose), posted))
        return found

    def _leaf(self, unit_id: int, name: str, kind: str, own: Own, posted: occurrences.Posted | None) -> Tally:
        return Tally(
            unit_id,
            name,
            kind,
            self._monday,
            0,
            0,
            own.reports + own.nothings,
            without_zeros(own.indicators),
            without_zeros(own.previous),
            own.tutorials,
            late=tuple(late_of(name, own.late, posted)),
            lesson_numbers=most_asked(own.lessons, None),
        )

    def _sum(self, node: Node, units: list[Tally]) -> Tally:
        indicators, previous, lessons = Counter[str](), Counter[str](), Counter[int]()
        for unit in units:
            indicators.update(unit.indicators)
            previous.update(unit.previous)
            lessons.update(dict(unit.lesson_numbers))
        place = node.place
        return Tally(
            place.id,
            place.name,
            place.kind,
            self._monday,
            sum(unit.expected for unit in units),
            sum(unit.reported for unit in units),
            sum(unit.checkins for unit in units),
            without_zeros(indicators),
            without_zeros(previous),
            sum(unit.tutorials for unit in units),
            tuple(name for unit in units for name in unit.missing),
            sum(unit.silent for unit in units),
            tuple(name for unit in units for name in unit.nothing),
            tuple(late for unit in units for late in unit.late),
            units=tuple(units),
            lesson_numbers=most_asked(lessons),
            silent_villages=tuple(silent for unit in units for silent in unit.silent_villages),
        )


def _together(found: Sequence[Own]) -> Own:
    """Several counts as one; a single one as it is."""
    if len(found) == 1:
        return found[0]
    own = Own()
    for other in found:
        own.indicators.update(other.indicators)
        own.previous.update(other.previous)
        own.lessons.update(other.lessons)
        own.reports += other.reports
        own.nothings += other.nothings
        own.tutorials += other.tutorials
        own.late += other.late
    return own


def cause_of(present: Present | None, signal: object) -> str:
    """Why a village is silent, as far as the database knows."""
    if present is None or not present.enrolled:
        return "nobody_joined"
    if present.away:
        return "on_leave"
    return "no_signal" if signal is False else "unknown"


def most_asked(lessons: Counter[int], most: int | None = MOST_LESSONS) -> tuple[tuple[int, int], ...]:
    """(lesson, times), most first; of equal ones the lower number, so that no order of reading shows."""
    return tuple(sorted(lessons.items(), key=lambda item: (-item[1], item[0]))[:most])


def without_zeros(numbers: Counter[str]) -> dict[str, int]:
    return {code: number for code, number in numbers.items() if number}


def late_of(name: str, found: Sequence[LateEntry], posted: occurrences.Posted | None) -> Iterable[Late]:
    """What one village added to earlier weeks between the last post and this one; corrections count by what they
    changed, and only upwards (a number taken back is told to the lead, not to the group)."""
    if posted is None or posted.before is None:
        return
    sums: dict[date, Counter[str]] = {}
    said = set[date]()
    for entry in found:
        sign = entry.sign(posted.before, posted.own) if period_of(entry.week) <= posted.last_period else 0
        if not sign:
            continue
        sums.setdefault(entry.week, Counter())
        if entry.code is not None:
            sums[entry.week][entry.code] += sign * entry.number
        elif sign > 0 and entry.kind == "nothing":
            said.add(entry.week)
    for week in sorted(sums):
        added = {code: number for code, number in sums[week].items() if number > 0}
        if added or (week in said and not sums[week]):
            yield Late(name, week, added)
