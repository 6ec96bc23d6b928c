"""Whose session is ended for its silence in the middle of a statement, and whose is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.claims import taken
from storage.engine import Connection, Database
from storage.silence import end_silent

MOMENT = timedelta(milliseconds=100)
"""Instead of five seconds."""


@pytest.fixture
async def both(url: str) -> AsyncIterator[tuple[Database, Database]]:
    """Two processes' ways to one database."""
    one, two = Database(url), Database(url)
    yield one, two
    await one.close()
    await two.close()


async def prepares(connection: Connection) -> asyncpg.Connection:
    """Have a statement prepared and say no more: the server waits in the middle of it."""
    raw = (await connection.get_raw_connection()).driver_connection
    assert isinstance(raw, asyncpg.Connection)
    await raw.prepare("select 1")
    return raw


async def writes(connection: Connection) -> bool:
    await connection.execute(text("update form_versions set valid_from = valid_from"))
    return True


async def claims(connection: Connection) -> bool:
    return bool(await taken(connection, ["a chat"]))


async def reads(connection: Connection) -> bool:
    await connection.execute(text("select * from form_versions"))
    return True


Holds = Callable[[Connection], Awaitable[bool]]


async def ended(database: Database, silence: timedelta = MOMENT) -> int:
    async with database.read() as connection:
        return await end_silent(connection, silence)


async def silent(database: Database) -> None:
    """Wait until somebody has been waited for longer than is borne."""
    waits = "select count(*) from pg_stat_activity where state = 'active' and wait_event = 'ClientRead'"
    async with asyncio.timeout(10), database.engine.connect() as connection:
        while not (
            await connection.execute(text(f"{waits} and state_change < clock_timestamp() - interval '0.1 s'"))
        ).scalar():
            await connection.rollback()


@pytest.mark.parametrize("holds", [writes, claims])
async def test_who_holds_something_and_is_silent_is_ended(both: tuple[Database, Database], holds: Holds) -> None:
    one, two = both
    found: list[int] = []

    async def held_in_silence() -> None:
        async with one.write() as connection:
            await holds(connection)
            await prepares(connection)
            found.append(await ended(two, timedelta(minutes=1)))
            await silent(two)
            found.append(await ended(two))
            async with asyncio.timeout(10), two.write() as other:
                while not await holds(other):
                    await asyncio.sleep(0.01)

    with pytest.raises(DBAPIError):  # which of several, tells how much of the end it has read by then
        await held_in_silence()
    assert found == [0, 1], "a moment is no silence"


async def test_who_only_reads_is_let_be(both: tuple[Database, Database]) -> None:
    one, two = both
    async with one.read() as connection:
        await reads(connection)
        raw = await prepares(connection)
        await silent(two)
        assert await ended(two) == 0
        assert not raw.is_closed()


async def test_who_waits_for_the_server_is_let_be(both: tuple[Database, Database]) -> None:
    """Its statement is long; it is the server that works."""
    one, two = both
    async with one.write() as connection:
        await writes(connection)
        long = asyncio.ensure_future(connection.execute(text("select pg_sleep(0.5)")))
        while not long.done():
            assert await ended(two) == 0
        await long


async def test_another_program_with_our_role_is_let_be(both: tuple[Database, Database], url: str) -> None:
    _one, two = both
    made = two.url
    other = await asyncpg.connect(user=made.username, database=made.database, host=made.query["host"])
    await other.execute("begin")
    await other.execute("update form_versions set valid_from = valid_from")
    await other.prepare("select 1")
    await silent(two)
    assert await ended(two) == 0
    await other.close()
