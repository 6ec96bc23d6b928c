"""What a stretch of life amounted to: for the demo's print-out and for audits."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select

from storage.addresses import addresses
from storage.checkins import checkins, replacements
from storage.engine import Connection
from storage.journal import journal
from storage.media import media, media_bytes
from storage.occurrences import occurrences
from storage.outbox import owed
from storage.people import consents
from storage.tutorials import lesson_requests, requests
from storage.units import unit_versions


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the whole database. `in_force`: entries that count; `owed`: messages by their state."""

    events: int
    enrolled: int
    entries: int
    in_force: int
    lessons: int
    questions: int
    reminders: int
    owed: dict[str, int]
    jobs: dict[str, int]


async def figures(connection: Connection) -> Figures:
    """Count everything once."""
    in_force = and_(checkins.c.kind != "withdrawal", checkins.c.id.not_in(select(replacements.c.replaced_id)))

    async def count(query: object) -> int:
        return int((await connection.execute(query)).scalar_one())  # type: ignore[call-overload]

    owed_rows = await connection.execute(select(owed.c.state, func.count()).group_by(owed.c.state))
    job_rows = await connection.execute(
        select(occurrences.c.job, occurrences.c.state, func.count()).group_by(occurrences.c.job, occurrences.c.state)
    )
    return Figures(
        events=await count(select(func.count()).select_from(journal)),
        enrolled=await count(select(func.count()).select_from(consents).where(consents.c.answer == "yes")),
        entries=await count(select(func.count()).select_from(checkins)),
        in_force=await count(select(func.count()).select_from(checkins).where(in_force)),
        lessons=await count(select(func.count()).select_from(lesson_requests)),
        questions=await count(select(func.count()).select_from(requests)),
        reminders=await count(select(func.count()).select_from(owed).where(owed.c.kind == "remind-members")),
        owed={row[0]: row[1] for row in owed_rows},
        jobs={f"{row[0]} {row[1]}": row[2] for row in job_rows},
    )


async def posts(connection: Connection, chat: str) -> list[str]:
    """What a group received from the clock and from broadcasts, oldest first."""
    rows = await connection.execute(
        select(owed.c.words)
        .join(addresses, addresses.c.id == owed.c.address_id)
        .where(addresses.c.vendor_id == chat, owed.c.state == "sent", owed.c.kind != "reply")
        .order_by(owed.c.id)
    )
    return [row.words for row in rows]


async def pictures(connection: Connection) -> list[tuple[str, bytes]]:
    """Every picture that the clock posted: a file name from job, place and period, and its bytes."""
    rows = await connection.execute(
        select(occurrences.c.job, occurrences.c.period, unit_versions.c.name, media_bytes.c.content)
        .join(media, media.c.id == occurrences.c.media_id)
        .join(media_bytes, media_bytes.c.media_id == media.c.id)
        .join(unit_versions, and_(unit_versions.c.unit_id == occurrences.c.unit_id, unit_versions.c.valid_to.is_(None)))
        .order_by(unit_versions.c.name)
    )
    return [(f"{row.period}-{row.name}".replace(" ", "-").replace("/", "-"), row.content) for row in rows]
