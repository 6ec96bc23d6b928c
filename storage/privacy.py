"""How a person is erased: personal words go, numbers and the evidence of consent stay."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, Delete, Select, Update, and_, bindparam, delete, exists, func, or_, select, update

from storage.addresses import address_people, addresses
from storage.checkins import checkin_texts
from storage.conversations import conversations
from storage.invites import invites
from storage.journal import journal
from storage.media import media, media_bytes
from storage.occurrences import occurrences
from storage.outbox import owed, parts
from storage.people import memberships, person_details, persons
from storage.tutorials import lesson_requests, requests
from storage.writing import Write

ABOUT_A_PERSON = ("joined", "renamed")
"""Kinds of messages to others that name a person; their `cause_id` is that person."""

_EMPTY = b"{}"


def hushed(person_id: int, now: datetime) -> Write:
    """What is owed to somebody unprompted and has not been taken in hand is cancelled; replies still go."""
    return Write(_hush, {"b_person": person_id, "b_now": now})


def forgotten(person_id: int, journal_id: int, day: date, now: datetime) -> list[Write]:
    """Erase a person's words everywhere. `journal_id`: the event of this wish; what it causes is still to be sent.

    On a shared phone the raw events of both are erased, as nobody can tell them apart; the other stays enrolled.
    """
    values = {"b_person": person_id, "b_journal": journal_id, "b_day": day, "b_now": now}
    return [_write(statement, values) for statement in _FORGET]


def chat_forgotten(address_id: int, journal_id: int, now: datetime) -> list[Write]:
    """Erase what a stranger left: the name of the chat and the words of its events. Evidence of a "no" stays."""
    values = {"b_door": address_id, "b_journal": journal_id, "b_now": now}
    return [_write(statement, values) for statement in _FORGET_CHAT]


def _write(statement: Update | Delete, values: dict[str, Any]) -> Write:
    """Only the values that the statement asks for: SQLite's driver refuses more."""
    asked = statement.compile().params.keys()
    return Write(statement, {name: value for name, value in values.items() if name in asked})


_PERSON: BindParameter[Any] = bindparam("b_person")
_JOURNAL: BindParameter[Any] = bindparam("b_journal")
_NOW: BindParameter[Any] = bindparam("b_now")
_DAY: BindParameter[Any] = bindparam("b_day")
_DOOR: BindParameter[Any] = bindparam("b_door")

_theirs: Select[Any] = select(address_people.c.address_id).where(address_people.c.person_id == _PERSON)
_others = select(address_people.c.address_id).where(address_people.c.person_id != _PERSON)

_next_here = (
    select(address_people.c.person_id)
    .where(address_people.c.address_id == addresses.c.id, address_people.c.person_id != _PERSON)
    .order_by(address_people.c.linked_at)
    .limit(1)
    .scalar_subquery()
)


def _said_from(doors: Any) -> Any:
    """The conversation keys (chat:speaker) under which the events of some private doors are journaled."""
    own, group = addresses.alias("own"), addresses.alias("grp")
    private = (
        select(own.c.vendor_id + ":" + conversations.c.speaker)
        .join(conversations, conversations.c.address_id == own.c.id)
        .where(own.c.id.in_(doors))
    )
    in_person = select(own.c.vendor_id + ":" + own.c.vendor_id).where(own.c.id.in_(doors))
    in_groups = (
        select(group.c.vendor_id + ":" + own.c.vendor_id)
        .join(group, and_(group.c.account_id == own.c.account_id, group.c.is_group))
        .where(own.c.id.in_(doors))
    )
    accounts = select(addresses.c.account_id).where(addresses.c.id.in_(doors))
    return and_(
        journal.c.account_id.in_(accounts),
        or_(*(journal.c.conversation.in_(keys) for keys in (private, in_person, in_groups))),
        or_(journal.c.state != "new", journal.c.id == _JOURNAL),
    )


