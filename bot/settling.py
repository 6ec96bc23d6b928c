"""Ends broadcasts: what became of their messages is carried to the recipients, and the author is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.clock import Clock
from handlers.chat.broadcast.progress import told
from handlers.turn import Surroundings
from locales import Reader, render
from storage import broadcasts
from storage.audience import by_address
from storage.broadcasts import Progress
from storage.engine import Connection, Database
from storage.known import people_by_id
from storage.outbox import Lane, Owing, owe
from storage.writing import apply

log = logging.getLogger(__name__)


async def settle(database: Database, clock: Clock, around: Callable[[], Surroundings]) -> list[Progress]:
    """One look at all open broadcasts; returns those whose author is told something by it."""
    async with database.read() as connection:
        if not await broadcasts.open_ones(connection):
            return []
    async with database.write() as connection:
        telling = await broadcasts.settle(connection, clock.now())
        owing = await _to_authors(connection, telling, clock, around())
        await apply(connection, [owe(one, clock.now()) for one in owing])
    for one in telling:
        log.info(
            "action=broadcast id=%d state=%s told=%s people=%d groups=%d cancelled=%d missed=%d",
            *(one.id, one.state, one.told, one.people_sent, one.groups_sent, one.cancelled, sum(one.missed.values())),
        )
    return telling


async def _to_authors(
    connection: Connection, telling: list[Progress], clock: Clock, around: Surroundings
) -> list[Owing]:
    doors = await by_address(connection, [one.author_address_id for one in telling])
    today = clock.now().astimezone(around.zone).date()
    authors = await people_by_id(connection, [one.author_id for one in telling], today)
    owing: list[Owing] = []
    for one in telling:
        door, author = doors.get(one.author_address_id), authors.get(one.author_id)
        if door is None or author is None or door.state != "open":
            continue
        reader = Reader(author.language or around.language, author.address_form or "bác")
        owing.append(
            Owing(
                door.account_id,
                door.id,
                author.id,
                "broadcast-progress",
                Lane.REPLY,
                render(told(one), reader),
                cause_id=one.id,
            )
        )
    return owing
