"""What is owed to people at an account that does not take it goes through another of their doors, if they have one.

Only what is unprompted: an answer belongs where it was asked for. What offers numbers to choose from stays too, since
the talk it opens stands at the old door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from storage import doors
from storage.engine import Connection
from storage.outbox import Lane, owed, parcels
from storage.writing import Write

_to_door = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"))
    .values(
        account_id=bindparam("b_account"),
        address_id=bindparam("b_address"),
        parcel_id=None,
        leased_until=None,
        state="owed",
        reason=None,
        due_at=bindparam("b_at"),
    )
)
_emptied = (
    update(parcels)
    .where(parcels.c.id == bindparam("b_id"))
    .values(state="cancelled", reason="through another door", ended_at=bindparam("b_at"))
)
_follows = (
    update(owed)
    .where(
        owed.c.address_id == bindparam("b_from"),
        owed.c.person_id == bindparam("b_person"),
        owed.c.lane > int(Lane.REPLY),
        owed.c.state.in_(("owed", "held")),
        owed.c.parcel_id.is_(None),
        owed.c.question.is_(None),
    )
    .values(account_id=bindparam("b_account"), address_id=bindparam("b_address"), state="owed", reason=None)
)


def follows(person_id: int, from_address: int, account_id: int, address_id: int) -> Write:
    """What waits for a person at a door they have left goes to the one they came to."""
    values = {"b_person": person_id, "b_from": from_address, "b_account": account_id, "b_address": address_id}
    return Write(_follows, values)


async def parcel(connection: Connection, account_id: int, parcel_id: int, now: datetime) -> list[Write]:
    """The contents of a parcel in our own hand, and the parcel's end; nothing where some of it has to stay."""
    rows = await _open(connection, owed.c.parcel_id == parcel_id)
    writes = await _to_other_doors(connection, rows, account_id, now)
    if not rows or len(writes) < len(rows):
        return []
    return [*writes, Write(_emptied, {"b_id": parcel_id, "b_at": now})]


async def unpacked(connection: Connection, account_id: int, now: datetime) -> list[Write]:
    """All that is owed at an account and in no parcel yet."""
    rows = await _open(connection, owed.c.account_id == account_id, owed.c.parcel_id.is_(None))
    return await _to_other_doors(connection, rows, account_id, now)


async def _open(connection: Connection, *which: Any) -> Sequence[Any]:
    rows = await connection.execute(
        select(owed.c.id, owed.c.person_id, owed.c.lane, owed.c.question).where(
            owed.c.state.in_(("owed", "held")), *which
        )
    )
    return rows.all()


async def _to_other_doors(connection: Connection, rows: Sequence[Any], account_id: int, now: datetime) -> list[Write]:
    able = [one for one in rows if one.person_id and one.lane > Lane.REPLY and one.question is None]
    if not able:
        return []
    others = await doors.best(connection, {one.person_id for one in able}, but_account=account_id)
    found = []
    for one in able:
        door = others.get(one.person_id)
        if door is not None and door.state == "open":
            values = {"b_id": one.id, "b_account": door.account_id, "b_address": door.id, "b_at": now}
            found.append(Write(_to_door, values))
    return found
