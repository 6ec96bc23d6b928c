"""Pictures: wanted, kept, gone; the bytes are in the database, so one backup holds everything."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)

from storage.accounts import accounts
from storage.engine import Connection
from storage.schema import Id, Moment, key, metadata, refers
from storage.writing import Write

media = Table(
    "media",
    metadata,
    key(),
    Column("origin", String(8), nullable=False),
    refers("person_id", "persons", nullable=True, index=True),
    refers("account_id", "accounts", nullable=True),
    Column("checkin_id", Id, index=True),
    Column("source", Text),
    Column("state", String(8), nullable=False, index=True),
    Column("reason", String(200)),
    Column("content_type", String(40)),
    Column("sha256", String(64)),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
"""`origin`: sent (by a person) or made (by us). `source`: the vendor's file id or URL, as JSON, until fetched."""

media_bytes = Table(
    "media_bytes",
    metadata,
    Column("media_id", Id, ForeignKey("media.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)


_insert = insert(media)
_insert_bytes = insert(media_bytes)


def made(media_id: int, content: bytes, content_type: str, now: datetime) -> list[Write]:
    """A picture of our own, kept with its bytes."""
    row = {
        "id": media_id,
        "origin": "made",
        "person_id": None,
        "account_id": None,
        "checkin_id": None,
        "source": None,
        "state": "kept",
        "reason": None,
        "content_type": content_type,
        "sha256": hashlib.sha256(content).hexdigest(),
        "attempts": 0,
        "created_at": now,
        "ended_at": now,
    }
    return [Write(_insert, row), Write(_insert_bytes, {"media_id": media_id, "content": content})]


async def content(connection: Connection, media_id: int) -> tuple[bytes, str] | None:
    """The bytes and media type of a kept picture; None when it is gone or was never fetched."""
    row = (
        await connection.execute(
            select(media_bytes.c.content, media.c.content_type)
            .join(media, media.c.id == media_bytes.c.media_id)
            .where(media.c.id == media_id, media.c.state == "kept")
        )
    ).first()
    return (row.content, row.content_type) if row else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture somebody sent that has not been fetched yet. `source`: a PictureRef as JSON."""

    id: int
    account_id: int
    source: str
    attempts: int


_end = (
    update(media)
    .where(media.c.id == bindparam("b_id"))
    .values(
        state=bindparam("b_state"),
        reason=bindparam("b_reason"),
        content_type=bindparam("b_type"),
        sha256=bindparam("b_sha256"),
        source=None,
        ended_at=bindparam("b_at"),
    )
)
_end_wanted = _end.where(media.c.state == "wanted")
_miss = (
    update(media)
    .where(media.c.id == bindparam("b_id"), media.c.state == "wanted")
    .values(attempts=media.c.attempts + 1, reason=bindparam("b_reason"))
)


async def wanted(connection: Connection, limit: int, of: Collection[int]) -> list[Wanted]:
    """Pictures of some accounts to fetch, and those of accounts out of service: those tried least often first."""
    in_service = exists().where(accounts.c.id == media.c.account_id, accounts.c.enabled)
    rows = await connection.execute(
        select(media.c.id, media.c.account_id, media.c.source, media.c.attempts)
        .where(media.c.state == "wanted", or_(media.c.account_id.in_(of), ~in_service))
        .order_by(media.c.attempts, media.c.id)
        .limit(limit)
    )
    return [Wanted(row.id, row.account_id, row.source, row.attempts) for row in rows]


def kept(media_id: int, content: bytes, content_type: str, now: datetime) -> list[Write]:
    """A wanted picture has been fetched."""
    ended = {
        "b_id": media_id,
        "b_state": "kept",
        "b_reason": None,
        "b_type": content_type,
        "b_sha256": hashlib.sha256(content).hexdigest(),
        "b_at": now,
    }
    return [Write(_end_wanted, ended), Write(_insert_bytes, {"media_id": media_id, "content": content})]


def gone(media_id: int, reason: str, now: datetime) -> Write:
    """A picture that cannot be had any more."""
    return Write(_end, _gone(media_id, reason, now))


def given_up(media_id: int, reason: str, now: datetime) -> Write:
    """A wanted picture that cannot be had; one that another process has fetched meanwhile stays."""
    return Write(_end_wanted, _gone(media_id, reason, now))


def _gone(media_id: int, reason: str, now: datetime) -> dict[str, object]:
    return {
        "b_id": media_id,
        "b_state": "gone",
        "b_reason": reason[:200],
        "b_type": None,
        "b_sha256": None,
        "b_at": now,
    }


def missed(media_id: int, reason: str) -> Write:
    """A try that failed; it is wanted still."""
    return Write(_miss, {"b_id": media_id, "b_reason": reason[:200]})


_attach = update(media).where(media.c.id == bindparam("b_id")).values(checkin_id=bindparam("b_checkin_id"))


def sent(
    media_id: int,
    person_id: int,
    account_id: int,
    source: str,
    now: datetime,
    checkin_id: int | None = None,
) -> Write:
    """A picture that somebody sent, to be fetched. `source`: a PictureRef as JSON."""
    return Write(
        _insert,
        {
            "id": media_id,
            "origin": "sent",
            "person_id": person_id,
            "account_id": account_id,
            "checkin_id": checkin_id,
            "source": source,
            "state": "wanted",
            "reason": None,
            "content_type": None,
            "sha256": None,
            "attempts": 0,
            "created_at": now,
            "ended_at": None,
        },
    )


def attached(media_id: int, checkin_id: int) -> Write:
    """A picture belongs to a check-in."""
    return Write(_attach, {"b_id": media_id, "b_checkin_id": checkin_id})
