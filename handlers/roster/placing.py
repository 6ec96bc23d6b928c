"""Putting each entry in its place: communes, villages and teams that are there, and new ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.roster.communes import Commune, Communes
from handlers.roster.entries import Entry, Fault, Notice
from handlers.roster.vocabulary import TeamKind
from storage import names, roster
from storage.finding import Place
from storage.places import COMMUNE_KINDS
from storage.roster import Roster
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry with its unit and team."""

    entry: Entry
    unit_id: int
    team_id: int | None


class Placing:
    """Finds or makes the unit and the team of each entry; gathers what is to be written."""

    def __init__(self, entries: Sequence[Entry], known: Roster, site_name: str, now: datetime, day: date) -> None:
        self._known, self._now, self._day = known, now, day
        self._communes = Communes(entries, known.places)
        self._villages = {
            (place.parent_id, names.key(place.name)): place.id for place in known.places if place.kind == "village"
        }
        self._village_names = _where_each_name_is(known.places)
        self._teams = {(team.unit_id, team.kind, names.key(team.name)): team for team in known.teams}
        self._team_ids = {key: team.id for key, team in self._teams.items() if not team.closed}
        self._new_communes: dict[tuple[str | None, str], int] = {}
        self._looked_at: set[int] = set()
        self.added: set[int] = set()
        self.updated: set[int] = set()
        self.seen: set[int] = set()
        self.writes: list[Write] = []
        self._site = self._find_site(site_name)

    @property
    def faults(self) -> list[Fault]:
        return self._communes.faults

    @property
    def notices(self) -> list[Notice]:
        return self._communes.notices

    def place(self, entry: Entry) -> Placed | None:
        """Where the entry belongs; None after a fault."""
        commune = self._communes.of(entry)
        if commune is None:
            return None
        commune_id = self._commune_id(commune)
        unit_id = self._village_id(entry, commune_id, commune) if entry.village else commune_id
        self.seen |= {commune_id, unit_id}
        return Placed(entry, unit_id, self._team_id(unit_id, entry.team, entry.club) if entry.team else None)

    def _find_site(self, site_name: str) -> int:
        for place in self._known.places:
            if place.parent_id is None:
                return place.id
        return self._new_unit("site", site_name, None)

    def _commune_id(self, commune: Commune) -> int:
        if commune.known:
            self._mend(commune.known, commune)
            return commune.known.id
        identity = (commune.code, names.fold(commune.name))
        if identity not in self._new_communes:
            unit_id = self._new_unit(commune.kind or "commune", commune.name, self._site)
            if commune.code:
                self.writes.append(roster.new_code(unit_id, commune.code, self._day))
            self._new_communes[identity] = unit_id
            self.added.add(unit_id)
        return self._new_communes[identity]

    def _mend(self, place: Place, commune: Commune) -> None:
        """A known commune of which the file knows the code, or another kind."""
        if place.id in self._looked_at:
            return
        self._looked_at.add(place.id)
        if commune.code and not place.code:
            self.writes.append(roster.new_code(place.id, commune.code, self._day))
            self.updated.add(place.id)
        if commune.kind and commune.kind != place.kind:
            self.writes += roster.retype(place, commune.kind, self._known.begun[place.id], self._day)
            self.updated.add(place.id)

    def _village_id(self, entry: Entry, commune_id: int, commune: Commune) -> int:
        key = (commune_id, names.key(entry.village))
        if key not in self._villages:
            self._doubt_new_village(entry, commune_id, commune)
            self._villages[key] = self._new_unit("village", entry.village, commune_id)
            self.added.add(self._villages[key])
        return self._villages[key]

    def _doubt_new_village(self, entry: Entry, commune_id: int, commune: Commune) -> None:
        """A new village is taken as it stands, but told when it looks like a known one."""
        here = self._village_names.setdefault(names.fold(entry.village), {})
        if commune_id in here:
            reason = (
                f"{entry.village} is new in {commune.name} beside {here[commune_id]}: two villages, or one misspelt?"
            )
            self.notices.append(Notice(entry.row, reason))
        elif commune.known and here and not any(letter.isdigit() for letter in entry.village):
            reason = f"{entry.village} is new in {commune.name}; until now only another commune has it"
            self.notices.append(Notice(entry.row, reason))
        here[commune_id] = entry.village

    def _team_id(self, unit_id: int, kind: TeamKind, club: str) -> int:
        key = (unit_id, kind.value, names.key(club))
        if key in self._team_ids:
            return self._team_ids[key]
        if key in self._teams:
            self._team_ids[key] = self._teams[key].id
            self.writes.append(roster.reopen_team(self._teams[key].id))
        else:
            self._team_ids[key], write = roster.new_team(unit_id, kind.value, club, self._day)
            self.writes.append(write)
        if unit_id not in self.added:
            self.updated.add(unit_id)
        return self._team_ids[key]

    def _new_unit(self, kind: str, name: str, parent_id: int | None) -> int:
        unit_id, writes = roster.new_unit(kind, name, parent_id, self._day, self._now)
        self.writes += writes
        return unit_id


def repeated(placed: Iterable[Placed]) -> list[Fault]:
    """People with a phone who stand twice in one team. Namesakes without phones are different people."""
    first: dict[tuple[object, ...], int] = {}
    faults = []
    for row in placed:
        entry = row.entry
        if entry.name and entry.phone:
            seen = first.setdefault((row.unit_id, row.team_id, names.key(entry.name), entry.phone), entry.row)
            if seen != entry.row:
                faults.append(Fault(entry.row, None, f"the same person in the same team as row {seen}"))
    return faults


def _where_each_name_is(places: Sequence[Place]) -> dict[str, dict[int, str]]:
    """Folded village name -> commune -> the name as it is written there."""
    found: dict[str, dict[int, str]] = {}
    for place in places:
        if place.kind == "village" and place.parent_id and place.parent_kind in COMMUNE_KINDS:
            found.setdefault(names.fold(place.name), {})[place.parent_id] = place.name
    return found
