"""Invitations: six digits that let a person in, or bind a group. The questions asked of `invites`."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import places, seats
from storage.finding import Place
from storage.invites import invites
from storage.moves import moves
from storage.questions import Question
from storage.schema import new_id
from storage.teams import ensure_team
from storage.writing import Write

DEFAULT_USES, DEFAULT_DAYS = 50, 30
_DEAD_FOR = timedelta(days=90)
_EASY = frozenset({"123456", "654321", "234567", "345678", "456789", "987654", "876543", "765432", "543210"})


class Purpose(StrEnum):
    ENROL = "enrol"
    GROUP = "group"


class WhyNot(StrEnum):
    """Why a code does not open the door."""

    UNKNOWN = "unknown"
    USED_UP = "used_up"
    EXPIRED = "expired"


class CodesExhausted(RuntimeError):
    """No free six-digit code was found: far too many are live."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A code and what it opens. `person_id`: meant for one known person. `place`: filled in where it was asked for."""

    id: int
    code: str
    purpose: Purpose
    unit_id: int
    team_id: int | None
    role: str | None
    uses: int
    used: int
    created_at: datetime
    expires_at: datetime
    created_by: int | None = None
    person_id: int | None = None
    place: Place | None = None

    def why_not(self, now: datetime) -> WhyNot | None:
        """None while the code is live."""
        if now >= self.expires_at:
            return WhyNot.EXPIRED
        return WhyNot.USED_UP if self.used >= self.uses else None


def new_code() -> str:
    """Six digits that are hard to guess or mistake: no leading zero, not begun like a year, not 111111 or 123456."""
    while True:
        code = str(100_000 + secrets.randbelow(900_000))
        if code[:2] not in ("19", "20") and len(set(code)) > 1 and code not in _EASY:
            return code


def issue(
    code: str,
    *,
    unit_id: int,
    team_id: int | None,
    role: str | None,
    now: datetime,
    uses: int = DEFAULT_USES,
    days: int = DEFAULT_DAYS,
    created_by: int | None = None,
    purpose: Purpose = Purpose.ENROL,
    person_id: int | None = None,
) -> tuple[Invite, Write]:
    """An invite with a code known to be free (`FreeCode`), and what to write for it."""
    if uses < 1 or days < 1:
        raise ValueError("an invite is for at least one use and one day")
    invite = Invite(
        id=new_id(),
        code=code,
        purpose=purpose,
        unit_id=unit_id,
        team_id=team_id,
        role=role,
        uses=uses,
        used=0,
        created_at=now,
        expires_at=now + timedelta(days=days),
        created_by=created_by,
        person_id=person_id,
    )
    return invite, Write(INSERT, {name: getattr(invite, name) for name in invites.columns.keys()})  # noqa: SIM118


async def create(
    connection: AsyncConnection,
    *,
    unit_id: int,
    team_id: int | None,
    role: str | None,
    now: datetime,
    uses: int = DEFAULT_USES,
    days: int = DEFAULT_DAYS,
    created_by: int | None = None,
    purpose: Purpose = Purpose.ENROL,
    person_id: int | None = None,
) -> Invite:
    """A new invite, written; codes dead for 90 days are forgotten first. Raises CodesExhausted."""
    await _forget_the_dead(connection, now)
    (code,) = await free_codes(connection, 1)
    invite, write = issue(
        code,
        unit_id=unit_id,
        team_id=team_id,
        role=role,
        now=now,
        uses=uses,
        days=days,
        created_by=created_by,
        purpose=purpose,
        person_id=person_id,
    )
    await connection.execute(write.statement, [write.values])
    return invite


async def create_for(
    connection: AsyncConnection,
    place: Place,
    *,
    role: str,
    now: datetime,
    day: date,
    uses: int = DEFAULT_USES,
    created_by: int | None = None,
) -> Invite:
    """A new invite into the place's own team, which is made if there is none. Raises CodesExhausted."""
    team_id = await ensure_team(connection, place, day)
    invite = await create(
        connection, unit_id=place.id, team_id=team_id, role=role, now=now, uses=uses, created_by=created_by
    )
    return replace(invite, place=place)


