"""Tells the admins before an account is used up, and at once when it dies: each thing once, whichever process sees it.

What is said goes through doors at accounts that work, and is never more than one message for each limit and month.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping

from bot.channels.base import Why
from bot.clock import Clock
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.journaling import in_short
from handlers.reports import alarms as words
from handlers.turn import Surroundings
from locales import Reader, Text, render
from storage import accounts, alarms, quotas, redirecting, refusing
from storage.audience import Reach, Reaches
from storage.engine import Connection, Database
from storage.outbox import Lane, Owing, owe
from storage.writing import apply

log = logging.getLogger(__name__)

EVERY = 15.0
"""Seconds between two looks: soon enough to make another bot, and rare enough to cost nothing."""


class Alarms:
    """One for a process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        around: Callable[[], Surroundings],
        senders: Mapping[int, Sender],
        connecting: Connecting,
        on_owed: Callable[[], None],
    ) -> None:
        self._database, self._clock, self._around = database, clock, around
        self._senders, self._connecting, self._on_owed = senders, connecting, on_owed
        self._ill: set[int] = set()
        """Accounts whose token was refused as long as this process has sent there."""

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception as error:  # the database is away: the next look sees the same
                log.debug("accounts cannot be looked at just now: %s", in_short(error))

    async def look(self) -> None:
        """Note which accounts died or recovered, and say what is nearly used up."""
        sick = {one for one, sender in self._senders.items() if sender.trouble is Why.UNAUTHORISED}
        well = {one for one in self._ill - sick if self._senders[one].trouble is None}
        self._ill = (self._ill | sick) - well
        owed = 0
        for account_id in sick | self._connecting.refused:
            owed += await self._dead(account_id)
        await self._recovered(well - self._connecting.refused)
        owed += await self._used_up()
        if owed:
            self._on_owed()

    # Dead

    async def _dead(self, account_id: int) -> int:
        """Told once; what waits for its people goes through their other doors, at every look."""
        now = self._clock.now()
        async with self._database.write() as connection:
            if await accounts.fell_ill(connection, account_id, now):
                name = await _name(connection, account_id)
                told = await self._tell(connection, account_id, words.dead(name), but_there=True)
                log.error("action=alarm what=dead account=%s admins_told=%d", name, told)
            moved = await redirecting.unpacked(connection, account_id, now)
            await apply(connection, moved)
        return 1

    async def _recovered(self, account_ids: set[int]) -> None:
        for account_id in account_ids:
            async with self._database.write() as connection:
                await accounts.recovered(connection, account_id)

    # Used up

    async def _used_up(self) -> int:
        month = f"{self._clock.now().astimezone(self._around().zone):%Y-%m}"
        async with self._database.read() as connection:
            (near,) = await quotas.NearlyUsed.answer(connection, [quotas.NearlyUsed(month)])
            refused = await refusing.refused_at(connection)
            told = await alarms.told(connection, month)
        owed = 0
        for one in near:
            if (one.account_id, one.what) not in told:
                owed += await self._once(one.account_id, one.what, month, words.nearly(one))
        for account_id in refused:
            if (account_id, "refused") not in told:
                owed += await self._once(account_id, "refused", month, None)
        return owed

    async def _once(self, account_id: int, what: str, month: str, text: Text | None) -> int:
        async with self._database.write() as connection:
            if not await alarms.claim(connection, account_id, what, month, self._clock.now()):
                return 0
            name = await _name(connection, account_id)
            told = await self._tell(connection, account_id, text or words.refused(name))
        log.warning("action=alarm what=%s account=%s admins_told=%d", what, name, told)
        return told

    # Telling

    async def _tell(self, connection: Connection, cause_id: int, text: Text, *, but_there: bool = False) -> int:
        """Owe it to every admin who can be reached; `but_there`: not through the account that it is about."""
        now, around = self._clock.now(), self._around()
        day = now.astimezone(around.zone).date()
        (admins,) = await Reaches.answer(connection, [Reaches(day, None, ("admin",))])
        owings = [
            _owing(one, text, around, cause_id, self._clock)
            for one in admins
            if not (but_there and one.door is not None and one.door.account_id == cause_id)
        ]
        found = [one for one in owings if one is not None]
        await apply(connection, [owe(one, now) for one in found])
        return len(found)


def _owing(reach: Reach, text: Text, around: Surroundings, cause_id: int, clock: Clock) -> Owing | None:
    if reach.why_not or reach.door is None:
        return None
    reader = Reader(reach.person.language or around.language, reach.person.address_form or "bác")
    return Owing(
        reach.door.account_id,
        reach.door.id,
        reach.person.id,
        "alarm",
        Lane.CLOCK,
        render(text, reader),
        due_at=clock.now(),
        cause_id=cause_id,
    )


async def _name(connection: Connection, account_id: int) -> str:
    return next((one.name for one in await accounts.every(connection) if one.id == account_id), "")
