"""A town whose clock strikes: groups that are bound, jobs that are fired, what the rows say."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update

from bot import scheduler
from bot.firing import Fired, Firings
from locales import Week
from storage import addresses, counting, people, unit_settings
from storage.addresses import addresses as address_table
from storage.engine import Connection
from storage.occurrences import occurrences
from storage.people import leaves
from storage.schema import new_id
from storage.tally import Tally
from storage.writing import apply
from tests.town import Chat, Speaker, Town

HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of autumn 2026 on the village clock: at(23, 7, 30) is Monday morning after week 47."""
    return datetime(2026, month, day, hour, minute, tzinfo=HERE).astimezone(UTC)


THURSDAY, FRIDAY_GROUPS, FRIDAY = at(19, 19), at(20, 18, 30), at(20, 19)
MONDAY_TALLY, MONDAY_LEADS, MONDAY_ADMINS = at(23, 7, 30), at(23, 7, 45), at(23, 8)


@dataclass
class Clockwork:
    """The clock of a town."""

    town: Town
    firings: Firings = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process on the same database."""
        self.firings = Firings(self.town.database, self.town.clock, lambda: self.town.around)

    async def strikes(self, moment: datetime) -> list[Fired]:
        """The clock reaches a moment, and the service looks at it."""
        self.town.clock.move_to(moment)
        return await self.firings.tick()

    async def run(self, job: str, moment: datetime | None = None, week: str = "") -> Fired:
        """An operator fires a job by hand."""
        return await self.firings.fire(scheduler.named(job), moment, Week.parse(week) if week else None)

    async def group(self, title: str, path: str) -> Chat:
        """A group bound to a place."""
        chat, address_id = self.town.group(title), new_id()
        unit_id = await self.town.place(path)
        async with self.town.database.write() as connection:
            opened = addresses.opened(
                address_id, self.town.channel.account_id, chat.vendor_id, True, title, self.town.now
            )
            await apply(connection, [opened, *addresses.bound(new_id(), address_id, unit_id, None, self.town.now)])
        return chat

    async def names_on(self, path: str = "") -> None:
        """A unit whose villages may be named from the first day."""
        await self.setting(path, "names", True)

    async def setting(self, path: str, name: str, value: Any) -> None:
        unit_id = await self.town.place(path, "site" if path == "" else "")
        async with self.town.database.write() as connection:
            await unit_settings.set_setting(connection, unit_id, name, value, self.town.now)

    async def away(self, who: Speaker, first: date, last: date) -> None:
        row = {"id": new_id(), "person_id": who.person_id, "first_day": first, "last_day": last}
        await self._write(insert(leaves).values(**row, created_at=self.town.now))

    async def serves_too(self, who: Speaker, path: str, role: str) -> None:
        """A second membership of somebody known."""
        assert who.person_id is not None
        unit_id = await self.town.place(path)
        service = people.serves(new_id(), who.person_id, unit_id, self.town.teams[path], role, date(2025, 7, 1))
        async with self.town.database.write() as connection:
            await apply(connection, [service])

    async def wants_no_messages(self, who: Speaker) -> None:
        assert who.person_id is not None
        async with self.town.database.write() as connection:
            await apply(connection, [people.stopped(who.person_id, self.town.now)])

    async def blocks(self, chat: Chat) -> None:
        table = address_table
        await self._write(update(table).where(table.c.vendor_id == chat.vendor_id).values(state="blocked"))

    async def shares_phone(self, who: Speaker, person_id: int) -> None:
        """A second person speaks from somebody's phone."""
        async with self.town.database.write() as connection:
            door = await connection.scalar(select(address_table.c.id).where(address_table.c.vendor_id == who.vendor_id))
            assert door is not None
            await apply(connection, [addresses.linked(door, person_id, self.town.now)])

    async def second_door(self, who: Speaker) -> Chat:
        """Another private chat of the same person."""
        assert who.person_id is not None
        chat, address_id = Chat(self.town, f"{who.vendor_id}-2"), new_id()
        async with self.town.database.write() as connection:
            opened = addresses.opened(
                address_id, self.town.channel.account_id, chat.vendor_id, False, who.name, self.town.now
            )
            await apply(connection, [opened, addresses.linked(address_id, who.person_id, self.town.now)])
        return chat

    async def row(self, job: str, path: str = "", provisional: bool = False) -> Any:
        """The newest row of a job for a place."""
        unit_id = self.town.places[path]
        async with self.town.database.read() as connection:
            rows = await connection.execute(
                select(occurrences)
                .where(
                    occurrences.c.job == job,
                    occurrences.c.unit_id == unit_id,
                    occurrences.c.provisional == provisional,
                )
                .order_by(occurrences.c.period.desc())
            )
            return rows.first()

    async def tally(self, week: str, path: str | None = None) -> Tally:
        unit_id = None if path is None else self.town.places[path]
        monday = Week.parse(week).monday
        async with self.town.database.read() as connection:
            found = await counting.tally(connection, monday, unit_id, as_of=self.town.now.astimezone(HERE).date())
        assert found is not None
        return found

    async def _write(self, statement: Any) -> None:
        async with self.town.database.write() as connection:
            await run(connection, statement)


async def run(connection: Connection, statement: Any) -> None:
    await connection.execute(statement)
