"""How far broadcasts are: what became of what was owed, carried to their recipients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select, update

from storage.broadcasts import broadcasts, recipients
from storage.engine import Connection
from storage.outbox import owed
from storage.questions import Question
from storage.windows import CLOSED, waits_for_its_reader


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is. Counts are of people and groups that got it, did not, or wait; reasons of those who did
    not (state and reason -> how many)."""

    id: int
    author_id: int
    author_address_id: int
    state: str
    told: str = ""
    people_sent: int = 0
    groups_sent: int = 0
    waiting: int = 0
    cancelled: int = 0
    missed: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        return self.people_sent + self.groups_sent + self.cancelled + sum(self.missed.values())


@dataclass(frozen=True, slots=True)
class Running(Question[Progress | None]):
    """The author's newest broadcast that is still being sent."""

    author_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[Running]) -> Sequence[Progress | None]:
        rows = await connection.execute(
            select(broadcasts.c.id, broadcasts.c.author_id)
            .where(broadcasts.c.state == "sending", broadcasts.c.author_id.in_([one.author_id for one in questions]))
            .order_by(broadcasts.c.id)
        )
        newest = {row.author_id: row.id for row in rows}
        counted = await progress(connection, list(newest.values()))
        return [counted.get(newest.get(one.author_id, 0)) for one in questions]


async def progress(connection: Connection, ids: Sequence[int]) -> dict[int, Progress]:
    """How far these broadcasts are, by id."""
    if not ids:
        return {}
    found: dict[int, Progress] = {}
    for row in await connection.execute(select(broadcasts).where(broadcasts.c.id.in_(ids))):
        found[row.id] = Progress(row.id, row.author_id, row.author_address_id, row.state, row.told)
    group = recipients.c.person_id.is_(None)
    rows = await connection.execute(
        select(
            recipients.c.broadcast_id,
            recipients.c.state,
            recipients.c.reason,
            group.label("is_group"),
            func.count().label("times"),
        )
        .where(recipients.c.broadcast_id.in_(ids))
        .group_by(recipients.c.broadcast_id, recipients.c.state, recipients.c.reason, group)
    )
    for row in rows:
        found[row.broadcast_id] = _counted(found[row.broadcast_id], row)
    return found


def _counted(known: Progress, row: Any) -> Progress:
    match row.state:
        case "sent" if row.is_group:
            return replace(known, groups_sent=known.groups_sent + row.times)
        case "sent":
            return replace(known, people_sent=known.people_sent + row.times)
        case "waiting":
            return replace(known, waiting=known.waiting + row.times)
        case "cancelled":
            return replace(known, cancelled=known.cancelled + row.times)
    why = (row.state, row.reason or "")
    return replace(known, missed={**known.missed, why: known.missed.get(why, 0) + row.times})


HALF_WAY_ABOVE = 200
"""Recipients above which the author also hears when half of them are reached."""

_ENDED = ("sent", "failed", "expired", "cancelled")
_carry = (
    update(recipients)
    .where(
        recipients.c.state == "waiting",
        recipients.c.broadcast_id.in_(select(broadcasts.c.id).where(broadcasts.c.ended_at.is_(None))),
        recipients.c.owed_id == owed.c.id,
        owed.c.state.in_(_ENDED),
    )
    .values(
        state=case((owed.c.state == "expired", "failed"), else_=owed.c.state),
        reason=case(
            (and_(owed.c.state == "expired", owed.c.reason.is_distinct_from(CLOSED)), "expired"), else_=owed.c.reason
        ),
    )
)
_end = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("b_id"), broadcasts.c.ended_at.is_(None))
    .values(
        state=case((broadcasts.c.state == "sending", "done"), else_=broadcasts.c.state),
        ended_at=bindparam("b_at"),
        told="end",
    )
)
_half = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("b_id"), broadcasts.c.told == "", broadcasts.c.ended_at.is_(None))
    .values(told="half")
)
_silent = (
    update(broadcasts)
    .where(broadcasts.c.id == bindparam("b_id"), broadcasts.c.told.in_(("", "half")), broadcasts.c.ended_at.is_(None))
    .values(told="silent")
)


async def open_ones(connection: Connection) -> list[int]:
    """Broadcasts that have not ended: a cheap look before `settle`."""
    rows = await connection.execute(select(broadcasts.c.id).where(broadcasts.c.ended_at.is_(None)))
    return [row.id for row in rows]


async def settle(connection: Connection, now: datetime) -> list[Progress]:
    """Carry what became of the owed rows to the recipients, and end broadcasts of which nobody waits any more.

    Returns those whose author is to be told now: ended ones, large ones half-way, and those that only wait for people
    who have been silent for too long (once each, by whichever process was the first; this transaction has to owe the
    author's message).
    """
    await connection.execute(_carry)
    telling: list[Progress] = []
    for one in (await progress(connection, await open_ones(connection))).values():
        if not one.waiting:
            ended = await connection.execute(_end, {"b_id": one.id, "b_at": now})
            if ended.rowcount:
                telling.append(replace(one, state="done" if one.state == "sending" else one.state, told="end"))
        elif _half_way(one):
            half = await connection.execute(_half, {"b_id": one.id})
            if half.rowcount:
                telling.append(replace(one, told="half"))
        elif one.state == "sending" and one.told != "silent" and await _only_silent(connection, one):
            silent = await connection.execute(_silent, {"b_id": one.id})
            if silent.rowcount:
                telling.append(replace(one, told="silent"))
    return telling


async def _only_silent(connection: Connection, one: Progress) -> bool:
    """Whether everybody else has it, or never will."""
    silent = await connection.execute(
        select(func.count())
        .select_from(recipients)
        .join(owed, owed.c.id == recipients.c.owed_id)
        .where(recipients.c.broadcast_id == one.id, recipients.c.state == "waiting", waits_for_its_reader)
    )
    return silent.scalar_one() == one.waiting


def _half_way(one: Progress) -> bool:
    """Half of those who can be written to: who has not joined was passed over before anything was sent."""
    passed_over = sum(times for (state, _reason), times in one.missed.items() if state == "skipped")
    ended = one.ended - passed_over
    return not one.told and one.state == "sending" and ended + one.waiting > HALF_WAY_ABOVE and ended >= one.waiting
