"""What several duties ask in the same way: the tree's tally, the officers, the causes of silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.clock.duty import Firing
from handlers.reports.facts import Cause, Contact, MissingVillage
from handlers.reports.places import COMMUNES
from handlers.turn import Thinking, ask
from locales import lessons
from storage.communes import CommunesOf
from storage.counting import TallyOf
from storage.duties import JoinedSince, Officers, QuietSince, Wishes
from storage.places import WhichPlaces
from storage.tally import Silent, Tally

FIRST_NEWS_KNOWN = 12
"""Weeks that are looked back for the last news of a village."""


def whole_tree(firing: Firing) -> Thinking[Tally | None]:
    """The tally of everything in the week of a firing, lessons named in the default language."""
    return (yield from tally_of(firing, None))


def tally_of(firing: Firing, unit_id: int | None) -> Thinking[Tally | None]:
    """The same of one place (None: of the root) with everything below it."""
    found = yield from ask(TallyOf(unit_id, firing.week.monday, firing.as_of))
    return None if found is None else with_lessons(found, firing.around.language)


def every_commune(firing: Firing) -> Thinking[list[Tally]]:
    """The tallies of all communes without what lies below them, in the order of the tree."""
    found = yield from ask(CommunesOf(firing.week.monday, firing.as_of))
    titles = _titles(firing.around.language)
    return [_titled(tally, titles) for tally in found]


def with_lessons(tally: Tally, language: str) -> Tally:
    """The same tally with the titles of the lessons most asked for, at every place."""
    return _titled(tally, _titles(language))


def _titles(language: str) -> dict[int, str]:
    return {lesson.number: lesson.title for lesson in lessons.every(language)}


def _titled(tally: Tally, titles: Mapping[int, str]) -> Tally:
    named = tuple((titles[number], times) for number, times in tally.lesson_numbers if number in titles)
    return replace(tally, lessons=named, units=tuple(_titled(unit, titles) for unit in tally.units))


def places_above(firing: Firing, units: tuple[int, ...]) -> Thinking[dict[int, tuple[int, ...]]]:
    """For each place those above it, the nearest first. Asked only where something is paused: nothing else needs it."""
    above: dict[int, int | None] = {}
    asked = set(units) if firing.pauses else set[int]()
    while asked:
        places = yield from ask(WhichPlaces(tuple(asked), firing.as_of))
        above |= {unit: place.parent_id for unit, place in places.items()}
        asked = {place.parent_id for place in places.values() if place.parent_id is not None} - above.keys()
    return {unit: tuple(_up(unit, above)) for unit in above}


def _up(unit: int, above: Mapping[int, int | None]) -> Iterator[int]:
    while (parent := above.get(unit)) is not None:
        yield parent
        unit = parent


def communes(tally: Tally) -> Iterator[Tally]:
    """The communes, towns and wards of a tree, in its order."""
    if tally.kind in COMMUNES:
        yield tally
    for unit in tally.units:
        yield from communes(unit)


def contacts(day: date) -> Thinking[dict[int, Contact]]:
    """Whom people may call, by commune: the officer named in its settings, else its first lead (without a number)."""
    officers = yield from ask(Officers(day))
    wishes = yield from ask(Wishes(("contact",)))
    found = {unit: Contact(one.name, one.address_form or "") for unit, one in officers.items()}
    for (unit, _name), value in wishes.items():
        if isinstance(value, dict) and value.get("name"):
            found[unit] = _contact(value)
    return found


def _contact(value: Mapping[str, Any]) -> Contact:
    return Contact(str(value["name"]), str(value.get("address", "")), str(value.get("phone", "")))


def waited_for(tally: Tally, day: date, *, several: bool = False) -> Thinking[dict[int, MissingVillage]]:
    """The silent villages of a tally with how long and why, for people who look after them; by the village's id."""
    if not tally.silent_villages:
        return {}
    monday = tally.week_monday
    heard = yield from ask(QuietSince(monday, FIRST_NEWS_KNOWN))
    joined = yield from ask(JoinedSince(day))
    first = {unit: since.date() for unit, since in joined.items()}
    begun = min(first.values(), default=monday)
    return {
        one.unit_id: _missing(one, monday, heard.get(one.unit_id), first.get(one.unit_id, begun), several)
        for one in tally.silent_villages
    }


def _missing(village: Silent, monday: date, heard: date | None, joined: date, several: bool) -> MissingVillage:
    """Silence is counted from the last news, else from the first week in which somebody could have written."""
    weeks = (monday - heard).days // 7 if heard else (monday - joined).days // 7 + 1
    return MissingVillage(
        village.name, max(1, min(weeks, FIRST_NEWS_KNOWN)), Cause(village.cause), village.commune if several else ""
    )
