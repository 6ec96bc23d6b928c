"""What people believe to have reported, kept by themselves: it knows nothing of the program's books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(slots=True)
class Told:
    """One entry of somebody. `values`: by the form's codes; empty: nothing to report."""

    unit_id: int
    monday: date
    values: dict[str, int]
    in_force: bool = True


@dataclass(frozen=True, slots=True)
class Numbers:
    """A few villages in a week. `reported`: villages with a word; `checkins`: entries in force."""

    reported: int
    checkins: int
    indicators: Mapping[str, int]


@dataclass
class Ledger:
    """Everything that was told, in its order."""

    told: list[Told] = field(default_factory=list)
    _last: dict[int, Told] = field(default_factory=dict)
    _by_place: dict[tuple[int, date], list[Told]] = field(default_factory=lambda: defaultdict(list))

    def reports(self, person_id: int, unit_id: int, day: date, values: Mapping[str, int]) -> None:
        """Work of a day."""
        self._keep(person_id, Told(unit_id, monday_of(day), dict(values)))

    def has_nothing(self, person_id: int, unit_id: int, day: date) -> None:
        """Nothing to report counts where the village has said nothing else in that week."""
        if not self._in_force(unit_id, monday_of(day)):
            self._keep(person_id, Told(unit_id, monday_of(day), {}))

    def corrects(self, person_id: int, code: str, number: int) -> None:
        self._last[person_id].values[code] = number

    def withdraws(self, person_id: int) -> None:
        self._last[person_id].in_force = False

    def restores(self, person_id: int) -> None:
        self._last[person_id].in_force = True

    def numbers(self, monday: date, units: frozenset[int]) -> Numbers:
        """Of these villages together, as it stands now."""
        found = {unit: self._in_force(unit, monday) for unit in units}
        entries = [one for some in found.values() for one in some]
        indicators = Counter[str]()
        for one in entries:
            indicators.update(one.values)
        return Numbers(sum(bool(some) for some in found.values()), len(entries), dict(indicators))

    def _in_force(self, unit_id: int, monday: date) -> list[Told]:
        return [one for one in self._by_place.get((unit_id, monday), ()) if one.in_force]

    def _keep(self, person_id: int, one: Told) -> None:
        self.told.append(one)
        self._last[person_id] = one
        self._by_place[one.unit_id, one.monday].append(one)
