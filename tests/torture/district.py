"""Văn Chấn's sample roster, with people and commune groups at every messenger, in a database of its own.

People are put down in storage, as in `benchmarks.district`: enrolling by chat is proved elsewhere, and takes its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bot.accounts import seed
from bot.clock import Clock
from bot.preparing import prepare
from bot.secrets import vault
from bot.settings import Settings, load
from handlers.roster.importing import import_roster
from handlers.roster.sample import write_sample
from locales import ZONE
from storage import addresses, enrolment, places
from storage.accounts import accounts
from storage.demo import Rostered, rostered
from storage.engine import Connection, Database
from storage.forms import form_fields
from storage.schema import new_id
from storage.upgrade import upgrade
from storage.writing import Write, apply
from tests.torture.vendors import Vendor, Vendors

PEOPLE = {"telegram": 40, "zalo-bot": 20, "zalo-oa": 8}
"""Village members by messenger; the Official Account may be asked 100 times a minute only."""
ENROLLED = timedelta(days=1)
"""So long ago they joined."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. `unit_id`: their village."""

    vendor: Vendor
    chat: str
    person_id: int
    unit_id: int


@dataclass(frozen=True, slots=True)
class District:
    """`members` check in; `admin` writes to everybody; `groups`: (vendor, chat) by the commune's id; `leads`: one of
    each commune, where any were wanted."""

    members: list[Person]
    admin: Person
    groups: dict[int, tuple[Vendor, str]]
    leads: list[Person] = field(default_factory=list)


async def build(
    settings: dict[str, str],
    vendors: Vendors,
    clock: Clock,
    people: Mapping[str, int] = PEOPLE,
    *,
    leads: bool = False,
) -> District:
    """Make the database that the settings name; takes a second or two. `people`: village members by messenger."""
    read = load(_env_file=None, **{name.lower(): value for name, value in settings.items()})
    read.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(read.database)
    try:
        return await _built(database, read, vendors, clock, _Wanted(people, leads))
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who joins."""

    people: Mapping[str, int]
    leads: bool


async def _built(database: Database, settings: Settings, vendors: Vendors, clock: Clock, wanted: _Wanted) -> District:
    now = clock.now() - ENROLLED
    if not database.is_sqlite:
        await upgrade(database)
    await prepare(database, now)
    file = settings.data_dir / "roster.csv"
    write_sample(file)
    await import_roster(database, file, now=now, site_name=settings.site_name)
    key = vault(settings.secret_key.get_secret_value(), settings.data_dir)
    await seed(settings, key, database, now)
    async with database.write() as connection:
        await connection.execute(update(accounts).values(limits={}))
        await connection.execute(update(form_fields).values(asks_above=1_000_000))  # much is written in one day
        day = now.astimezone(ZONE).date()
        people = await rostered(connection, day)
        communes = [one for one in await places.everything(connection, day) if one.kind in ("commune", "town")]
        ids = {row.name: row.id for row in await connection.execute(select(accounts.c.id, accounts.c.name))}
        put = _Putting(connection, ids, now)
        return await _settled(put, people, [one.id for one in communes], vendors, wanted)


async def _settled(
    put: _Putting, people: list[Rostered], communes: list[int], vendors: Vendors, wanted: _Wanted
) -> District:
    chosen = _spread([one for one in people if one.unit_kind == "village"])
    first = vendors.all[0]
    numbers = iter(range(10_000))
    members = [
        await put.person(vendor, next(numbers), next(chosen))
        for vendor in vendors.all
        for _ in range(wanted.people[vendor.channel])
    ]
    admin = await put.person(first, next(numbers), next(one for one in people if one.role == "admin"))
    first_leads = (
        {one.commune_id: one for one in reversed(people) if one.role == "commune_lead"} if wanted.leads else {}
    )
    leads = [await put.person(first, next(numbers), one) for one in first_leads.values()]
    groups = {}
    for number, commune in enumerate(communes):
        vendor = vendors.all[number % len(vendors.all)]
        groups[commune] = (vendor, await put.group(vendor, number, commune))
    return District(members, admin, groups, leads)


def _spread(people: list[Rostered]) -> Iterator[Rostered]:
    """From all over the district: every fifteenth, then the next ones."""
    return (one for start in range(15) for one in people[start::15])


class _Putting:
    """Puts people and groups down at their vendor and in storage."""

    def __init__(self, connection: Connection, accounts: dict[str, int], now: Any) -> None:
        self._connection, self._accounts, self._now = connection, accounts, now

    async def person(self, vendor: Vendor, number: int, who: Rostered) -> Person:
        chat, door = vendor.person(number), new_id()
        await self._write(
            addresses.opened(door, self._accounts[vendor.account], chat, False, who.name, self._now),
            addresses.speaks(door, who.person_id),
            addresses.linked(door, who.person_id, self._now),
            enrolment.answered(door, "yes", "torture", "torture", self._now, who.person_id)[1],
        )
        return Person(vendor, chat, who.person_id, who.unit_id)

    async def group(self, vendor: Vendor, number: int, commune: int) -> str:
        chat, door = vendor.group(number, f"Tổ CĐS {number}"), new_id()
        await self._write(
            addresses.opened(door, self._accounts[vendor.account], chat, True, f"Tổ CĐS {number}", self._now),
            *addresses.bound(new_id(), door, commune, None, self._now),
        )
        return chat

    async def _write(self, *writes: Write) -> None:
        await apply(self._connection, list(writes))


def database_file(folder: Path) -> Path:
    """Where a service that lives in a folder has its SQLite database."""
    return folder / "data" / "tocds.db"
