"""Who of the file is who of the roster: nobody is doubled, and nobody is merged with a namesake."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from handlers.roster.placing import Placed
from storage import names
from storage.roster import KnownMembership, KnownPerson, Roster

_ALIKE = 75


@dataclass(slots=True)
class Someone:
    """A person of the file, with every row about them. `known`: who that is, None for a new person."""

    name: str
    phone: str | None
    rows: list[Placed] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    known: KnownPerson | None = None
    phone_shared_with: str | None = None
    """Whose phone it is too, when somebody new comes with a known phone."""

    @property
    def row(self) -> int:
        return self.rows[0].entry.row


def gather(placed: Iterable[Placed]) -> list[Someone]:
    """The people of the file. One name on one phone is one person; without a phone each row is a person."""
    people: list[Someone] = []
    by_phone: dict[tuple[str, str], Someone] = {}
    for row in placed:
        entry = row.entry
        if not entry.name:
            continue
        someone = by_phone.get((names.key(entry.name), entry.phone)) if entry.phone else None
        if someone is None:
            someone = Someone(entry.name, entry.phone)
            people.append(someone)
            if entry.phone:
                by_phone[names.key(entry.name), entry.phone] = someone
        someone.rows.append(row)
        someone.extra |= entry.extra
    return people


def match(people: Sequence[Someone], known: Roster) -> set[int]:
    """Fill in `known` for everybody who is on the roster already; returns the ids of those found.

    First by phone and name; then by name, place and team; then by phone alone, if the name is only spelt otherwise:
    two people on one phone stay two.
    """
    matcher = _Matcher(known)
    for way in (matcher.by_phone_and_name, matcher.by_name_and_place, matcher.by_phone_and_likeness):
        matcher.go_through(people, way)
    _tell_shared_phones(people, {phone: owners[0].name for phone, owners in matcher.on_phone.items()})
    return matcher.claimed


def _tell_shared_phones(people: Iterable[Someone], owner: dict[str, str]) -> None:
    for someone in people:
        if someone.known is None and someone.phone:
            first = owner.setdefault(someone.phone, someone.name)
            someone.phone_shared_with = first if first != someone.name else None


class _Matcher:
    def __init__(self, known: Roster) -> None:
        self.claimed: set[int] = set()
        self.on_phone: dict[str, list[KnownPerson]] = {}
        self._in_place: dict[tuple[str, int, int | None], list[tuple[KnownPerson, KnownMembership]]] = {}
        by_id = {person.id: person for person in known.people}
        self._key = {person.id: names.key(person.name) for person in known.people}
        for person in known.people:
            if person.phone:
                self.on_phone.setdefault(person.phone, []).append(person)
        for service in known.memberships:
            if someone := by_id.get(service.person_id):
                place = (self._key[someone.id], service.unit_id, service.team_id)
                self._in_place.setdefault(place, []).append((someone, service))

    def go_through(self, people: Iterable[Someone], way: Callable[[Someone], KnownPerson | None]) -> None:
        for someone in people:
            if someone.known is None and (found := way(someone)):
                someone.known = found
                self.claimed.add(found.id)

    def by_phone_and_name(self, someone: Someone) -> KnownPerson | None:
        wanted = names.key(someone.name)
        return next((one for one in self._free_on(someone.phone) if self._key[one.id] == wanted), None)

    def by_name_and_place(self, someone: Someone) -> KnownPerson | None:
        """Of several namesakes in a team: one without a phone first, then one of the same role, then the oldest."""
        wanted = names.key(someone.name)
        found: list[tuple[tuple[bool, bool, int], KnownPerson]] = []
        for row in someone.rows:
            for team_id in (row.team_id, None):
                for one, service in self._in_place.get((wanted, row.unit_id, team_id), []):
                    if one.id not in self.claimed:
                        other_post = service.role != row.entry.post.role or service.title != row.entry.post.title
                        found.append(((one.phone is not None, other_post, one.id), one))
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def by_phone_and_likeness(self, someone: Someone) -> KnownPerson | None:
        wanted = names.fold(someone.name)
        likeness = [(fuzz.ratio(wanted, names.fold(one.name)), one) for one in self._free_on(someone.phone)]
        best = max(likeness, key=lambda pair: pair[0], default=None)
        return best[1] if best and best[0] >= _ALIKE else None

    def _free_on(self, phone: str | None) -> Iterable[KnownPerson]:
        return (one for one in self.on_phone.get(phone or "", []) if one.id not in self.claimed)
