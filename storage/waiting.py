"""What waits for a sender: owed and in no parcel yet, to be tried again, or left in a hand that is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, literal_column, or_, select

from storage.addresses import addresses
from storage.among import among
from storage.engine import Connection
from storage.media import media
from storage.outbox import Lane, owed, parcels, parts
from storage.parcels import HOLDS, Parcel, Piece, last_use

_ORPHANS = 10_000
"""Parcels in a hand that is gone: far more than any hand holds."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something owed that may go now."""

    id: int
    address_id: int
    chat: str
    group: bool
    door_state: str
    lane: Lane
    kind: str
    words: str
    choices: tuple[tuple[str, str], ...]
    question: str | None
    media_id: int | None
    expires_at: datetime | None
    created_at: datetime


_still_wanted = exists().where(
    owed.c.parcel_id == parcels.c.id, or_(owed.c.expires_at.is_(None), owed.c.expires_at > bindparam("b_now"))
)
_may_go_on = or_(parcels.c.reason.is_distinct_from("window"), addresses.c.heard_at > parcels.c.due_at, ~_still_wanted)
"""A closed window opens when the person writes, later than the try that found it closed. What nobody wants any more
need not wait for that: it comes to its end."""

_since = case((owed.c.state == "held", owed.c.due_at), else_=owed.c.created_at).label("created_at")
"""What a rule of sending kept for days (Tết) is new when it may go: the vendor has not been asked before."""

_in_the_way = exists().where(
    literal_column("parcels.state IN ('sending', 'waiting')"),
    parcels.c.address_id == owed.c.address_id,
    or_(parcels.c.state == "sending", parcels.c.lane <= owed.c.lane),
)
"""A parcel to the same chat that is on its way, or that came first and is no less urgent: nothing overtakes it."""

_still_comes = exists().where(media.c.id == owed.c.media_id, media.c.state == "wanted")
"""Its picture is being fetched: a broadcast may be confirmed sooner than that is done."""


OF_DUE = (
    owed.c.id,
    owed.c.address_id,
    addresses.c.vendor_id,
    addresses.c.is_group,
    addresses.c.state.label("door_state"),
    owed.c.lane,
    owed.c.kind,
    owed.c.words,
    owed.c.choices,
    owed.c.question,
    owed.c.media_id,
    owed.c.expires_at,
)
"""A `Due` in the order of its fields, but for the last of them: since when it waits."""

_waits = (
    select(*OF_DUE, _since)
    .join(addresses, addresses.c.id == owed.c.address_id)
    .where(
        literal_column("owed.state IN ('owed', 'held')"),
        owed.c.account_id == bindparam("b_account"),
        owed.c.lane == bindparam("b_lane"),
        owed.c.parcel_id.is_(None),
        ~_in_the_way,
        ~_still_comes,
    )
    .order_by(owed.c.due_at, owed.c.id)
    .limit(bindparam("b_limit"))
)
_in_time = owed.c.due_at <= bindparam("b_now")
_due = _waits.where(_in_time)
"""One lane: in the order of its index, so that of ten thousand that wait no more are read than are wanted."""
_due_replies = _waits.where(or_(_in_time, and_(owed.c.state == "owed", owed.c.due_at <= owed.c.created_at)))
"""A reply is owed at once: it does not wait where the clock was put back since."""


async def due(connection: Connection, account_id: int, now: datetime, limit: int, lanes: Sequence[Lane]) -> list[Due]:
    """What is owed, not held, and has no other parcel before it: replies first, then by when it was due."""
    found: list[Due] = []
    for lane in sorted(lanes):
        asked = {"b_account": account_id, "b_lane": int(lane), "b_now": now, "b_limit": limit - len(found)}
        rows = await connection.execute(_due_replies if lane is Lane.REPLY else _due, asked)
        found += [due_of(row) for row in rows.all()]
        if lane is Lane.REPLY:
            found.sort(key=lambda one: one.id)  # as they were written, whatever the clock said
        if len(found) >= limit:
            break
    return found


def due_of(row: Sequence[Any]) -> Due:
    """Something owed, from `OF_DUE` and a time."""
    one, address, chat, group, state, lane, kind, words, choices, *rest = row
    labelled = tuple((key, label) for key, label in choices)
    return Due(one, address, chat, group, state, Lane(lane), kind, words, labelled, *rest)


async def again(
    connection: Connection, account_id: int, now: datetime, limit: int, lanes: Sequence[Lane] = tuple(Lane)
) -> list[Parcel]:
    """Parcels that wait for another try, with the pieces that have not arrived."""
    return await _open_parcels(connection, account_id, "waiting", now, limit, lanes)


