"""Monday morning: last week's numbers into every group of a place, as text and picture."""

from __future__ import annotations

from handlers.clock import asking
from handlers.clock.duty import Firing, Picture, Post, brief
from handlers.clock.sending import may_send_at
from handlers.reports.facts import Contact
from handlers.reports.picture import tally_picture
from handlers.reports.weekly import weekly_text
from handlers.turn import Surroundings, Thinking, ask
from locales import render
from storage.audience import GroupsOf
from storage.known import Door
from storage.places import WhichPlaces, reading_order
from storage.schema import new_id
from storage.tally import Tally

_USUAL_NAME = Surroundings.__dataclass_fields__["team_name"].default


def post(firing: Firing) -> Thinking[list[Post]]:
    """One post for every commune, and for a village or the whole site where a group of its own is bound. A commune
    comes after its villages, so that once it is decided they are (a firing cut short goes on where one is not)."""
    groups = yield from ask(GroupsOf())
    called = yield from asking.contacts(firing)
    told = yield from asking.every_commune(firing)
    own = yield from _with_own_groups(firing, tuple(groups.keys() - {tally.unit_id for tally in told}))
    posts: list[Post] = []
    for tally in told:
        for below in own.pop(tally.unit_id, ()):
            posts.append(_post(firing, below, groups[below.unit_id], called.get(tally.unit_id)))
        posts.append(_post(firing, tally, groups.get(tally.unit_id, ()), called.get(tally.unit_id)))
    posts += [_post(firing, tally, groups[tally.unit_id], None) for rest in own.values() for tally in rest]
    return [post for post in posts if post.unit_id not in firing.decided]


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


def _post(firing: Firing, tally: Tally, groups: tuple[Door, ...], contact: Contact | None) -> Post:
    open_doors = [door for door in groups if may_send_at(firing.now, door) is not None]
    if not open_doors:
        reason = "the bound group cannot be reached" if groups else "no group is bound"
        return Post(tally.unit_id, reason, brief(tally))
    around = firing.around
    team = "" if around.team_name == _USUAL_NAME else around.team_name
    labels = firing.labels(around.language)
    text = weekly_text(tally, labels, contact, firing.provisional, team=team)
    picture = Picture(
        new_id(),
        lambda: tally_picture(tally, labels, around.language, team=team, provisional=firing.provisional),
    )
    owing = tuple(firing.owing(door, text, media_id=picture.media_id) for door in open_doors)
    words = render(text, firing.reader_of(None))
    return Post(tally.unit_id, "", brief(tally), words, owing, picture=picture)
