"""Which people of the roster a typed name may mean, and when a name alone is not enough."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from storage import names
from storage.enrolment import Rostered
from storage.finding import Place
from storage.known import Person

NEAR = 88
"""RapidFuzz ratio of folded names from which on it may be the same name misspelt."""
MOST = 5
"""More namesakes than this are not read out."""
_RANKS = ("member", "leader", "commune_lead", "admin")


def rank(role: str | None) -> int:
    """The higher, the more it may do."""
    return _RANKS.index(role) if role in _RANKS else 0


def meant(name: str, roster: Sequence[Rostered]) -> tuple[Rostered, ...]:
    """As spelled; else without marks; else a given name or the last two words alone; else nearly so."""
    folded = names.fold(name)
    for found in (
        [one for one in roster if names.key(one.name) == names.key(name)],
        [one for one in roster if names.fold(one.name) == folded],
        [one for one in roster if len(folded.split()) < 3 and f" {names.fold(one.name)}".endswith(f" {folded}")],
        [one for one in roster if fuzz.ratio(names.fold(one.name), folded) >= NEAR],
    ):
        if found:
            return tuple(found) if len(found) <= MOST else ()
    return ()


def offered(found: Sequence[Rostered], role: str | None) -> tuple[Rostered, ...]:
    """Without those who may do more than the code gives and whose phone is unknown: a name is no proof."""
    return tuple(one for one in found if one.phone or not above(one, role))


def above(one: Rostered, role: str | None) -> bool:
    """An officer or administrator, where the code was made for less."""
    highest = max(rank(post.role) for post in one.posts)
    return highest > rank(role) and highest >= rank("commune_lead")


def needs_number(found: Sequence[Rostered], role: str | None) -> bool:
    """Whether the last digits of the phone must tell: namesakes, a second phone, or somebody who may do more."""
    if len(found) > 1:
        return len({tail(one) for one in found}) == len(found) and all(one.phone for one in found)
    return bool(found[0].phone) and (found[0].linked or above(found[0], role))


def tail(one: Rostered) -> str:
    return one.phone[-3:]


def serves_already(person: Person, place: Place, role: str | None) -> bool:
    """At the place or below it, with at least the same rights."""
    return any(
        place.id in (service.unit_id, service.parent_id) and rank(service.role) >= rank(role)
        for service in person.services
    ) or any(service.role == "admin" == role for service in person.services)
