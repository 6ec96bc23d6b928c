"""Addresses: a private chat or a group at one account, and the people who speak from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    insert,
    update,
)

from storage.schema import Moment, key, metadata, refers
from storage.writing import Write

addresses = Table(
    "addresses",
    metadata,
    key(),
    refers("account_id", "accounts"),
    Column("vendor_id", String(100), nullable=False),
    Column("is_group", Boolean, nullable=False),
    Column("title", String(200)),
    refers("person_id", "persons", nullable=True, index=True),
    Column("state", String(16), nullable=False),
    Column("state_reason", String(100)),
    Column("heard_at", Moment),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("account_id", "vendor_id"),
)
"""`person_id`: who is speaking from it now. `title`: the display name or group name, erasable.
`state`: open, blocked, gone."""

address_people = Table(
    "address_people",
    metadata,
    refers("address_id", "addresses"),
    refers("person_id", "persons", index=True),
    Column("linked_at", Moment, nullable=False),
    PrimaryKeyConstraint("address_id", "person_id"),
)
"""Everybody who may speak from an address: two people can share a phone."""

group_bindings = Table(
    "group_bindings",
    metadata,
    key(),
    refers("address_id", "addresses", index=True),
    refers("unit_id", "units", index=True),
    refers("bound_by", "persons", nullable=True),
    Column("bound_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
"""Which place a group belongs to; the last row without ended_at holds."""

LEFT = "left for another account"
"""Why a private chat is closed whose person goes on elsewhere."""

_insert = insert(addresses)
_insert_link = insert(address_people)
_insert_binding = insert(group_bindings)
_heard = update(addresses).where(addresses.c.id == bindparam("b_id")).values(heard_at=bindparam("b_at"), state="open")
_state = (
    update(addresses)
    .where(addresses.c.id == bindparam("b_id"))
    .values(state=bindparam("b_state"), state_reason=bindparam("b_reason"))
)
_speaker = update(addresses).where(addresses.c.id == bindparam("b_id")).values(person_id=bindparam("b_person"))
_moved = update(addresses).where(addresses.c.id == bindparam("b_id")).values(vendor_id=bindparam("b_vendor_id"))
_hold = update(addresses).where(addresses.c.id == bindparam("b_address")).values(is_group=addresses.c.is_group)
"""Changes nothing, and makes others who bind the same group at the same moment wait: so they see this binding."""
_unbind = (
    update(group_bindings)
    .where(
        group_bindings.c.address_id == bindparam("b_address"),
        group_bindings.c.ended_at.is_(None),
        group_bindings.c.id != bindparam("b_but"),
    )
    .values(ended_at=bindparam("b_at"))
)


def opened(door_id: int, account_id: int, vendor_id: str, is_group: bool, title: str, now: datetime) -> Write:
    """A chat that was not known before."""
    return Write(
        _insert,
        {
            "id": door_id,
            "account_id": account_id,
            "vendor_id": vendor_id,
            "is_group": is_group,
            "title": title[:200],
            "person_id": None,
            "state": "open",
            "state_reason": None,
            "heard_at": now,
            "created_at": now,
        },
    )


def heard(door_id: int, at: datetime) -> Write:
    """Somebody wrote from there: it is open again, whatever it was before."""
    return Write(_heard, {"b_id": door_id, "b_at": at})


def closed(door_id: int, state: str, reason: str) -> Write:
    """Nothing reaches it any more: "blocked" by the person, or "gone" (the group,
    the bot's place in it, or the right to write)."""
    return Write(_state, {"b_id": door_id, "b_state": state, "b_reason": reason[:100]})


def speaks(door_id: int, person_id: int | None) -> Write:
    """Who is speaking from a private chat from now on."""
    return Write(_speaker, {"b_id": door_id, "b_person": person_id})


def linked(door_id: int, person_id: int, now: datetime) -> Write:
    """One more person who may speak from a chat. Write it only where they were not linked already."""
    return Write(_insert_link, {"address_id": door_id, "person_id": person_id, "linked_at": now})


def moved(door_id: int, vendor_id: str) -> Write:
    """A group that goes on under another id."""
    return Write(_moved, {"b_id": door_id, "b_vendor_id": vendor_id})


def bound(binding_id: int, door_id: int, unit_id: int, by_person_id: int | None, now: datetime) -> list[Write]:
    """This group belongs to a place now; an earlier binding ends."""
    return [
        Write(
            _insert_binding,
            {
                "id": binding_id,
                "address_id": door_id,
                "unit_id": unit_id,
                "bound_by": by_person_id,
                "bound_at": now,
                "ended_at": None,
            },
        ),
        Write(_hold, {"b_address": door_id}),
        Write(_unbind, {"b_address": door_id, "b_at": now, "b_but": binding_id}),
    ]


def unbound(door_id: int, now: datetime) -> Write:
    return Write(_unbind, {"b_address": door_id, "b_at": now, "b_but": 0})
