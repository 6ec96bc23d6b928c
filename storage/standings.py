"""A question put to somebody who did not write first: their conversation stands at it, if it stood nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, insert, or_, select, update

from storage.addresses import addresses
from storage.conversations import conversations
from storage.engine import Connection
from storage.questions import Question
from storage.schema import new_id
from storage.writing import Write

BUSY = timedelta(hours=12)
"""As long as a question takes a bare number for its answer (voice.md §1.4)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a private conversation stands. `id` is 0 while it has no row."""

    id: int
    speaker: str
    question: str | None = None
    busy: bool = False
    """A question of its own is open and fresh: it must not lose its place."""


@dataclass(frozen=True, slots=True)
class StandAt(Question[Mapping[int, Place]]):
    """Where the conversations of these private chats stand, by address."""

    addresses: tuple[int, ...]
    now: datetime

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[StandAt]) -> Sequence[Mapping[int, Place]]:
        return [await _places(connection, one) for one in questions]


async def _places(connection: Connection, question: StandAt) -> dict[int, Place]:
    table = conversations.c
    rows = await connection.execute(
        select(addresses.c.id, addresses.c.vendor_id, table.id.label("conversation"), table.speaker, table.question)
        .add_columns(table.dialogue, table.asked_at)
        .outerjoin(conversations, table.address_id == addresses.c.id)
        .where(addresses.c.id.in_(question.addresses))
        .order_by(table.changed_at)
    )
    return {row.id: _place(row, question.now) for row in rows}


def _place(row: Any, now: datetime) -> Place:
    if row.conversation is None:
        return Place(0, row.vendor_id)
    busy = row.dialogue is not None and row.asked_at is not None and now - row.asked_at <= BUSY
    return Place(row.conversation, row.speaker, row.question, busy)


_begin = insert(conversations)
_put = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("b_id"),
        or_(
            conversations.c.question == bindparam("b_seen"),
            and_(conversations.c.question.is_(None), bindparam("b_free", type_=Boolean)),
        ),
    )
    .values(
        dialogue=bindparam("b_dialogue"),
        step=bindparam("b_step"),
        draft=bindparam("b_draft"),
        question=bindparam("b_question"),
        asked_at=bindparam("b_at"),
        changed_at=bindparam("b_at"),
    )
)


def asked(
    place: Place, address_id: int, dialogue: str, step: str, draft: Mapping[str, Any], question: str, now: datetime
) -> Write:
    """The conversation stands at this step from now on, unless it has moved since it was looked at."""
    columns = {"dialogue": dialogue, "step": step, "draft": dict(draft), "question": question}
    if place.id:
        seen = {"b_id": place.id, "b_seen": place.question, "b_free": place.question is None, "b_at": now}
        return Write(_put, {**seen, **{f"b_{name}": value for name, value in columns.items()}})
    row = {"id": new_id(), "address_id": address_id, "speaker": place.speaker, "asked_at": now, "memory": {}}
    return Write(_begin, {**row, **columns, "changed_at": now})
