"""Setting the stage: the program on a throw-away database, the sample roster, an invite for every place."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import App
from bot.channels.webchat import WebChat
from bot.clock import MovedClock
from bot.demo.life import STEP, Life
from bot.demo.people import Villager
from bot.settings import Switch, load
from handlers.roster.importing import import_roster
from handlers.roster.sample import write_sample
from locales import ZONE
from storage import demo as demo_storage
from storage import invitations, places, unit_settings
from storage.engine import Connection

MONDAY = datetime(2026, 11, 16, tzinfo=ZONE)
"""The week that the demo lives: week 47 of 2026."""
OPENS = MONDAY + timedelta(hours=8, minutes=5)
"""When the first people come through the door: after the Monday jobs, which have nothing to say of last week yet."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The program, the simulated people's life on it, and who they are."""

    app: App
    chat: WebChat
    life: Life
    villagers: tuple[Villager, ...]

    def of(self, *roles: str) -> list[Villager]:
        return [who for who in self.villagers if who.rostered.role in roles]

    def in_communes(self, names: set[str]) -> list[Villager]:
        return [who for who in self.villagers if who.rostered.commune_name in names]


@asynccontextmanager
async def stage(
    started: MovedClock, port: int = 0, step: timedelta = STEP, told: Callable[[str], None] = lambda _line: None
) -> AsyncIterator[Stage]:
    """The program with the sample roster imported, ready to be lived; everything is thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="tocds-demo-") as folder:
        settings = load(
            _env_file=None,
            data_dir=Path(folder),
            database_url=f"sqlite+aiosqlite:///{folder}/demo.db",
            secret_key=SecretStr("demo"),
            http_port=port,
            webchat=Switch.ON,
            jobs=Switch.OFF,
            telegram_bot_token=SecretStr(""),
            public_base_url="",
            timezone="Asia/Ho_Chi_Minh",
            default_locale="vi",
        )
        app = App(settings, started)
        try:
            await app.open()
            told("roster")
            villagers = await _people(app, Path(folder))
            chat = next(one for one in app.channels.values() if isinstance(one, WebChat))
            await app.start_writers()
            yield Stage(app, chat, Life(app, chat, started, step), villagers)
        finally:
            await app.close()


async def _people(app: App, folder: Path) -> tuple[Villager, ...]:
    """Import the sample roster and hold an invite for every place and role, as a commune would hand them out."""
    file = folder / "roster.csv"
    write_sample(file)
    now = app.clock.now()
    await import_roster(app.database, file, now=now, site_name=app.settings.site_name)
    day = now.astimezone(ZONE).date()
    async with app.database.write() as connection:
        rostered = await demo_storage.rostered(connection, day)
        await _names_on(connection, now, day)
        codes: dict[tuple[int, str], str] = {}
        known = await places.by_ids(connection, {one.unit_id for one in rostered}, day)
        for one in rostered:
            key = (one.unit_id, one.role)
            if key not in codes:
                made = await invitations.create_for(
                    connection, known[one.unit_id], role=one.role, now=now, day=day, uses=100
                )
                codes[key] = made.code
    seen: set[int] = set()
    villagers = []
    for one in rostered:
        if one.person_id not in seen:
            seen.add(one.person_id)
            villagers.append(Villager(one, codes[one.unit_id, one.role]))
    return tuple(villagers)


async def _names_on(connection: Connection, now: datetime, day: date) -> None:
    """Villages are named to their group from the first week, which a real commune decides for itself."""
    for place in await places.everything(connection, day):
        if place.kind in places.COMMUNE_KINDS:
            await unit_settings.set_setting(connection, place.id, "names", True, now)
