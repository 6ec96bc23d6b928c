"""Monday morning: last week's numbers into every group of a place, as text and picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.clock import asking
from handlers.clock.duty import Firing, Picture, Post, brief, out_of_reach
from handlers.reports.facts import Contact
from handlers.reports.picture import tally_picture
from handlers.reports.places import COMMUNES
from handlers.reports.weekly import weekly_text
from handlers.turn import Surroundings, Thinking, ask
from locales import render
from storage.audience import GroupsOf
from storage.known import Door
from storage.schema import new_id
from storage.tally import Tally

_USUAL_NAME = Surroundings.__dataclass_fields__["team_name"].default


def post(firing: Firing) -> Thinking[list[Post]]:
    """One post for every commune, and for a village or the whole site where a group of its own is bound."""
    site = yield from asking.whole_tree(firing)
    if site is None:
        return []
    groups = yield from ask(GroupsOf())
    called = yield from asking.contacts(firing)
    return [
        _post(firing, tally, groups.get(tally.unit_id, ()), called.get(commune), (commune, site.unit_id))
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


def _post(
    firing: Firing, tally: Tally, groups: tuple[Door, ...], contact: Contact | None, above: tuple[int, int]
) -> Post:
    going = [(door, firing.may_send(door, None, tally.unit_id, *above)) for door in groups]
    if reason := out_of_reach(going) if groups else "no group is bound":
        return Post(tally.unit_id, reason, brief(tally))
    around = firing.around
    team = "" if around.team_name == _USUAL_NAME else around.team_name
    labels = firing.labels(around.language)
    text = weekly_text(tally, labels, contact, firing.provisional, team=team)
    picture = Picture(
        new_id(),
        lambda: tally_picture(tally, labels, around.language, team=team, provisional=firing.provisional),
    )
    owing = tuple(firing.owing(door, text, verdict, media_id=picture.media_id) for door, verdict in going if verdict.at)
    words = render(text, firing.reader_of(None))
    return Post(tally.unit_id, "", brief(tally), words, owing, picture=picture)
