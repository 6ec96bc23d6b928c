"""People: who they are, where they serve and since when, what they agreed to."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, Date, ForeignKey, Index, String, Table, Text, bindparam, insert, update

from storage.schema import Id, Moment, key, metadata, refers
from storage.writing import Write

persons = Table(
    "persons",
    metadata,
    key(),
    Column("language", String(8)),
    Column("address_form", String(8)),
    Column("preferred_address_id", Id),
    Column("stopped_at", Moment),
    Column("forgotten_at", Moment),
    Column("created_at", Moment, nullable=False),
)
"""A person, without anything personal: that is in person_details and can be erased."""

person_details = Table(
    "person_details",
    metadata,
    Column("person_id", Id, ForeignKey("persons.id", deferrable=True, initially="DEFERRED"), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("name_folded", String(200), nullable=False, index=True),
    Column("phone", String(20), index=True),
    Column("extra", Text),
)
memberships = Table(
    "memberships",
    metadata,
    key(),
    refers("person_id", "persons", index=True),
    refers("unit_id", "units", index=True),
    refers("team_id", "teams", nullable=True),
    Column("role", String(16), nullable=False),
    Column("title", String(40)),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)
"""Where a person serves and as what: member, leader, commune_lead, admin. `title` keeps a finer word (tổ phó)."""

consents = Table(
    "consents",
    metadata,
    key(),
    refers("person_id", "persons", nullable=True, index=True),
    refers("address_id", "addresses", index=True),
    Column("text_version", String(16), nullable=False),
    Column("answer", String(12), nullable=False),
    Column("event_id", String(80), nullable=False),
    Column("answered_at", Moment, nullable=False),
)
"""Evidence of a yes, a no, or a withdrawal (Decree 356/2025: the controller keeps it)."""

leaves = Table(
    "leaves",
    metadata,
    key(),
    refers("person_id", "persons"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_leaves_person_last", "person_id", "last_day"),
)

_add = insert(persons)
_add_details = insert(person_details)
_add_membership = insert(memberships)
_rename = (
    update(person_details)
    .where(person_details.c.person_id == bindparam("b_id"))
    .values(name=bindparam("b_name"), name_folded=bindparam("b_folded"))
)
_speak = update(persons).where(persons.c.id == bindparam("b_id")).values(language=bindparam("b_language"))
_prefer = update(persons).where(persons.c.id == bindparam("b_id")).values(preferred_address_id=bindparam("b_address"))
_prefer_instead = (
    update(persons)
    .where(persons.c.id == bindparam("b_id"), persons.c.preferred_address_id == bindparam("b_before"))
    .values(preferred_address_id=bindparam("b_address"))
)
_address = update(persons).where(persons.c.id == bindparam("b_id")).values(address_form=bindparam("b_form"))
_stop = update(persons).where(persons.c.id == bindparam("b_id")).values(stopped_at=bindparam("b_at"))


def added(person_id: int, name: str, name_folded: str, phone: str | None, now: datetime) -> list[Write]:
    """A new person. `phone` is E.164 (+84…) or None."""
    row = {
        "id": person_id,
        "language": None,
        "address_form": None,
        "preferred_address_id": None,
        "stopped_at": None,
        "forgotten_at": None,
        "created_at": now,
    }
    details = {"person_id": person_id, "name": name, "name_folded": name_folded, "phone": phone, "extra": None}
    return [Write(_add, row), Write(_add_details, details)]


def serves(
    membership_id: int,
    person_id: int,
    unit_id: int,
    team_id: int | None,
    role: str,
    today: date,
    title: str | None = None,
) -> Write:
    """A person serves at a place from a day on."""
    return Write(
        _add_membership,
        {
            "id": membership_id,
            "person_id": person_id,
            "unit_id": unit_id,
            "team_id": team_id,
            "role": role,
            "title": title,
            "valid_from": today,
            "valid_to": None,
        },
    )


def renamed(person_id: int, name: str, name_folded: str) -> Write:
    return Write(_rename, {"b_id": person_id, "b_name": name, "b_folded": name_folded})


def speaks_language(person_id: int, language: str) -> Write:
    return Write(_speak, {"b_id": person_id, "b_language": language})


def prefers(person_id: int, address_id: int) -> Write:
    """The door to write to from now on, as the person said."""
    return Write(_prefer, {"b_id": person_id, "b_address": address_id})


def prefers_instead(person_id: int, before: int, address_id: int) -> Write:
    """Another door in the place of the one they had chosen, if it was that one."""
    return Write(_prefer_instead, {"b_id": person_id, "b_before": before, "b_address": address_id})


def addressed_as(person_id: int, form: str) -> Write:
    """bác, anh, chị, …: as the person chose."""
    return Write(_address, {"b_id": person_id, "b_form": form})


def stopped(person_id: int, at: datetime | None) -> Write:
    """No more unprompted messages (None: welcome again)."""
    return Write(_stop, {"b_id": person_id, "b_at": at})