async def orphans(connection: Connection, account_id: int, now: datetime) -> list[Parcel]:
    """Parcels left in the hand of a sender that is gone, whatever its clock said when it took them."""
    return await _open_parcels(connection, account_id, "sending", now, _ORPHANS, tuple(Lane))


_open = (
    select(parcels, addresses.c.vendor_id, addresses.c.is_group, addresses.c.state.label("door_state"))
    .join(addresses, addresses.c.id == parcels.c.address_id)
    .where(
        literal_column("parcels.state IN ('sending', 'waiting')"),
        parcels.c.account_id == bindparam("b_account"),
        parcels.c.state == bindparam("b_state"),
        or_(parcels.c.due_at <= bindparam("b_now"), parcels.c.state == "sending"),
        among(parcels.c.lane, "b_lanes"),
        _may_go_on,
    )
    .order_by(parcels.c.lane, parcels.c.id)
    .limit(bindparam("b_limit"))
)


async def _open_parcels(
    connection: Connection, account_id: int, state: str, before: datetime, limit: int, lanes: Sequence[Lane]
) -> list[Parcel]:
    asked = {"b_account": account_id, "b_state": state, "b_now": before, "b_limit": limit, "b_lanes": list(lanes)}
    rows = (await connection.execute(_open, asked)).all()
    if not rows:
        return []
    ids = [row.id for row in rows]
    pieces, begun = await _pieces(connection, ids)
    contents = await _contents(connection, ids)
    return [
        Parcel(
            row.account_id,
            row.address_id,
            row.vendor_id,
            row.is_group,
            Lane(row.lane),
            tuple(pieces.get(row.id, ())),
            tuple(owed_id for owed_id, *_ in contents.get(row.id, ())),
            row.attempts,
            row.maybe_twice,
            row.created_at,
            last_use([expires_at for _, expires_at, _ in contents.get(row.id, ())]),
            row.door_state,
            row.id,
            _held(row.reason, contents.get(row.id, ())),
            row.id in begun,
        )
        for row in rows
    ]


def _held(reason: str | None, contents: Sequence[tuple[int, datetime | None, str]]) -> str:
    held = reason in HOLDS or any(state == "held" for *_, state in contents)
    return (reason or "") if held else ""


async def written_to_groups(connection: Connection, account_id: int, since: datetime) -> Counter[str]:
    """How many messages have arrived in each group of an account since a time."""
    rows = await connection.execute(
        select(addresses.c.vendor_id, func.count())
        .select_from(parts)
        .join(parcels, parcels.c.id == parts.c.parcel_id)
        .join(addresses, addresses.c.id == parcels.c.address_id)
        .where(
            parcels.c.account_id == account_id,
            addresses.c.is_group,
            or_(parcels.c.ended_at.is_(None), parcels.c.ended_at > since),
            parts.c.sent_at > since,
        )
        .group_by(addresses.c.vendor_id)
    )
    return Counter({row[0]: row[1] for row in rows})


_pieces_of = (
    select(parts).where(among(parts.c.parcel_id, "b_parcels"), parts.c.state != "failed").order_by(parts.c.position)
)
_contents_of = select(owed.c.id, owed.c.parcel_id, owed.c.expires_at, owed.c.state).where(
    among(owed.c.parcel_id, "b_parcels")
)


async def _pieces(connection: Connection, parcel_ids: Sequence[int]) -> tuple[dict[int, list[Piece]], set[int]]:
    """The messages of parcels that have not arrived, in order; and the parcels of which some have."""
    found: dict[int, list[Piece]] = {}
    begun = set[int]()
    for row in await connection.execute(_pieces_of, {"b_parcels": parcel_ids}):
        if row.state == "sent":
            begun.add(row.parcel_id)
        else:
            piece = Piece(row.words, tuple((label, data) for label, data in row.buttons), row.media_id, row.id)
            found.setdefault(row.parcel_id, []).append(piece)
    return found, begun


async def _contents(
    connection: Connection, parcel_ids: Sequence[int]
) -> dict[int, list[tuple[int, datetime | None, str]]]:
    """What is owed in parcels: its id, when nobody wants it any more, and its state."""
    found: dict[int, list[tuple[int, datetime | None, str]]] = {}
    for row in await connection.execute(_contents_of, {"b_parcels": parcel_ids}):
        found.setdefault(row.parcel_id, []).append((row.id, row.expires_at, row.state))
    return found


async def address_at(connection: Connection, account_id: int, vendor_id: str) -> int | None:
    """The id of a chat by the vendor's id."""
    return (
        await connection.execute(
            select(addresses.c.id).where(addresses.c.account_id == account_id, addresses.c.vendor_id == vendor_id)
        )
    ).scalar()
