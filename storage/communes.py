"""The tallies of all communes at once, as they are posted: whole numbers, and of the villages only those that were
not heard. What lies below a commune is counted where the rows are (`commune_counts`), so that a country costs little
more than the statement that counts it; one place with everything below it is `counting.tally`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import select

from storage import commune_counts, names, occurrences, places, presence
from storage.assembling import NAMELESS, cause_of, late_of, most_asked, period_of, without_zeros
from storage.commune_counts import Counted, LateAt, Quiet
from storage.counting import JOB
from storage.engine import Connection
from storage.finding import Place
from storage.occurrences import Posted
from storage.places import COMMUNE_KINDS
from storage.placing import Placing, placing
from storage.presence import Present
from storage.questions import Question
from storage.schema import holds
from storage.tally import Late, Silent, Tally
from storage.units import unit_versions

_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class CommunesOf(Question[tuple[Tally, ...]]):
    """The tallies of all communes in the week of a Monday on the tree of a day, in reading order. `units` is empty;
    everything else is as `TallyOf` counts it."""

    monday: date
    as_of: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[CommunesOf]) -> Sequence[tuple[Tally, ...]]:
        return [await communes(connection, one.monday, as_of=one.as_of) for one in questions]


async def communes(connection: Connection, monday: date, *, as_of: date, zone: tzinfo = _ZONE) -> tuple[Tally, ...]:
    """See CommunesOf."""
    at = placing(as_of)
    counted = await _counted(connection, at, monday, as_of, zone)
    upper = await _upper(connection, as_of)
    posted = await occurrences.posted(connection, JOB, period_of(monday))
    if since := min((one.before for one in posted.values() if one.before), default=None):
        for commune_id, one in await commune_counts.late(connection, at, monday, since):
            counted[commune_id].late.append(one)
    silent = [village.unit_id for own in counted.values() for village in own.quiet if not village.nothing]
    away_on = min(as_of, monday + timedelta(days=6))
    known = _Known(
        upper,
        posted,
        await presence.wishes(connection, "names", "signal"),
        await presence.present(connection, as_of, away_on, silent),
        await commune_counts.seasoned(connection, at, as_of, _first_moment(as_of)),
    )
    found = await places.by_kind(connection, as_of, COMMUNE_KINDS)
    ordered = sorted((one for one in found if one.id in counted), key=places.reading_order)
    return tuple(_tally(place, counted[place.id], monday, known) for place in ordered)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read beside the counts. `upper`: the place above each place that is no village."""

    upper: Mapping[int, int | None]
    posted: Mapping[int, Posted]
    wishes: Mapping[tuple[int, str], object]
    present: Mapping[int, Present]
    seasoned: frozenset[int]

    def above(self, unit_id: int | None) -> Iterator[int]:
        """A commune and the places above it, from the near to the far."""
        while unit_id is not None:
            yield unit_id
            unit_id = self.upper.get(unit_id)

    def posted_to(self, unit_id: int) -> Posted | None:
        return next((self.posted[one] for one in self.above(unit_id) if one in self.posted), None)

    def names_wish(self, unit_id: int) -> object:
        return next((self.wishes[one, "names"] for one in self.above(unit_id) if (one, "names") in self.wishes), None)


async def _counted(connection: Connection, at: Placing, monday: date, as_of: date, zone: tzinfo) -> dict[int, Counted]:
    found = await commune_counts.villages(connection, at, as_of, monday)
    astray = await commune_counts.strays(connection, at)
    for row in await commune_counts.numbers(connection, at, monday, astray):
        found[row.commune_id].indicators[row.code] += int(row.sum)
    for row in await commune_counts.numbers(connection, at, monday - timedelta(weeks=1), astray):
        found[row.commune_id].previous[row.code] += int(row.sum)
    for row in await commune_counts.lessons(connection, at, monday):
        found[row.commune_id].tutorials += row.times
        if row.lesson is not None:
            found[row.commune_id].lessons[row.lesson] += row.times
    start, end = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(weeks=1)))
    for row in await commune_counts.questions(connection, at, start, end):
        found[row.commune_id].tutorials += row.times
    return found


async def _upper(connection: Connection, day: date) -> dict[int, int | None]:
    versions = unit_versions.c
    rows = await connection.execute(
        select(versions.unit_id, versions.parent_id).where(versions.kind != "village", holds(unit_versions, day))
    )
    return {row.unit_id: row.parent_id for row in rows}


def _first_moment(as_of: date) -> datetime:
    """Whoever joined before it makes a commune one whose first weeks are over."""
    return datetime.combine(as_of - NAMELESS + timedelta(days=1), time(), _ZONE)


def _tally(place: Place, own: Counted, monday: date, known: _Known) -> Tally:
    quiet = sorted(own.quiet, key=lambda one: (names.natural(one.name), one.unit_id))
    silent = [_silent(one, place, known) for one in quiet if not one.nothing]
    return Tally(
        place.id,
        place.name,
        place.kind,
        monday,
        own.expected,
        own.reported,
        own.checkins,
        without_zeros(own.indicators),
        without_zeros(own.previous),
        own.tutorials,
        tuple(_missing(silent, place.id, known)),
        len(silent),
        tuple(one.name for one in quiet if one.nothing),
        tuple(_late(own.late, known, known.posted_to(place.id))),
        lesson_numbers=most_asked(own.lessons),
        silent_villages=tuple(silent),
    )


def _silent(village: Quiet, place: Place, known: _Known) -> Silent:
    cause = cause_of(known.present.get(village.unit_id), known.wishes.get((village.unit_id, "signal")))
    return Silent(village.unit_id, village.name, cause, place.id, place.name, village.team_id)


def _missing(silent: Sequence[Silent], commune_id: int, known: _Known) -> Iterator[str]:
    """Who may be named to the group (voice.md §3)."""
    wish = known.names_wish(commune_id)
    if wish is None and commune_id not in known.seasoned:
        return
    for one in silent:
        if one.cause == "unknown" and known.wishes.get((one.unit_id, "names"), wish) is not False:
            yield one.name


def _late(found: Sequence[LateAt], known: _Known, posted: Posted | None) -> Iterator[Late]:
    """Villages in reading order, then clubs, then the commune's own team."""
    gathered: defaultdict[tuple[bool, str, tuple[object, ...], int, str], list[LateAt]] = defaultdict(list)
    for one in found:
        own = "" if one.kind == "village" else one.kind
        gathered[one.kind != "village", own, names.natural(one.name), one.unit_id, one.name].append(one)
    for (_own, _kind, _order, unit_id, name), entries in sorted(gathered.items(), key=lambda item: item[0]):
        yield from late_of(name, [one.entry for one in entries], known.posted.get(unit_id, posted))
