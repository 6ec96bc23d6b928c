"""What an import changes in people: details, and memberships closed and opened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from handlers.roster.matching import Someone
from handlers.roster.placing import Placed
from handlers.roster.vocabulary import vocabulary
from storage import roster
from storage.roster import KnownMembership, KnownPerson, KnownTeam
from storage.writing import Write


class People:
    """Turns the people of a file into statements."""

    def __init__(
        self, memberships: Iterable[KnownMembership], teams: Iterable[KnownTeam], now: datetime, day: date
    ) -> None:
        self._now, self._day = now, day
        self._team_kind = {team.id: team.kind for team in teams}
        self._serves: dict[int, list[KnownMembership]] = {}
        for service in memberships:
            self._serves.setdefault(service.person_id, []).append(service)

    def add(self, someone: Someone) -> list[Write]:
        """Somebody new."""
        person_id, writes = roster.new_person(someone.name, someone.phone, someone.extra, self._now)
        return writes + [self._opened(person_id, row) for row in _one_a_team(someone.rows)]

    def update(self, someone: Someone, known: KnownPerson) -> list[Write]:
        """What is different about somebody known; empty when nothing is. An empty cell takes nothing away."""
        return self._details(someone, known) + self._services(known.id, _one_a_team(someone.rows))

    def _details(self, someone: Someone, known: KnownPerson) -> list[Write]:
        name, phone, extra = someone.name, someone.phone or known.phone, {**known.extra, **someone.extra}
        if (name, phone, extra) == (known.name, known.phone, known.extra):
            return []
        return [roster.change_details(known.id, name, phone, extra)]

    def _services(self, person_id: int, rows: Sequence[Placed]) -> list[Write]:
        """A team of the file that is new for the person takes the place of one of the same kind that the file lacks."""
        held = list(self._serves.get(person_id, ()))
        writes: list[Write] = []
        unmet: list[Placed] = []
        for row in rows:
            service = next((one for one in held if one.unit_id == row.unit_id and _same_team(one, row)), None)
            if service is None:
                unmet.append(row)
                continue
            held.remove(service)
            if not _same_post(service, row):
                writes += [roster.close_membership(service.id, self._day), self._opened(person_id, row)]
        for row in unmet:
            left = next((one for one in held if self._kind(one) == row.entry.team), None)
            if left:
                held.remove(left)
                writes.append(roster.close_membership(left.id, self._day))
            writes.append(self._opened(person_id, row))
        return writes

    def _kind(self, service: KnownMembership) -> str | None:
        return self._team_kind.get(service.team_id) if service.team_id else None

    def _opened(self, person_id: int, row: Placed) -> Write:
        post = row.entry.post
        return roster.open_membership(person_id, row.unit_id, row.team_id, post.role.value, post.title, self._day)


def _one_a_team(rows: Iterable[Placed]) -> list[Placed]:
    first: dict[tuple[int, int | None], Placed] = {}
    for row in rows:
        first.setdefault((row.unit_id, row.team_id), row)
    return list(first.values())


def _same_team(service: KnownMembership, row: Placed) -> bool:
    """A membership without a team is one of the place's own team."""
    return service.team_id == row.team_id or (service.team_id is None and not row.entry.club)


def _same_post(service: KnownMembership, row: Placed) -> bool:
    """A title that no file can say is kept."""
    post = row.entry.post
    unsayable = service.title is not None and vocabulary().post(service.title) is None
    return service.role == post.role and (service.title == post.title or (unsayable and post.title is None))
