"""Broadcasts of which a part is held because a bot's month is used up: whom it concerns, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update

from storage import quotas
from storage.accounts import accounts
from storage.audience import people_in_chunks
from storage.broadcasts import broadcasts, cancel_held, recipients
from storage.engine import Connection
from storage.outbox import Lane, owed, parcels
from storage.questions import Question
from storage.writing import Write


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What is held of a broadcast for a quota. `until`: when it may go. `answers`: messages that the (first) account
    still has this month, all of them kept for answers; None where nobody counts them.

    `people` and `groups` are counts; `communes`: where these people serve; `groups_in`: the groups (addresses) that
    the broadcast has among its recipients already.
    """

    broadcast_id: int
    author_id: int
    author_address_id: int
    target: Mapping[str, Any]
    words: str
    media_id: int | None
    account: str
    answers: int | None
    until: datetime
    people: int
    groups: int
    communes: tuple[int, ...] = ()
    groups_in: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class KeptBackOf(Question[KeptBack | None]):
    """What is held of a broadcast; None where nothing is (any more). `month`: "2026-11"."""

    broadcast_id: int
    day: date
    month: str

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[KeptBackOf]) -> Sequence[KeptBack | None]:
        return [await kept_back(connection, one.broadcast_id, one.day, one.month) for one in questions]


_held = and_(
    recipients.c.state == "waiting",
    recipients.c.owed_id == owed.c.id,
    owed.c.state == "held",
    owed.c.reason == "quota",
)


async def unasked(connection: Connection) -> list[int]:
    """Broadcasts with something held whose author has not been asked, once the account has nothing of it left to try:
    half of a number would be asked about otherwise."""
    rows = await connection.execute(
        select(broadcasts.c.id, owed.c.account_id)
        .join(recipients, recipients.c.broadcast_id == broadcasts.c.id)
        .join(owed, _held)
        .where(broadcasts.c.state == "sending", broadcasts.c.ended_at.is_(None), broadcasts.c.asked_at.is_(None))
        .distinct()
    )
    held = {(row.id, row.account_id) for row in rows}
    if not held:
        return []
    rows = await connection.execute(
        select(recipients.c.broadcast_id, owed.c.account_id)
        .join(owed, owed.c.id == recipients.c.owed_id)
        .where(
            recipients.c.broadcast_id.in_({broadcast for broadcast, _ in held}),
            owed.c.state == "owed",
            owed.c.parcel_id.is_(None),
        )
        .distinct()
    )
    trying = {broadcast for broadcast, account in {(row.broadcast_id, row.account_id) for row in rows} & held}
    return sorted({broadcast for broadcast, _ in held} - trying)


async def kept_back(connection: Connection, broadcast_id: int, day: date, month: str) -> KeptBack | None:
    """What is held of a broadcast; None where nothing is."""
    rows = (
        await connection.execute(
            select(
                recipients.c.person_id, owed.c.account_id, owed.c.due_at, broadcasts, accounts.c.name.label("account")
            )
            .join(owed, _held)
            .join(broadcasts, broadcasts.c.id == recipients.c.broadcast_id)
            .join(accounts, accounts.c.id == owed.c.account_id)
            .where(recipients.c.broadcast_id == broadcast_id)
            .order_by(owed.c.id)
        )
    ).all()
    return await _whole(connection, rows, day, month) if rows else None


async def _whole(connection: Connection, rows: Sequence[Row[Any]], day: date, month: str) -> KeptBack:
    first = rows[0]
    used = await quotas.month_of(connection, first.account_id, month)
    people = await people_in_chunks(connection, [row.person_id for row in rows if row.person_id], day)
    there = await connection.execute(
        select(recipients.c.address_id).where(recipients.c.broadcast_id == first.id, recipients.c.person_id.is_(None))
    )
    return KeptBack(
        first.id,
        first.author_id,
        first.author_address_id,
        first.target,
        first.words,
        first.media_id,
        first.account,
        None if used.limit is None else max(0, used.limit - used.used),
        max(row.due_at for row in rows),
        sum(1 for row in rows if row.person_id),
        sum(1 for row in rows if not row.person_id),
        tuple(sorted({service.commune_id for person in people.values() for service in person.services})),
        frozenset(row.address_id for row in there if row.address_id),
    )


_asked = update(broadcasts).where(broadcasts.c.id == bindparam("b_id")).values(asked_at=bindparam("b_at"))
_group_owed = select(recipients.c.owed_id).where(
    recipients.c.broadcast_id == bindparam("b_id"), recipients.c.person_id.is_(None)
)
_group_parcels = select(owed.c.parcel_id).where(
    owed.c.id.in_(_group_owed), owed.c.state == "held", owed.c.parcel_id.is_not(None)
)
_try_now = (
    update(parcels)
    .where(parcels.c.id.in_(_group_parcels), parcels.c.state == "waiting")
    .values(due_at=bindparam("b_at"))
)
_let_go = (
    update(owed)
    .where(owed.c.id.in_(_group_owed), owed.c.state == "held")
    .values(lane=int(Lane.REPLY), state="owed", reason=None, due_at=bindparam("b_at"))
)


def asked(broadcast_id: int, now: datetime) -> Write:
    """Its author has been asked, and is not asked again."""
    return Write(_asked, {"b_id": broadcast_id, "b_at": now})


def groups_go(broadcast_id: int, now: datetime) -> list[Write]:
    """The groups among what is held get it at once: they go with the answers, since its author asked for it."""
    its = {"b_id": broadcast_id, "b_at": now}
    return [Write(_try_now, its), Write(_let_go, its)]


def dropped(broadcast_id: int, now: datetime) -> list[Write]:
    """What is held of it goes nowhere; `settle` ends the recipients."""
    return cancel_held(broadcast_id, now)
