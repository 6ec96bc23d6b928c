"""Where each conversation stands: one row for an address and a speaker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, String, Table, UniqueConstraint, bindparam, insert, update

from storage.schema import Json, Moment, key, metadata, refers
from storage.writing import Write

conversations = Table(
    "conversations",
    metadata,
    key(),
    refers("address_id", "addresses"),
    Column("speaker", String(100), nullable=False),
    Column("dialogue", String(40)),
    Column("step", String(40)),
    Column("draft", Json, nullable=False),
    Column("question", String(32)),
    Column("asked_at", Moment),
    Column("memory", Json, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("address_id", "speaker"),
)
"""`draft`: what the open dialogue has gathered. `question`: token of the question that is open. `memory`: small facts
that outlive a dialogue (the last list shown, wrong codes lately)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands."""

    id: int
    dialogue: str | None = None
    step: str | None = None
    draft: Mapping[str, Any] = field(default_factory=dict)
    question: str | None = None
    asked_at: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)


_insert = insert(conversations)
_update = (
    update(conversations)
    .where(conversations.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(f"b_{name}")
            for name in ("dialogue", "step", "draft", "question", "asked_at", "memory", "changed_at")
        }
    )
)


def begun(standing: Standing, address_id: int, speaker: str, now: datetime) -> Write:
    """The first row of a conversation."""
    return Write(_insert, {**_columns(standing, now), "id": standing.id, "address_id": address_id, "speaker": speaker})


def moved(standing: Standing, now: datetime) -> Write:
    """A known conversation has moved on."""
    return Write(_update, {"b_id": standing.id, **{f"b_{k}": v for k, v in _columns(standing, now).items()}})


def _columns(standing: Standing, now: datetime) -> dict[str, Any]:
    return {
        "dialogue": standing.dialogue,
        "step": standing.step,
        "draft": dict(standing.draft),
        "question": standing.question,
        "asked_at": standing.asked_at,
        "memory": dict(standing.memory),
        "changed_at": now,
    }
