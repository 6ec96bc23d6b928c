"""Moving on: codes for the people of an account that is no more, so that they go on at another as who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import PrimaryKeyConstraint, Table, and_, false, insert, or_, select

from storage.accounts import accounts
from storage.addresses import address_people, addresses
from storage.engine import Connection
from storage.invites import invites
from storage.known import Person, people_by_id
from storage.people import consents
from storage.questions import Question
from storage.schema import metadata, refers

moves = Table(
    "moves",
    metadata,
    refers("invite_id", "invites"),
    refers("account_id", "accounts"),
    PrimaryKeyConstraint("invite_id"),
)
"""`account_id`: whose people the code is for. A process that does not know this table takes it for any code."""

_AT_ONCE = 5000
_broken = or_(accounts.c.enabled == false(), accounts.c.ill_since.is_not(None))


@dataclass(frozen=True, slots=True)
class IsMove(Question[bool]):
    """Whether a code is for people who come from another account."""

    invite_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[IsMove]) -> Sequence[bool]:
        asked = {one.invite_id for one in questions}
        rows = await connection.execute(select(moves.c.invite_id).where(moves.c.invite_id.in_(asked)))
        known = set(rows.scalars())
        return [one.invite_id in known for one in questions]


@dataclass(frozen=True, slots=True)
class HasAgreed(Question[bool]):
    """Whether a person's last answer to this version of the consent text was a yes."""

    person_id: int
    version: str

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[HasAgreed]) -> Sequence[bool]:
        asked = {one.person_id for one in questions}
        rows = await connection.execute(
            select(consents.c.person_id, consents.c.text_version, consents.c.answer)
            .where(consents.c.person_id.in_(asked))
            .order_by(consents.c.answered_at, consents.c.id)
        )
        last = {row.person_id: (row.text_version, row.answer) for row in rows}
        return [last.get(one.person_id) == (one.version, "yes") for one in questions]


@dataclass(frozen=True, slots=True)
class DoorsLeft(Question[tuple[int, ...]]):
    """A person's private chats at accounts that are out of service or refused, and which nobody else uses."""

    person_id: int

    @classmethod
    async def answer(cls, connection: Connection, questions: Sequence[DoorsLeft]) -> Sequence[tuple[int, ...]]:
        return [await _left(connection, one.person_id) for one in questions]


async def _left(connection: Connection, person_id: int) -> tuple[int, ...]:
    others = select(address_people.c.address_id).where(address_people.c.person_id != person_id)
    rows = await connection.execute(
        select(addresses.c.id)
        .join(address_people, address_people.c.address_id == addresses.c.id)
        .join(accounts, accounts.c.id == addresses.c.account_id)
        .where(address_people.c.person_id == person_id, addresses.c.id.not_in(others), _broken)
        .order_by(addresses.c.id)
    )
    return tuple(rows.scalars())


async def stranded(connection: Connection, account_id: int, day: date) -> list[Person]:
    """Who wrote at an account and has no open door at another that works."""
    at_another = (
        select(address_people.c.person_id)
        .join(addresses, addresses.c.id == address_people.c.address_id)
        .join(accounts, accounts.c.id == addresses.c.account_id)
        .where(
            addresses.c.account_id != account_id,
            addresses.c.state == "open",
            accounts.c.enabled,
            accounts.c.ill_since.is_(None),
        )
    )
    rows = await connection.execute(
        select(address_people.c.person_id)
        .join(addresses, addresses.c.id == address_people.c.address_id)
        .where(addresses.c.account_id == account_id, address_people.c.person_id.not_in(at_another))
        .distinct()
    )
    ids = sorted(rows.scalars())
    found: list[Person] = []
    for start in range(0, len(ids), _AT_ONCE):
        people = await people_by_id(connection, ids[start : start + _AT_ONCE], day)
        found += [people[one] for one in sorted(people)]
    return found


async def live_code(connection: Connection, account_id: int, unit_id: int, now: datetime) -> str | None:
    """The code by which a unit's people leave an account, if one is live: it is not made twice."""
    rows = await connection.execute(
        select(invites.c.code)
        .join(moves, and_(moves.c.invite_id == invites.c.id, moves.c.account_id == account_id))
        .where(invites.c.unit_id == unit_id, invites.c.expires_at > now, invites.c.used < invites.c.uses)
        .order_by(invites.c.id.desc())
    )
    return rows.scalar()


async def keep(connection: Connection, invite_id: int, account_id: int) -> None:
    """This code is for the people of an account."""
    await connection.execute(insert(moves), [{"invite_id": invite_id, "account_id": account_id}])
