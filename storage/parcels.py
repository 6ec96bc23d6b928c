"""Parcels: what a sender takes in hand, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, insert, literal_column, or_, select, update

from storage.addresses import addresses
from storage.engine import Connection
from storage.media import media
from storage.outbox import Lane, owed, parcels, parts
from storage.schema import new_id
from storage.writing import Write

HOLDS = ("quota", "window")
"""Reasons for which the vendor takes nothing more for now: not our trouble, so nothing is given up for them."""
LEASE = timedelta(minutes=5)
"""How long a sender may have something in hand before another takes it for lost."""


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


@dataclass(frozen=True, slots=True)
class Piece:
    """One message of a parcel. `buttons`: (label, data) pairs."""

    words: str
    buttons: tuple[tuple[str, str], ...] = ()
    media_id: int | None = None
    id: int = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one chat at one time, in one message or several."""

    account_id: int
    address_id: int
    chat: str
    group: bool
    lane: Lane
    pieces: tuple[Piece, ...]
    owed_ids: tuple[int, ...]
    attempts: int = 0
    maybe_twice: bool = False
    created_at: datetime | None = None
    expires_at: datetime | None = None
    """When none of its contents is wanted any more."""
    door_state: str = "open"
    id: int = field(default_factory=new_id)
    held: bool = False
    """The vendor refused it for one of HOLDS the last time."""
    begun: bool = False
    """Some of it has arrived."""


_still_wanted = exists().where(
    owed.c.parcel_id == parcels.c.id, or_(owed.c.expires_at.is_(None), owed.c.expires_at > bindparam("b_now"))
)
_may_go_on = or_(parcels.c.reason.is_distinct_from("window"), addresses.c.heard_at > parcels.c.due_at, ~_still_wanted)
"""A closed window opens when the person writes, later than the try that found it closed. What nobody wants any more
need not wait for that: it comes to its end."""

_in_the_way = exists().where(
    literal_column("parcels.state IN ('sending', 'waiting')"),
    parcels.c.address_id == owed.c.address_id,
    or_(parcels.c.state == "sending", parcels.c.lane <= owed.c.lane),
)
"""A parcel to the same chat that is on its way, or that came first and is no less urgent: nothing overtakes it."""


_still_comes = exists().where(media.c.id == owed.c.media_id, media.c.state == "wanted")
"""Its picture is being fetched: a broadcast may be confirmed sooner than that is done."""


async def due(connection: Connection, account_id: int, now: datetime, limit: int, lanes: Sequence[Lane]) -> list[Due]:
    """What is owed, not held, and has no other parcel before it: replies first, then by when it was due."""
    rows = await connection.execute(
        select(
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
            owed.c.created_at,
        )
        .join(addresses, addresses.c.id == owed.c.address_id)
        .where(
            literal_column("owed.state IN ('owed', 'held')"),
            owed.c.account_id == account_id,
            owed.c.due_at <= now,
            owed.c.parcel_id.is_(None),
            ~_in_the_way,
            ~_still_comes,
            owed.c.lane.in_([int(lane) for lane in lanes]),
        )
        .order_by(owed.c.lane, owed.c.due_at, owed.c.id)
        .limit(limit)
    )
    return [
        Due(
            row.id,
            row.address_id,
            row.vendor_id,
            row.is_group,
            row.door_state,
            Lane(row.lane),
            row.kind,
            row.words,
            tuple((key, label) for key, label in row.choices),
            row.question,
            row.media_id,
            row.expires_at,
            row.created_at,
        )
        for row in rows
    ]


async def again(
    connection: Connection, account_id: int, now: datetime, limit: int, lanes: Sequence[Lane] = tuple(Lane)
) -> list[Parcel]:
    """Parcels that wait for another try, with the pieces that have not arrived."""
    return await _open_parcels(connection, account_id, "waiting", now, limit, lanes)


async def orphans(connection: Connection, account_id: int, before: datetime) -> list[Parcel]:
    """Parcels left in the hand of a sender that is gone: taken in hand before a time."""
    return await _open_parcels(connection, account_id, "sending", before, 10_000, tuple(Lane))