def _owed_to(mine: Any) -> tuple[Update, Update, Update]:
    """Cancel what has not left, then blank the words of all that ended, in the outbox and in its parcels."""
    mine = and_(mine, or_(owed.c.cause_id.is_(None), owed.c.cause_id != _JOURNAL))
    ended = and_(mine, owed.c.state.not_in(("owed", "held")))
    return (
        update(owed)
        .where(mine, owed.c.state.in_(("owed", "held")), owed.c.parcel_id.is_(None))
        .values(state="cancelled", reason="forgotten", ended_at=_NOW),
        update(parts)
        .where(parts.c.parcel_id.in_(select(owed.c.parcel_id).where(ended, owed.c.parcel_id.is_not(None))))
        .values(words="", buttons=[]),
        update(owed).where(ended).values(words="", choices=[]),
    )


_hush = (
    update(owed)
    .where(
        owed.c.person_id == _PERSON,
        owed.c.lane > 0,
        owed.c.state.in_(("owed", "held")),
        owed.c.parcel_id.is_(None),
    )
    .values(state="cancelled", reason="they wish no messages", ended_at=_NOW)
)

_their_events = select(journal.c.id).where(_said_from(_theirs))
_to_them = or_(
    owed.c.person_id == _PERSON,
    and_(owed.c.person_id.is_(None), owed.c.address_id.in_(_theirs)),
    and_(owed.c.kind.in_(ABOUT_A_PERSON), owed.c.cause_id == _PERSON),
    and_(owed.c.kind.not_in(("reply", "broadcast")), owed.c.cause_id.in_(_their_events)),
)
"""Said to them, about them to others, or passed on from their words."""


def _unnamed(column: Any) -> Update:
    """Their full name is taken out of what was said to others (digests, the texts that were posted)."""
    name = select(person_details.c.name).where(person_details.c.person_id == _PERSON).scalar_subquery()
    whole = exists().where(person_details.c.person_id == _PERSON, person_details.c.name.contains(" "))
    return (
        update(column.table).where(column.contains(name), whole).values({column.name: func.replace(column, name, "…")})
    )


_FORGET: tuple[Update | Delete, ...] = (
    update(journal).where(_said_from(_theirs)).values(body=_EMPTY),
    *_owed_to(_to_them),
    *(_unnamed(column) for column in (owed.c.words, parts.c.words, occurrences.c.words)),
    delete(checkin_texts).where(checkin_texts.c.person_id == _PERSON),
    update(lesson_requests).where(lesson_requests.c.person_id == _PERSON).values(query=None),
    update(requests)
    .where(requests.c.person_id == _PERSON, requests.c.state == "open")
    .values(state="closed", answered_at=_NOW),
    update(requests).where(requests.c.person_id == _PERSON).values(words="", answer=None),
    delete(media_bytes).where(media_bytes.c.media_id.in_(select(media.c.id).where(media.c.person_id == _PERSON))),
    update(media)
    .where(media.c.person_id == _PERSON)
    .values(state="gone", reason="forgotten", source=None, sha256=None, ended_at=_NOW),
    update(conversations)
    .where(conversations.c.address_id.in_(_theirs), conversations.c.address_id.not_in(_others))
    .values(dialogue=None, step=None, draft={}, question=None, asked_at=None, memory={}),
    update(addresses).where(addresses.c.id.in_(_theirs), addresses.c.id.not_in(_others)).values(title=None),
    update(addresses).where(addresses.c.person_id == _PERSON).values(person_id=_next_here),
    delete(address_people).where(address_people.c.person_id == _PERSON),
    update(invites).where(invites.c.person_id == _PERSON).values(expires_at=_NOW),
    update(memberships)
    .where(memberships.c.person_id == _PERSON, or_(memberships.c.valid_to.is_(None), memberships.c.valid_to > _DAY))
    .values(valid_to=_DAY),
    delete(person_details).where(person_details.c.person_id == _PERSON),
    update(persons)
    .where(persons.c.id == _PERSON)
    .values(forgotten_at=_NOW, language=None, address_form=None, preferred_address_id=None),
)

_FORGET_CHAT: tuple[Update | Delete, ...] = (
    update(journal).where(_said_from(select(addresses.c.id).where(addresses.c.id == _DOOR))).values(body=_EMPTY),
    *_owed_to(and_(owed.c.address_id == _DOOR, owed.c.person_id.is_(None))),
    update(addresses).where(addresses.c.id == _DOOR).values(title=None),
)
