"""A district on Telegram: the sample roster, everybody enrolled, in a database of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from bot.channels.telegram.channel import vendor_id
from bot.preparing import prepare
from handlers.roster.importing import import_roster
from handlers.roster.sample import write_sample
from locales import local
from storage import enrolment, upgrade
from storage.accounts import Seed, accounts, seed
from storage.addresses import address_people, addresses
from storage.demo import rostered
from storage.engine import Database
from storage.schema import new_id
from storage.writing import apply

TOKEN = "700000001:benchmarks-are-run-by-hand-only"
FIRST_USER = 1_000_000


@dataclass(frozen=True, slots=True)
class District:
    """`users`: Telegram ids of the village members, in the order of the roster."""

    folder: Path
    users: list[int]
    admin: int
    account: int


async def build(folder: Path, url: str = "") -> District:
    """Make the database (an empty one at `url`, else a SQLite file in the folder); takes a few seconds."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(url or f"sqlite+aiosqlite:///{folder}/tocds.db")
    await upgrade.upgrade(database)
    await prepare(database, now)
    write_sample(folder / "roster.csv")
    await import_roster(database, folder / "roster.csv", now=now, site_name="Văn Chấn")
    async with database.write() as connection:
        await seed(connection, [Seed("telegram", vendor_id(TOKEN), "telegram", None)], now)
        account_id = (await connection.execute(select(accounts.c.id))).scalar_one()
        everybody = await rostered(connection, local(now).date())
        members, admin = [one for one in everybody if one.unit_kind == "village"], FIRST_USER - 1
        admins = [one for one in everybody if one.role == "admin"]
        linked = {one.person_id: FIRST_USER + number for number, one in enumerate(members)}
        linked[admins[0].person_id] = admin
        ids = {person: new_id() for person in linked}
        await connection.execute(
            insert(addresses),
            [
                {
                    "id": ids[person],
                    "account_id": account_id,
                    "vendor_id": str(user),
                    "is_group": False,
                    "person_id": person,
                    "state": "open",
                    "created_at": now,
                }
                for person, user in linked.items()
            ],
        )
        await connection.execute(
            insert(address_people),
            [{"address_id": ids[person], "person_id": person, "linked_at": now} for person in linked],
        )
        await apply(
            connection,
            [enrolment.answered(ids[person], "yes", "bench", "bench", now, person)[1] for person in linked],
        )
    await database.close()
    return District(folder, sorted(user for user in linked.values() if user >= FIRST_USER), admin, account_id)


def environment(folder: Path, port: int, api: str, url: str = "") -> dict[str, str]:
    """What the service is started with: webhooks, a Telegram on loopback, no timed jobs."""
    import os

    return {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "HTTP_PORT": str(port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_BASE_URL": api,
        "JOBS": "off",
        "SECRET_KEY": "benchmark",
    }


SERVICE = [sys.executable, "-m", "bot", "run"]
