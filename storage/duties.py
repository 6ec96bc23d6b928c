"""What the clock's duties ask: who was last heard, who is away, who was told, what waits, how the week went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from storage import counts, presence
from storage.checkins import checkins, replacements
from storage.engine import Connection
from storage.occurrences import occurrences
from storage.people import leaves, memberships, person_details, persons
from storage.questions import Question
from storage.schema import holds
from storage.tutorials import requests


@dataclass(frozen=True, slots=True)
class LastReporters(Question[Mapping[int, int]]):
    """Who made the last entry of each of these places: place -> person."""

    units: tuple[int, ...]

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[LastReporters]) -> Sequence[Mapping[int, int]]:
        wanted = {unit for one in questions for unit in one.units}
        last = (
            select(func.max(checkins.c.id).label("id"))
            .where(checkins.c.unit_id.in_(wanted), checkins.c.kind != "withdrawal")
            .group_by(checkins.c.unit_id)
            .subquery()
        )
        rows = await connection.execute(
            select(checkins.c.unit_id, checkins.c.person_id).join(last, last.c.id == checkins.c.id)
        )
        found: dict[int, int] = {row.unit_id: row.person_id for row in rows}
        return [found for _ in questions]


@dataclass(frozen=True, slots=True)
class Spared(Question[frozenset[int]]):
    """People who are not to be reminded: on leave on a day, or with "nothing this week" in force for its week."""

    day: date
    monday: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Spared]) -> Sequence[frozenset[int]]:
        return [await _spared(connection, one) for one in questions]


async def _spared(connection: Connection, question: Spared) -> frozenset[int]:
    away = await connection.execute(
        select(leaves.c.person_id).where(leaves.c.first_day <= question.day, leaves.c.last_day >= question.day)
    )
    quiet = await connection.execute(
        select(checkins.c.person_id)
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .where(checkins.c.week == question.monday, checkins.c.kind == "nothing", counts.in_force())
    )
    return frozenset([row.person_id for row in away] + [row.person_id for row in quiet])


@dataclass(frozen=True, slots=True)
class Told(Question[frozenset[int]]):
    """The people that a firing reminded, as its rows keep them."""

    job: str
    period: str

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Told]) -> Sequence[frozenset[int]]:
        rows = (
            await connection.execute(
                select(occurrences.c.job, occurrences.c.period, occurrences.c.numbers).where(
                    occurrences.c.job.in_({one.job for one in questions}),
                    occurrences.c.period.in_({one.period for one in questions}),
                    occurrences.c.state == "done",
                )
            )
        ).all()
        return [
            frozenset(
                person
                for row in rows
                if (row.job, row.period) == (one.job, one.period)
                for person in (row.numbers or {}).get("people", ())
            )
            for one in questions
        ]


@dataclass(frozen=True, slots=True)
class QuietSince(Question[Mapping[int, date]]):
    """The last week, up to one, with an entry in force: place -> its Monday. Others are not there."""

    monday: date
    weeks: int = 12

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[QuietSince]) -> Sequence[Mapping[int, date]]:
        return [await counts.last_heard(connection, one.monday, one.weeks) for one in questions]


@dataclass(frozen=True, slots=True)
class JoinedSince(Question[Mapping[int, datetime]]):
    """When the first member of each place joined."""

    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[JoinedSince]) -> Sequence[Mapping[int, datetime]]:
        return [
            {
                unit: one.since
                for unit, one in (await presence.present(connection, question.day, question.day)).items()
                if one.since
            }
            for question in questions
        ]


@dataclass(frozen=True, slots=True)
class Asked(Question[Mapping[int, int]]):
    """How many requests are open: place of the asker -> count."""

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Asked]) -> Sequence[Mapping[int, int]]:
        rows = await connection.execute(
            select(requests.c.unit_id, func.count().label("times"))
            .where(requests.c.state == "open")
            .group_by(requests.c.unit_id)
        )
        found: dict[int, int] = {row.unit_id: row.times for row in rows}
        return [found for _ in questions]


@dataclass(frozen=True, slots=True)
class Reported(Question[frozenset[int]]):
    """People with an entry in force in the week of a Monday."""

    monday: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Reported]) -> Sequence[frozenset[int]]:
        return [await _reported(connection, one.monday) for one in questions]


async def _reported(connection: Connection, monday: date) -> frozenset[int]:
    rows = await connection.execute(
        select(checkins.c.person_id)
        .distinct()
        .outerjoin(replacements, replacements.c.replaced_id == checkins.c.id)
        .where(checkins.c.week == monday, counts.in_force())
    )
    return frozenset(row.person_id for row in rows)


@dataclass(frozen=True, slots=True)
class Officer:
    """A commune's lead as others may call on them."""

    name: str
    address_form: str | None


@dataclass(frozen=True, slots=True)
class Officers(Question[Mapping[int, Officer]]):
    """The first lead of each commune on a day: place -> officer."""

    day: date

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Officers]) -> Sequence[Mapping[int, Officer]]:
        return [await _officers(connection, one.day) for one in questions]


async def _officers(connection: Connection, day: date) -> dict[int, Officer]:
    rows = await connection.execute(
        select(memberships.c.unit_id, person_details.c.name, persons.c.address_form)
        .join(persons, persons.c.id == memberships.c.person_id)
        .join(person_details, person_details.c.person_id == persons.c.id)
        .where(memberships.c.role == "commune_lead", holds(memberships, day), persons.c.forgotten_at.is_(None))
        .order_by(memberships.c.id.desc())
    )
    return {row.unit_id: Officer(row.name, row.address_form) for row in rows}


@dataclass(frozen=True, slots=True)
class Wishes(Question[Mapping[tuple[int, str], object]]):
    """The settings of these names: (place, name) -> value."""

    names: tuple[str, ...]

    @classmethod
    async def answer(
        cls, connection: Connection, questions: Sequence[Wishes]
    ) -> Sequence[Mapping[tuple[int, str], object]]:
        return [await presence.wishes(connection, *one.names) for one in questions]
