"""Parcels: what a sender takes in hand, and the notes of what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, case, insert, literal_column, null, update

from storage.outbox import Lane, Owing, owe, owed, parcels, parts
from storage.schema import new_id
from storage.writing import Write

HOLDS = ("quota", "window")
"""Reasons for which the vendor takes nothing more for now: not our trouble, so nothing is given up for them."""
LEASE = timedelta(minutes=5)
"""How long a sender may have something in hand before another takes it for lost."""


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
    held: str = ""
    """Why it is held: the vendor refused it for one of HOLDS the last time, or its hour or day was closed."""
    begun: bool = False
    """Some of it has arrived."""


def last_use(ends: Sequence[datetime | None]) -> datetime | None:
    """When the last of several things owed is not wanted any more; None where one of them always is."""
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


_insert = insert(parcels)
_insert_part = insert(parts)
_pack = (
    update(owed)
    .where(owed.c.id == bindparam("b_id"))
    .values(
        parcel_id=bindparam("b_parcel"),
        leased_until=bindparam("b_until"),
        state=case(
            (and_(owed.c.parcel_id.is_(None), literal_column("owed.state IN ('owed', 'held')")), "owed"), else_=null()
        ),
        reason=None,
    )
)
"""Cancelled since it was looked at, it is not packed: the row refuses the NULL, and the sender looks again."""
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
_regain = _put_back.where(literal_column("parcels.state = 'sending'"))
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
    """A new parcel of what was owed already, taken in hand."""
    until = now + LEASE
    packs = [Write(_pack, {"b_id": one, "b_parcel": parcel.id, "b_until": until}) for one in parcel.owed_ids]
    return [*_made(parcel, now), *packs]


def born(parcel: Parcel, owing: Owing, now: datetime) -> list[Write]:
    """What is owed only now, in its new parcel and taken in hand."""
    return [*_made(parcel, now), owe(owing, now, parcel.id, now + LEASE)]


def _made(parcel: Parcel, now: datetime) -> list[Write]:
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
    return writes


def taken(parcel: Parcel, now: datetime) -> Write:
    """A waiting parcel is in a sender's hand again."""
    return Write(_take, {"b_id": parcel.id, "b_maybe_twice": parcel.maybe_twice, "b_at": now})


def put_back(parcel: Parcel, due_at: datetime, reason: str, *, maybe_twice: bool) -> Write:
    """To be tried again, not before a time."""
    return Write(_put_back, {"b_id": parcel.id, "b_due": due_at, "b_reason": reason[:200], "b_twice": maybe_twice})


def regained(parcel: Parcel, now: datetime) -> Write:
    """Nobody knows whether it was written down as taken: if it was, it has not left, and is to be tried again."""
    values = {"b_id": parcel.id, "b_due": now, "b_reason": "its taking was in doubt", "b_twice": parcel.maybe_twice}
    return Write(_regain, values)


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
    than a time. Or its hour or day is closed until a time. What is owed in it shows as held, and why."""
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
