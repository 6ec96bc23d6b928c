"""What every turn and every firing depends on, read from settings and storage."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.settings import Holidays, Settings
from handlers.calendar.quiet import quiet_hours
from handlers.turn import Surroundings
from storage import forms
from storage.engine import Database


async def surroundings(settings: Settings, database: Database, now: datetime) -> Surroundings:
    """The form in force at a time, and the settings that people notice. Raises LookupError without a form."""
    zone = ZoneInfo(settings.timezone)
    async with database.read() as connection:
        form = await forms.current(connection, now.astimezone(zone).date())
    return Surroundings(
        form=form,
        language=settings.default_locale,
        zone=zone,
        team_name=settings.team_name,
        site_name=settings.site_name,
        quiet=quiet_hours(settings.quiet_hours),
        holidays=settings.holidays is Holidays.VN,
    )
