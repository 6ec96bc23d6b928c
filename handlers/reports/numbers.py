"""Answers to `báo cáo` and `chưa làm`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from handlers.reports import indicators
from handlers.reports.digest import commune_line
from handlers.reports.facts import MissingVillage
from handlers.reports.places import COMMUNES, place_name
from handlers.reports.room import clip, first_that_fits, shortlist
from handlers.reports.waiting import with_cause
from handlers.reports.weekly import is_empty
from locales import Joined, Text, Week, _, lines
from locales.dates import span
from storage.tally import Tally

LIMIT = 1000
SITE_LIMIT = 2000
_MOST_COMMUNES = 40


@dataclass(frozen=True, slots=True)
class Room:
    """How much of each part is shown."""

    indicators: int = 30
    label: int = 60
    units: int = 40
    values: int = 9
    name: int = 40


def _ladder() -> Iterator[Room]:
    """What gives way: details of the children, then how many of them, then labels and the smaller indicators."""
    room = Room()
    yield room
    for change in (
        {"values": 4},
        {"values": 2, "label": 36},
        {"values": 0},
        {"units": 24, "label": 28, "indicators": 14, "name": 30},
        {"units": 12, "name": 24},
        {"units": 8, "name": 20, "label": 20, "indicators": 9},
    ):
        room = replace(room, **change)
        yield room


def place_numbers(tally: Tally, labels: Mapping[str, str], *, own: bool = True) -> Text:
    """The numbers of one place in one week: a village, a commune with its villages, or the site with its communes.

    `own`: the reader serves there, and may be told how to send news.
    """
    limit = SITE_LIMIT if tally.kind == "site" else LIMIT
    return first_that_fits((_numbers(tally, labels, room, own=own) for room in _ladder()), limit)


def missing_villages(tally: Tally, missing: Sequence[MissingVillage]) -> Text:
    """Which villages are still waited for; grouped by commune where the entries name one. Under 2,000 characters."""
    return first_that_fits((_missing(tally, missing, most) for most in (40, 12, 8, 5, 3, 2, 1, 0)), SITE_LIMIT)


def _numbers(tally: Tally, labels: Mapping[str, str], room: Room, *, own: bool) -> Text:
    if is_empty(tally):
        return _no_news(tally, room, own=own)
    found = indicators.rows(tally, labels)
    left_out = len(found) - room.indicators
    return lines(
        _opening(tally, room),
        *indicators.under_each_other(found, room.indicators, room.label),
        _("• and {count} more", count=left_out) if left_out > 0 else None,
        *_children(tally, labels, room),
        _waited_for(tally),
    )


def _values(tally: Tally, room: Room) -> dict[str, object]:
    week = Week(tally.week_monday)
    return {
        "place": place_name(tally.kind, clip(tally.name, room.name)),
        "week": week,
        "days": span(week),
        "reported": tally.reported,
        "expected": tally.expected,
        "checkins": tally.checkins,
    }


def _no_news(tally: Tally, room: Room, *, own: bool) -> Text:
    values = _values(tally, room)
    if tally.kind == "village" and own:
        return _(
            "Week {week} ({days}): no news from {place} has reached me yet. "
            "Whatever was done, write me one line, like: vneid 3 dvc 2. Nothing to report? Type: không phát sinh",
            **values,
        )
    return _("Week {week} ({days}): no news from {place} has reached me yet.", **values)


def _opening(tally: Tally, room: Room) -> Text:
    values = _values(tally, room)
    if tally.kind == "village" or not tally.expected:
        if not tally.indicators:
            return _("Week {week} ({days}), {place}: nothing to report, and that is written down. Thank you!", **values)
        return _("Week {week} ({days}), {place}: check-ins: {checkins}.", **values)
    return _(
        "Week {week} ({days}), {place}: news from {reported}/{expected} villages, check-ins: {checkins}.", **values
    )


def _children(tally: Tally, labels: Mapping[str, str], room: Room) -> Iterator[Text]:
    """The places inside, in the order of the tree: communes with how many villages, villages with what they did."""
    spoke = [unit for unit in tally.units if unit.kind in COMMUNES or not is_empty(unit)]
    for unit in spoke[: room.units]:
        yield commune_line(unit, room.name) if unit.kind in COMMUNES else _village_line(unit, labels, room)
    if len(spoke) > room.units:
        yield _("and {count} more places", count=len(spoke) - room.units)


def _village_line(unit: Tally, labels: Mapping[str, str], room: Room) -> Text:
    name = clip(unit.name, room.name)
    if not unit.indicators:
        return _("{village}: nothing to report", village=name)
    if not room.values:
        return _("{village}: check-ins: {checkins}", village=name, checkins=unit.checkins)
    return Joined((name, indicators.codes(unit.indicators, labels, room.values)), by=": ")


def _waited_for(tally: Tally) -> Text | None:
    return (
        None
        if tally.kind == "village" or not tally.silent
        else _("Still waiting for {count} villages.", count=tally.silent)
    )


def _missing(tally: Tally, missing: Sequence[MissingVillage], most: int) -> Text:
    week = Week(tally.week_monday)
    values = {"week": week, "days": span(week), "expected": tally.expected}
    if not missing:
        return _("Week {week} ({days}): all {expected}/{expected} villages have sent news. Thank you!", **values)
    return lines(
        _("Week {week} ({days}): I am still waiting for {count}/{expected} villages.", **values, count=len(missing)),
        *_by_commune(missing, most),
    )


def _by_commune(missing: Sequence[MissingVillage], most: int) -> Iterator[Text]:
    """One line a commune; a single list inside one's own. With no room left only the count of each."""
    grouped = [(commune, list(group)) for commune, group in groupby(missing, key=lambda village: village.commune)]
    for commune, found in grouped[:_MOST_COMMUNES]:
        if commune and not most:
            yield _("{commune}: {count}", commune=clip(commune, 30), count=len(found))
            continue
        named = shortlist([with_cause(village, 30) for village in found], max(most, 1))
        yield Joined((clip(commune, 30), named), by=": ") if commune else named
    if len(grouped) > _MOST_COMMUNES:
        yield _("and {count} more places", count=len(grouped) - _MOST_COMMUNES)
