"""Times in which the database could not be written, noted when they are over: for the admins' digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Integer, Table, insert, select

from storage.engine import Connection
from storage.schema import Moment, key, metadata, new_id
from storage.writing import Write

outages = Table(
    "outages",
    metadata,
    key(),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("sheltered", Integer, nullable=False),
)
"""One row for each process that met it. `refused`: events turned away; `sheltered`: events kept beside the database."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What one process met."""

    began_at: datetime
    ended_at: datetime
    refused: int = 0
    sheltered: int = 0


@dataclass(frozen=True, slots=True)
class Outages:
    """All of them since a moment; what several processes met at one time counts once."""

    lasted: timedelta = timedelta()
    refused: int = 0
    sheltered: int = 0


_insert = insert(outages)


def noted(outage: Outage) -> Write:
    row = {"began_at": outage.began_at, "ended_at": outage.ended_at}
    return Write(_insert, {"id": new_id(), **row, "refused": outage.refused, "sheltered": outage.sheltered})


async def outages_since(connection: Connection, since: datetime) -> Outages:
    """Those that ended since a moment, and how long they lasted after it."""
    rows = (
        await connection.execute(
            select(outages).where(outages.c.ended_at >= since).order_by(outages.c.began_at, outages.c.id)
        )
    ).all()
    stretches = ((max(row.began_at, since), row.ended_at) for row in rows)
    return Outages(_together(stretches), sum(row.refused for row in rows), sum(row.sheltered for row in rows))


def _together(stretches: Iterable[tuple[datetime, datetime]]) -> timedelta:
    """The length of stretches of time, in the order in which they began; where they overlap they count once."""
    lasted, covered = timedelta(), None
    for begin, end in stretches:
        begin = begin if covered is None else max(begin, covered)
        lasted += max(end - begin, timedelta())
        covered = end if covered is None else max(end, covered)
    return lasted
