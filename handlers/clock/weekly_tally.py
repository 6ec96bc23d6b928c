"""Monday morning: last week's numbers into every group of a place, as text and picture."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.clock import asking, to_paste
from handlers.clock.duty import Firing, Picture, Post, brief, out_of_reach
from handlers.reports.facts import Contact
from handlers.reports.picture import tally_picture
from handlers.reports.places import COMMUNES
from handlers.reports.weekly import weekly_text, weekly_words
from handlers.turn import Thinking, ask
from locales import Text, render
from storage.audience import GroupsOf, Reach, Reaches
from storage.known import Door
from storage.occurrences import HandedOver
from storage.places import WhichPlaces, reading_order
from storage.schema import new_id
from storage.tally import Tally


def post(firing: Firing) -> Thinking[Iterator[Post]]:
    """One post for every commune, and for a village or the whole site where a group of its own is bound. A commune
    comes after its villages, so that once it is decided they are (a firing cut short goes on where one is not)."""
    groups = yield from ask(GroupsOf())
    called = yield from asking.contacts(firing.as_of)
    leads = yield from _leads(firing)
    told = yield from asking.every_commune(firing)
    own = yield from _with_own_groups(firing, tuple(groups.keys() - {tally.unit_id for tally in told}))
    above = yield from asking.places_above(firing, tuple(groups))

    def posted(tally: Tally, commune: int) -> Post:
        doors, lead = groups.get(tally.unit_id, ()), leads.get(tally.unit_id, ())
        return _post(firing, tally, doors, called.get(commune), above.get(tally.unit_id, ()), lead)

    placed = [(below, tally.unit_id) for tally in told for below in (*own.pop(tally.unit_id, ()), tally)]
    placed += [(tally, 0) for rest in own.values() for tally in rest]
    return (posted(tally, commune) for tally, commune in placed if tally.unit_id not in firing.decided)


def _with_own_groups(firing: Firing, units: tuple[int, ...]) -> Thinking[dict[int, list[Tally]]]:
    """The tallies of these places, which are no communes, each under the place above it (0: under none)."""
    found: dict[int, list[Tally]] = {}
    places = yield from ask(WhichPlaces(units, firing.as_of))
    wanted: dict[int | None, list[int]] = {}
    for place in sorted(places.values(), key=reading_order):
        wanted.setdefault(place.parent_id, []).append(place.id)
    for above, below in wanted.items():
        counted = yield from asking.tally_of(firing, above)
        tallies = [counted and counted.within(unit) for unit in below]
        found[above or 0] = [tally for tally in tallies if tally is not None]
    return found


def _leads(firing: Firing) -> Thinking[dict[int, tuple[Reach, ...] | None]]:
    """The leads of every commune; None where they have the text of this firing to copy already."""
    reaches = yield from ask(Reaches(firing.as_of, None, ("commune_lead",)))
    given = yield from ask(HandedOver(firing.job, firing.period, firing.provisional))
    found: dict[int, tuple[Reach, ...] | None] = {}
    for reach in reaches:
        for commune in {one.commune_id for one in reach.person.services if one.role == "commune_lead"}:
            found[commune] = (*(found.get(commune) or ()), reach)
    return {**found, **dict.fromkeys(given)}


def _post(
    firing: Firing,
    tally: Tally,
    groups: tuple[Door, ...],
    contact: Contact | None,
    above: tuple[int, ...],
    leads: tuple[Reach, ...] | None,
) -> Post:
    going = [(door, firing.may_send(door, None, tally.unit_id, *above)) for door in groups]
    reason = out_of_reach(going) if groups else "no group is bound"
    if reason and any(door.state == "open" for door in groups):
        return Post(tally.unit_id, reason, brief(tally))  # it can be reached, but not now
    around = firing.around
    team, labels = around.own_team, firing.labels(around.language)
    if reason:
        text = weekly_text(tally, labels, contact, firing.provisional, team=team)
        return _to_paste(firing, tally, text, reason, leads)
    picture = Picture(
        new_id(),
        lambda: tally_picture(tally, labels, around.language, team=team, provisional=firing.provisional),
    )
    reader = firing.reader_of(None)
    words = weekly_words(tally, labels, contact, firing.provisional, team=team, reader=reader)
    owing = tuple(
        firing.owing(door, words, verdict, media_id=picture.media_id) for door, verdict in going if verdict.at
    )
    return Post(tally.unit_id, "", brief(tally), words, owing, picture=picture)


def _to_paste(firing: Firing, tally: Tally, text: Text, reason: str, leads: tuple[Reach, ...] | None) -> Post:
    """Without a group it stays skipped, so that a group bound late can still have it; meanwhile its leads have it to
    copy, once. `leads`: None where they have it already."""
    words = render(text, firing.reader_of(None))
    if leads is None:
        return Post(tally.unit_id, f"{reason}; its leads have it to copy", {**brief(tally), "to_paste": True}, words)
    owing = to_paste.to_leads(firing, tally, text, leads) if tally.kind in COMMUNES else ()
    if not owing:
        return Post(tally.unit_id, reason, brief(tally))
    numbers = {**brief(tally), "to_paste": True}
    return Post(tally.unit_id, f"{reason}; its leads have it to copy", numbers, words, owing)
