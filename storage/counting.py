"""The tally of any place and everything below it: a few grouped statements, put together along the tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from storage import additions, counts, occurrences, presence
from storage.assembling import Assembly, Facts, Own, every, period_of
from storage.counts import Spot
from storage.engine import Connection
from storage.questions import Question
from storage.tally import Tally
from storage.trees import tree

JOB = "weekly-tally"
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def tally(
    connection: Connection, monday: date, unit_id: int | None = None, *, as_of: date, zone: tzinfo = _ZONE
) -> Tally | None:
    """The tally of a place in the week of a Monday, counted on the tree of the day `as_of`; the whole tree from its
    root where no place is named. None when there is no such place."""
    top = await tree(connection, as_of, unit_id)
    if top is None:
        return None
    ids = [node.place.id for node in every(top)]
    few = ids if unit_id is not None and len(ids) <= counts.MANY else None
    return Assembly(top, monday, as_of, await _facts(connection, monday, as_of, zone, few)).tally()


@dataclass(frozen=True, slots=True)
class TallyOf(Question[Tally | None]):
    """The tally of a place, asked by a turn; None when there is no such place."""

    unit_id: int | None
    monday: date
    as_of: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[TallyOf]) -> Sequence[Tally | None]:
        """Equal questions are counted once; a single place only with what lies below it."""
        known: dict[TallyOf, Tally | None] = {}
        for one in questions:
            if one not in known:
                known[one] = await tally(connection, one.monday, one.unit_id, as_of=one.as_of)
        return [known[one] for one in questions]


async def _facts(connection: Connection, monday: date, as_of: date, zone: tzinfo, units: Sequence[int] | None) -> Facts:
    found: defaultdict[Spot, Own] = defaultdict(Own)
    for spot, code, number in await counts.values(connection, monday, units):
        found[spot].indicators[code] += number
    for spot, code, number in await counts.values(connection, monday - timedelta(weeks=1), units):
        found[spot].previous[code] += number
    for spot, kind, times in await counts.entries(connection, monday, units):
        if kind == "nothing":
            found[spot].nothings += times
        else:
            found[spot].reports += times
    for spot, lesson, times in await counts.lessons(connection, monday, units):
        found[spot].tutorials += times
        if lesson is not None:
            found[spot].lessons[lesson] += times
    start, end = (datetime.combine(day, time(), zone) for day in (monday, monday + timedelta(weeks=1)))
    for spot, times in await counts.questions(connection, start, end, units):
        found[spot].tutorials += times
    posted = await occurrences.posted(connection, JOB, period_of(monday), units)
    if since := min((one.before for one in posted.values() if one.before), default=None):
        for entry in await additions.changed_since(connection, monday, since, units):
            found[entry.spot].late.append(entry)
    return Facts(
        found,
        await presence.present(connection, as_of, min(as_of, monday + timedelta(days=6)), units),
        await presence.wishes(connection, "names", "signal", units=units),
        posted,
    )
