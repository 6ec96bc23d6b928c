"""Places by id, official code and path. Every answer is as of a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, Row, Select, String, and_, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import names
from storage.among import among
from storage.finding import Place, choose
from storage.questions import Question
from storage.schema import holds
from storage.units import unit_codes, unit_versions

GSO = "gso"
"""The scheme of the statistics office's five-digit codes (domain.md §2.3)."""

COMMUNE_KINDS = frozenset({"commune", "town", "ward"})


_day: Any = bindparam("b_day", type_=Date)
_top: Any = bindparam("b_top", type_=BigInteger)
_versions, _above, _code = unit_versions.alias("place"), unit_versions.alias("above"), unit_codes.alias("code")


def _below() -> Select[Any]:
    versions = unit_versions
    start = select(versions.c.unit_id).where(versions.c.unit_id == _top, holds(versions, _day))
    reached = start.cte("reached", recursive=True)
    step = select(versions.c.unit_id).where(versions.c.parent_id == reached.c.unit_id, holds(versions, _day))
    return select(reached.union(step).c.unit_id)


_every: Select[Any] = (
    select(
        _versions.c.unit_id,
        _versions.c.name,
        _versions.c.kind,
        _versions.c.parent_id,
        _code.c.code,
        _above.c.name.label("parent_name"),
        _above.c.kind.label("parent_kind"),
    )
    .outerjoin(_above, and_(_above.c.unit_id == _versions.c.parent_id, holds(_above, _day)))
    .outerjoin(_code, and_(_code.c.unit_id == _versions.c.unit_id, _code.c.scheme == GSO, holds(_code, _day)))
    .where(holds(_versions, _day))
)
_roots = _every.where(_versions.c.parent_id.is_(None))
_of_ids = _every.where(among(_versions.c.unit_id, "b_ids"))
_of_kinds = _every.where(among(_versions.c.kind, "b_kinds", String))
_within = _every.where(_versions.c.unit_id.in_(_below()))


async def root(connection: AsyncConnection, day: date) -> Place | None:
    """The place above all others; None before the first roster."""
    rows = await connection.execute(_roots, {"b_day": day})
    return min(map(_place, rows), key=lambda found: found.id, default=None)


async def by_id(connection: AsyncConnection, unit_id: int, day: date) -> Place | None:
    return (await by_ids(connection, [unit_id], day)).get(unit_id)


async def by_ids(connection: AsyncConnection, unit_ids: Iterable[int], day: date) -> dict[int, Place]:
    """The places among these ids that exist on a day."""
    wanted = sorted(set(unit_ids))
    if not wanted:
        return {}
    rows = await connection.execute(_of_ids, {"b_day": day, "b_ids": wanted})
    return {row.unit_id: _place(row) for row in rows}


async def by_code(connection: AsyncConnection, code: str, day: date, scheme: str = GSO) -> Place | None:
    """The place that bears an official code on a day: codes are reused for other places (domain.md §0.2)."""
    rows = await connection.execute(
        select(unit_codes.c.unit_id).where(
            unit_codes.c.scheme == scheme, unit_codes.c.code == code, holds(unit_codes, day)
        )
    )
    unit_id = rows.scalar()
    return None if unit_id is None else await by_id(connection, unit_id, day)


async def everything(connection: AsyncConnection, day: date, within: int | None = None) -> tuple[Place, ...]:
    """All places of a day, or those of one subtree (its top included)."""
    if within is None:
        return tuple(_place(row) for row in await connection.execute(_every, {"b_day": day}))
    return tuple(_place(row) for row in await connection.execute(_within, {"b_day": day, "b_top": within}))


async def by_kind(connection: AsyncConnection, day: date, kinds: Iterable[str]) -> tuple[Place, ...]:
    """All places of these kinds on a day."""
    rows = await connection.execute(_of_kinds, {"b_day": day, "b_kinds": sorted(kinds)})
    return tuple(_place(row) for row in rows)


async def find(connection: AsyncConnection, wanted: str, day: date, within: int | None = None) -> Place:
    """The place meant by an id, an official code ("04630", also "4630") or a path.

    Raises PlaceUnknown, PlaceAmbiguous.
    """
    text = names.clean(wanted)
    if text.isascii() and text.isdigit():
        found = await by_code(connection, text.zfill(5), day) if len(text) <= 5 else None
        found = found or (await by_id(connection, int(text), day) if int(text) < 2**63 else None)
        if found:
            return found
    return await by_path(connection, text, day, within)


async def by_path(connection: AsyncConnection, path: str, day: date, within: int | None = None) -> Place:
    """The place meant by a path; with `within`, only places of that subtree. Raises PlaceUnknown, PlaceAmbiguous."""
    return choose(await everything(connection, day, within), path)


@dataclass(frozen=True, slots=True)
class WhichPlace(Question[Place | None]):
    """The place with an id, asked by a turn."""

    unit_id: int
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[WhichPlace]) -> Sequence[Place | None]:
        found: dict[tuple[int, date], Place] = {}
        for day in {question.day for question in questions}:
            asked = [question.unit_id for question in questions if question.day == day]
            found |= {(unit_id, day): place for unit_id, place in (await by_ids(connection, asked, day)).items()}
        return [found.get((question.unit_id, question.day)) for question in questions]


@dataclass(frozen=True, slots=True)
class WhichPlaces(Question[Mapping[int, Place]]):
    """The places among these ids that exist on a day, asked by a firing."""

    unit_ids: tuple[int, ...]
    day: date

    @classmethod
    async def answer(
        cls, connection: AsyncConnection, questions: Sequence[WhichPlaces]
    ) -> Sequence[Mapping[int, Place]]:
        return [await by_ids(connection, one.unit_ids, one.day) for one in questions]


def _place(row: Row[Any]) -> Place:
    return Place(row.unit_id, row.name, row.kind, row.code, row.parent_id, row.parent_name or "", row.parent_kind or "")


def reading_order(place: Place) -> tuple[Any, ...]:
    """Communes by code as in official lists, villages by name with 2 before 10."""
    return (place.parent_name, place.code or "~", names.natural(place.name), place.id)