async def _open_parcels(
    connection: Connection, account_id: int, state: str, before: datetime, limit: int, lanes: Sequence[Lane]
) -> list[Parcel]:
    rows = (
        await connection.execute(
            select(parcels, addresses.c.vendor_id, addresses.c.is_group, addresses.c.state.label("door_state"))
            .join(addresses, addresses.c.id == parcels.c.address_id)
            .where(
                literal_column("parcels.state IN ('sending', 'waiting')"),
                parcels.c.account_id == account_id,
                parcels.c.state == state,
                parcels.c.due_at <= before,
                parcels.c.lane.in_([int(lane) for lane in lanes]),
                _may_go_on,
            )
            .order_by(parcels.c.lane, parcels.c.id)
            .limit(limit),
            {"b_now": before},
        )
    ).all()
    ids = [row.id for row in rows]
    pieces: dict[int, list[Piece]] = {}
    begun = set[int]()
    for one in await connection.execute(
        select(parts).where(parts.c.parcel_id.in_(ids), parts.c.state != "failed").order_by(parts.c.position)
    ):
        if one.state == "sent":
            begun.add(one.parcel_id)
            continue
        piece = Piece(one.words, tuple((label, data) for label, data in one.buttons), one.media_id, one.id)
        pieces.setdefault(one.parcel_id, []).append(piece)
    contents: dict[int, list[tuple[int, datetime | None]]] = {}
    for item in await connection.execute(
        select(owed.c.id, owed.c.parcel_id, owed.c.expires_at).where(owed.c.parcel_id.in_(ids))
    ):
        contents.setdefault(item.parcel_id, []).append((item.id, item.expires_at))
    return [
        Parcel(
            row.account_id,
            row.address_id,
            row.vendor_id,
            row.is_group,
            Lane(row.lane),
            tuple(pieces.get(row.id, ())),
            tuple(owed_id for owed_id, _ in contents.get(row.id, ())),
            row.attempts,
            row.maybe_twice,
            row.created_at,
            last_use([expires_at for _, expires_at in contents.get(row.id, ())]),
            row.door_state,
            row.id,
            row.reason in HOLDS,
            row.id in begun,
        )
        for row in rows
    ]


def last_use(ends: Sequence[datetime | None]) -> datetime | None:
    """When the last of several things owed is not wanted any more; None where one of them always is."""
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


_insert = insert(parcels)
_insert_part = insert(parts)
_pack = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"))
    .values(parcel_id=bindparam("b_parcel"), leased_until=bindparam("b_until"), state="owed", reason=None)
)
_take = (
    update(parcels)
    .where(parcels.c.id == bindparam("b_id"))
    .values(
        state="sending",
        attempts=parcels.c.attempts + 1,
        maybe_twice=bindparam("b_maybe_twice"),
        due_at=bindparam("b_at"),
        reason=None,
    )
)
_put_back = (
    update(parcels)
    .where(parcels.c.id == bindparam("b_id"))
    .values(state="waiting", due_at=bindparam("b_due"), reason=bindparam("b_reason"), maybe_twice=bindparam("b_twice"))
)
_end = (
    update(parcels)
    .where(parcels.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"), ended_at=bindparam("b_at"))
)
_end_owed = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), reason=bindparam("b_reason"), ended_at=bindparam("b_at"), leased_until=None)
)
_part_ended = (
    update(parts)
    .where(parts.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), vendor_message_id=bindparam("b_message"), sent_at=bindparam("b_at"))
)
_drop_picture = update(parts).where(parts.c.id == bindparam("b_id")).values(media_id=None)
_redirect = (
    update(parcels)
    .where(parcels.c.address_id == bindparam("b_from"), literal_column("parcels.state IN ('sending', 'waiting')"))
    .values(address_id=bindparam("b_to"))
)
_redirect_owed = (
    update(owed)
    .where(owed.c.address_id == bindparam("b_from"), literal_column("owed.state IN ('owed', 'held')"))
    .values(address_id=bindparam("b_to"))
)
_begin_anew = update(parcels).where(parcels.c.id == bindparam("b_id")).values(created_at=bindparam("b_at"))
_release = update(owed).where(owed.c.id == bindparam("b_id")).values(state="owed", reason=None)
_hold = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"))
    .values(state="held", reason=bindparam("b_reason"), due_at=bindparam("b_due"))
)


