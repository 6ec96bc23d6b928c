"""How far an author reaches: the communes there are, what lies below a place, how fast an account may write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from storage import finding, places
from storage.accounts import accounts
from storage.engine import Connection
from storage.questions import Question
from storage.schema import holds
from storage.units import unit_versions


@dataclass(frozen=True, slots=True)
class Within(Question[tuple[int, ...]]):
    """These places and everything below them on a day."""

    units: tuple[int, ...]
    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Within]) -> Sequence[tuple[int, ...]]:
        below: dict[date, dict[int, list[int]]] = {}
        for day in {one.day for one in questions}:
            rows = await connection.execute(
                select(unit_versions.c.unit_id, unit_versions.c.parent_id).where(holds(unit_versions, day))
            )
            for row in rows:
                below.setdefault(day, {}).setdefault(row.parent_id, []).append(row.unit_id)
        return [_everything_below(one.units, below.get(one.day, {})) for one in questions]


def _everything_below(units: Iterable[int], below: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    found, ahead = set[int](), list(units)
    while ahead:
        unit = ahead.pop()
        if unit not in found:
            found.add(unit)
            ahead.extend(below.get(unit, ()))
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class Paces(Question[Mapping[int, float]]):
    """How many messages a second each account may send, where its limits say so."""

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Paces]) -> Sequence[Mapping[int, float]]:
        rows = await connection.execute(select(accounts.c.id, accounts.c.limits))
        found = {row.id: float(row.limits["per_second"]) for row in rows if (row.limits or {}).get("per_second")}
        return [found for _ in questions]


@dataclass(frozen=True, slots=True)
class Communes(Question[tuple[finding.Place, ...]]):
    """The communes, towns and wards of a day, in the order of official lists."""

    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Communes]) -> Sequence[tuple[finding.Place, ...]]:
        found: dict[date, tuple[finding.Place, ...]] = {}
        for day in {one.day for one in questions}:
            every = await places.everything(connection, day)
            communes = (place for place in every if place.kind in places.COMMUNE_KINDS)
            found[day] = tuple(sorted(communes, key=lambda place: (place.code or "~", place.name)))
        return [found[one.day] for one in questions]