def use(invite_id: int) -> Write:
    """One use taken. Never counts beyond the limit, even when the last use is taken twice in one batch."""
    return Write(_USE, {"its_id": invite_id})


async def find(connection: AsyncConnection, code: str, now: datetime) -> Invite | WhyNot:
    """The live invite of a code, or why there is none."""
    found = await _by_codes(connection, [code])
    invite = found.get(code)
    return WhyNot.UNKNOWN if invite is None else invite.why_not(now) or invite


@dataclass(frozen=True, slots=True)
class WhichInvite(Question[Invite | WhyNot]):
    """A code somebody gave: the live invite with its place as of a day, or why it opens nothing."""

    code: str
    now: datetime
    day: date

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[WhichInvite]) -> Sequence[Invite | WhyNot]:
        found = await _by_codes(connection, [question.code for question in questions])
        where: dict[tuple[int, date], Place] = {}
        for day in {question.day for question in questions}:
            units = [invite.unit_id for invite in found.values()]
            where |= {(unit, day): place for unit, place in (await places.by_ids(connection, units, day)).items()}
        return [question._judge(found.get(question.code), where) for question in questions]

    def _judge(self, invite: Invite | None, where: dict[tuple[int, date], Place]) -> Invite | WhyNot:
        if invite is None:
            return WhyNot.UNKNOWN
        return invite.why_not(self.now) or replace(invite, place=where.get((invite.unit_id, self.day)))


@dataclass(frozen=True, slots=True)
class FreeCode(Question[str]):
    """A code for a new invite, free at this moment; each question of a batch gets its own."""

    @classmethod
    async def answer(cls, connection: AsyncConnection, questions: Sequence[FreeCode]) -> Sequence[str]:
        return await free_codes(connection, len(questions))


async def free_codes(connection: AsyncConnection, count: int) -> list[str]:
    """As many different codes that no row bears. Raises CodesExhausted."""
    free: dict[str, None] = {}
    for _attempt in range(20):
        drawn = {new_code() for _ in range(count - len(free))} - free.keys()
        taken = await _taken(connection, drawn)
        free |= dict.fromkeys(drawn - taken)
        if len(free) >= count:
            return list(free)
    raise CodesExhausted("no free invite code after twenty tries")


async def _forget_the_dead(connection: AsyncConnection, now: datetime) -> None:
    dead = select(invites.c.id).where(invites.c.expires_at < now - _DEAD_FOR)
    ids = list((await connection.execute(dead)).scalars())
    await seats.forget(connection, ids)
    await connection.execute(delete(moves).where(moves.c.invite_id.in_(ids)))
    await connection.execute(delete(invites).where(invites.c.id.in_(ids)))


INSERT = insert(invites)
_USE = (
    update(invites)
    .where(invites.c.id == bindparam("its_id"), invites.c.used < invites.c.uses)
    .values(used=invites.c.used + 1)
)


async def _taken(connection: AsyncConnection, codes: Collection[str]) -> set[str]:
    rows = await connection.execute(select(invites.c.code).where(invites.c.code.in_(sorted(codes))))
    return set(rows.scalars())


async def _by_codes(connection: AsyncConnection, codes: Collection[str]) -> dict[str, Invite]:
    rows = await connection.execute(select(invites).where(invites.c.code.in_(sorted(set(codes)))))
    return {row.code: _invite(row) for row in rows}


def _invite(row: Row[Any]) -> Invite:
    return Invite(
        id=row.id,
        code=row.code,
        purpose=Purpose(row.purpose),
        unit_id=row.unit_id,
        team_id=row.team_id,
        role=row.role,
        uses=row.uses,
        used=row.used,
        created_at=row.created_at,
        expires_at=row.expires_at,
        created_by=row.created_by,
        person_id=row.person_id,
    )
