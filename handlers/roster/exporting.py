"""Exporting the roster with the columns it came with; importing the result changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from handlers.roster import cells
from handlers.roster.vocabulary import Column, TeamKind, vocabulary
from handlers.roster.writing import write_table
from locales import local
from storage import names, roster
from storage.engine import Database
from storage.finding import Place
from storage.places import COMMUNE_KINDS
from storage.roster import KnownMembership, KnownPerson, KnownTeam, Roster


async def export_roster(database: Database, path: Path, *, now: datetime) -> int:
    """Write everybody who serves on the local day of `now`, and the places without anybody; returns how many rows.

    Those who serve the site itself (an admin of the whole tree) have no column for it and are left out.
    Raises writing.UnknownFormat, OSError.
    """
    async with database.read() as connection:
        known = await roster.load(connection, local(now).date())
    extra = sorted({header for person in known.people for header in person.extra})
    return write_table(path, [*(column.value for column in Column), *extra], _Lines(known, extra).rows())


class _Lines:
    def __init__(self, known: Roster, extra: list[str]) -> None:
        self._extra = extra
        self._places = {place.id: place for place in known.places}
        self._people = {person.id: person for person in known.people}
        self._teams = {team.id: team for team in known.teams}
        self._staff: dict[int, list[KnownMembership]] = {}
        for service in known.memberships:
            if service.person_id in self._people:
                self._staff.setdefault(service.unit_id, []).append(service)
        self._empty: dict[int, list[KnownTeam]] = {}
        staffed = {service.team_id for served in self._staff.values() for service in served}
        for team in known.teams:
            if not team.closed and team.id not in staffed:
                self._empty.setdefault(team.unit_id, []).append(team)

    def rows(self) -> Iterator[list[str]]:
        """Commune by commune: its own teams first, then its villages."""
        communes = [place for place in self._places.values() if place.kind in COMMUNE_KINDS]
        villages: dict[int | None, list[Place]] = {}
        for place in self._places.values():
            if place.kind == "village":
                villages.setdefault(place.parent_id, []).append(place)
        for commune in sorted(communes, key=lambda place: (place.code or "~", names.natural(place.name))):
            below = sorted(villages.get(commune.id, []), key=lambda place: names.natural(place.name))
            yield from self._of(commune, commune, alone=not below)
            for village in below:
                yield from self._of(commune, village, alone=True)

    def _of(self, commune: Place, place: Place, *, alone: bool) -> Iterator[list[str]]:
        """The people of a place; its teams without people; and if there are neither, the place itself."""
        staff, empty = self._staff.get(place.id, []), self._empty.get(place.id, [])
        for service in staff:
            yield self._line(commune, place, self._team(service, place), self._people[service.person_id], service)
        own = _own_team(place)
        for team in empty:
            if not (team.kind == own and any(service.team_id is None for service in staff)):
                yield self._line(commune, place, _team_cell(team))
        if alone and not staff and not empty:
            yield self._line(commune, place, "")

    def _team(self, service: KnownMembership, place: Place) -> str:
        return _team_cell(self._teams[service.team_id]) if service.team_id else _own_team(place).value

    def _line(
        self,
        commune: Place,
        place: Place,
        team: str,
        person: KnownPerson | None = None,
        service: KnownMembership | None = None,
    ) -> list[str]:
        word = vocabulary().kind_words.get(commune.kind)
        return [
            commune.code or "",
            f"{word} {commune.name}" if word else commune.name,
            place.name if place.kind == "village" else "",
            team,
            person.name if person else "",
            cells.national(person.phone) if person and person.phone else "",
            _role_cell(service) if service else "",
            *(person.extra.get(header, "") if person else "" for header in self._extra),
        ]


def _own_team(place: Place) -> TeamKind:
    return TeamKind.VILLAGE if place.kind == "village" else TeamKind.COMMUNE


def _team_cell(team: KnownTeam) -> str:
    return f"{team.kind}:{team.name}" if team.kind == TeamKind.CLUB else team.kind


def _role_cell(service: KnownMembership) -> str:
    """The finer word where a file can say it, else the role."""
    post = vocabulary().post(service.title) if service.title else None
    return service.title if service.title and post and post.role == service.role else service.role
