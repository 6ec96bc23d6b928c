"""Monday morning: last week's numbers into every group of a place, as text and picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.clock import asking, to_paste
from handlers.clock.duty import Firing, Picture, Post, brief, out_of_reach
from handlers.reports.facts import Contact
from handlers.reports.picture import tally_picture
from handlers.reports.places import COMMUNES
from handlers.reports.weekly import weekly_text
from handlers.turn import Thinking, ask
from locales import Text, render
from storage.audience import GroupsOf, Reach, Reaches
from storage.known import Door
from storage.occurrences import HandedOver
from storage.schema import new_id
from storage.tally import Tally


def post(firing: Firing) -> Thinking[list[Post]]:
    """One post for every commune, and for a village or the whole site where a group of its own is bound."""
    site = yield from asking.whole_tree(firing)
    if site is None:
        return []
    groups = yield from ask(GroupsOf())
    called = yield from asking.contacts(firing.as_of)
    leads = yield from _leads(firing)
    return [
        _post(firing, tally, groups.get(tally.unit_id, ()), called.get(commune), (commune, site.unit_id), leads)
        for tally, commune in _places(site, groups, 0)
        if tally.unit_id not in firing.decided
    ]


def _places(tally: Tally, groups: Mapping[int, tuple[Door, ...]], above: int) -> Iterator[tuple[Tally, int]]:
    """Places that are posted to, each with the commune whose officer is called; a commune after its villages, so
    that once it is decided they are (a firing cut short goes on where a commune is not)."""
    if tally.kind in ("commune_team", "club"):
        return
    is_commune = tally.kind in COMMUNES
    commune = tally.unit_id if is_commune else above
    for unit in tally.units:
        yield from _places(unit, groups, commune)
    if is_commune or tally.unit_id in groups:
        yield tally, commune


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
    above: tuple[int, int],
    leads: Mapping[int, tuple[Reach, ...] | None],
) -> Post:
    going = [(door, firing.may_send(door, None, tally.unit_id, *above)) for door in groups]
    reason = out_of_reach(going) if groups else "no group is bound"
    if reason and any(door.state == "open" for door in groups):
        return Post(tally.unit_id, reason, brief(tally))  # it can be reached, but not now
    around = firing.around
    team, labels = around.own_team, firing.labels(around.language)
    text = weekly_text(tally, labels, contact, firing.provisional, team=team)
    if reason:
        return _to_paste(firing, tally, text, reason, leads.get(tally.unit_id, ()))
    picture = Picture(
        new_id(),
        lambda: tally_picture(tally, labels, around.language, team=team, provisional=firing.provisional),
    )
    owing = tuple(firing.owing(door, text, verdict, media_id=picture.media_id) for door, verdict in going if verdict.at)
    words = render(text, firing.reader_of(None))
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
