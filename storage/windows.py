"""Chats whose window is closed: what is owed there waits until their person writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, func, literal_column, or_, select, update

from storage.engine import Connection
from storage.outbox import owed, parcels
from storage.parcels import Parcel
from storage.writing import Write

CLOSED = "window"
"""The reason that stands beside what is held for it."""
KEPT = timedelta(days=3)
"""How long a broadcast is kept for somebody whose window is closed, from when it could have gone: later an invitation
is no news any more, and its author is to hear who did not get it."""

_behind = (
    select(owed.c.id)
    .join(parcels, and_(parcels.c.address_id == owed.c.address_id, parcels.c.lane <= owed.c.lane))
    .where(
        literal_column("parcels.state IN ('sending', 'waiting')"),
        parcels.c.state == "waiting",
        parcels.c.reason == CLOSED,
        owed.c.state == "owed",
        owed.c.parcel_id.is_(None),
    )
    .distinct()
)
"""Owed after something that is held: nothing overtakes it, so it waits for the same, though nobody has tried it."""

waits_for_its_reader = or_(and_(owed.c.state == "held", owed.c.reason == CLOSED), owed.c.id.in_(_behind))

_until = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"), owed.c.expires_at.is_(None))
    .values(expires_at=bindparam("b_until"))
)


async def behind(connection: Connection) -> int:
    """How many messages wait behind one that a closed window holds."""
    return (await connection.execute(select(func.count()).select_from(_behind.subquery()))).scalar_one()


def kept_for_a_while(parcel: Parcel, since: datetime) -> list[Write]:
    """A broadcast that found the window closed ends by itself when nobody wants it any more."""
    return [Write(_until, {"b_id": one, "b_until": since + KEPT}) for one in parcel.owed_ids]
