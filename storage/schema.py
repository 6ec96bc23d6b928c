"""What every table stands on: one metadata, our own ids, and times that know their zone."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    and_,
    or_,
    types,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""64 bits; on SQLite an INTEGER, so that a primary key is the row id itself."""


class Moment(types.TypeDecorator[datetime]):
    """An aware time. Kept in UTC: with its zone on PostgreSQL, without on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time must know its zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def key() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=False)


def refers(name: str, target: str, *, nullable: bool = False, index: bool = False) -> Column[Any]:
    """A reference to another table's id, checked when the transaction ends, so that inserts need no order."""
    return Column(
        name, Id, ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED"), nullable=nullable, index=index
    )


Json = JSON(none_as_null=True)

_EPOCH_MS = 1_735_689_600_000  # 2025-01-01 UTC: 41 bits of milliseconds last until 2094
_node = secrets.randbits(10) << 12
_last = [0, 0]


def new_id() -> int:
    """A new 64-bit id, ordered by time within a process (41 bits of milliseconds, 10 of process, 12 of count)."""
    now = max(time.time_ns() // 1_000_000 - _EPOCH_MS, _last[0])
    count = _last[1] + 1 if now == _last[0] else 0
    if count > 0xFFF:
        now, count = now + 1, 0
    _last[0], _last[1] = now, count
    return now << 22 | _node | count


def made_at(an_id: int) -> datetime:
    """When an id was made, by the clock of its process; to the millisecond."""
    return datetime.fromtimestamp(((an_id >> 22) + _EPOCH_MS) / 1000, UTC)


def holds(table: Any, day: date) -> ColumnElement[bool]:
    """Whether a dated row (valid_from, valid_to) holds on a day; valid_to is the first day it no longer does."""
    return and_(table.c.valid_from <= day, or_(table.c.valid_to.is_(None), table.c.valid_to > day))