def packed(parcel: Parcel, now: datetime) -> list[Write]:
    """A new parcel, taken in hand."""
    writes = [
        Write(
            _insert,
            {
                "id": parcel.id,
                "account_id": parcel.account_id,
                "address_id": parcel.address_id,
                "lane": int(parcel.lane),
                "state": "sending",
                "attempts": 1,
                "maybe_twice": False,
                "reason": None,
                "due_at": now,
                "created_at": now,
                "ended_at": None,
            },
        )
    ]
    writes += [
        Write(
            _insert_part,
            {
                "id": piece.id,
                "parcel_id": parcel.id,
                "position": position,
                "words": piece.words,
                "buttons": [list(button) for button in piece.buttons],
                "media_id": piece.media_id,
                "state": "waiting",
                "vendor_message_id": None,
                "sent_at": None,
            },
        )
        for position, piece in enumerate(parcel.pieces)
    ]
    writes += [Write(_pack, {"b_id": one, "b_parcel": parcel.id, "b_until": now + LEASE}) for one in parcel.owed_ids]
    return writes


def taken(parcel: Parcel, now: datetime) -> Write:
    """A waiting parcel is in a sender's hand again."""
    return Write(_take, {"b_id": parcel.id, "b_maybe_twice": parcel.maybe_twice, "b_at": now})


def put_back(parcel: Parcel, due_at: datetime, reason: str, *, maybe_twice: bool) -> Write:
    """To be tried again, not before a time."""
    return Write(_put_back, {"b_id": parcel.id, "b_due": due_at, "b_reason": reason[:200], "b_twice": maybe_twice})


def piece_ended(piece: Piece, state: str, message_id: str | None, now: datetime) -> Write:
    """One message arrived ("sent", with the vendor's id) or never will ("failed")."""
    return Write(
        _part_ended,
        {"b_id": piece.id, "b_state": state, "b_message": message_id and message_id[:100], "b_at": now},
    )


def picture_dropped(piece: Piece) -> Write:
    """The messenger does not take the picture: its words go alone."""
    return Write(_drop_picture, {"b_id": piece.id})


def redirected(from_address: int, to_address: int) -> list[Write]:
    """All that waits for one address goes to another: a group goes on under an id that was known already."""
    values = {"b_from": from_address, "b_to": to_address}
    return [Write(_redirect, values), Write(_redirect_owed, values)]


async def address_at(connection: Connection, account_id: int, vendor_id: str) -> int | None:
    """The id of a chat by the vendor's id."""
    return (
        await connection.execute(
            select(addresses.c.id).where(addresses.c.account_id == account_id, addresses.c.vendor_id == vendor_id)
        )
    ).scalar()


def ended(parcel: Parcel, state: str, now: datetime, reason: str | None = None) -> list[Write]:
    """The parcel and all that was owed in it came to an end: sent, failed, expired, cancelled."""
    reason = reason and reason[:100]
    return [
        Write(_end, {"b_id": parcel.id, "b_state": state, "b_reason": reason, "b_at": now}),
        *(owed_ended(one, state, now, reason) for one in parcel.owed_ids),
    ]


def owed_ended(owed_id: int, state: str, now: datetime, reason: str | None) -> Write:
    """Something owed came to an end without a parcel, or with one."""
    return Write(_end_owed, {"b_id": owed_id, "b_state": state, "b_reason": reason, "b_at": now})


def held(owed_id: int, reason: str, until: datetime) -> Write:
    """Not now, and why: quiet hours, quota, window."""
    return Write(_hold, {"b_id": owed_id, "b_reason": reason[:100], "b_due": until})


def kept_back(parcel: Parcel, reason: str, due_at: datetime) -> list[Write]:
    """The vendor takes nothing more for now: "quota", until a time; or "window", until the person has written later
    than a time. What is owed in it shows as held, and why."""
    return [
        put_back(parcel, due_at, reason, maybe_twice=parcel.maybe_twice),
        *(held(one, reason, due_at) for one in parcel.owed_ids),
    ]


def released(parcel: Parcel, now: datetime) -> list[Write]:
    """What was held is tried again, and has from now on as much time as anything new."""
    return [
        Write(_begin_anew, {"b_id": parcel.id, "b_at": now}),
        *(Write(_release, {"b_id": one}) for one in parcel.owed_ids),
    ]
