"""Several processes of the service on one PostgreSQL, in front of one pretend Telegram."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from sqlalchemy import text

from bot import accounts
from bot.clock import MovedClock
from bot.preparing import prepare
from bot.secrets import vault
from bot.settings import load
from handlers.turn import Surroundings
from storage import forms
from storage.engine import Database
from storage.outbox import Lane, Owing, owe
from storage.writing import apply
from tests.fakes.telegram import FakeTelegram
from tests.service.conftest import ROOT, House, Output
from tests.town import START, PlainChannel, Speaker, Town

LEASE = 6.0
"""Seconds: shorter than the service's own, so that a take-over does not take a quarter of a minute."""


@dataclass
class Member:
    """One process of the service."""

    output: Output
    port: int

    async def get(self, path: str) -> str:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return await answer.text()

    async def sends_for(self) -> list[str]:
        found: list[str] = json.loads(await self.get("/readyz"))["sends_for"]
        return found

    async def is_frozen(self) -> bool:
        """Whether it stands still (the letter after its name in /proc)."""
        stat = Path(f"/proc/{self.output.process.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] == "T"


class Phones(Town):
    """People with Telegram's kind of ids."""

    first = 1001

    def stranger(self, name: str) -> Speaker:
        Phones.first += 1
        return Speaker(self, str(Phones.first), name)


class Cluster(House):
    """A folder, a database and the processes on them."""

    def __init__(self, folder: Path, telegram: FakeTelegram, url: str) -> None:
        super().__init__(folder, telegram, url)
        self.settings |= {"SECRET_KEY": "a key that all processes share"}
        self.database = Database(url)
        self.moment = "-"
        self.town: Phones

    async def start(self, *words: str, **settings: str) -> Output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.leases.launch", str(LEASE), self.moment, *words),
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), **self.settings, **settings},
            stdout=PIPE,
            stderr=PIPE,
        )
        output = Output(process)
        self.outputs.append(output)
        return output

    async def member(self, **settings: str) -> Member:
        service = await self.start("run", **settings)
        return Member(service, int((await service.says(r"ready on port (\d+)", 60)).group(1)))

    async def members(self, number: int = 2, **settings: str) -> list[Member]:
        """So many processes, started at the same moment."""
        return list(await asyncio.gather(*(self.member(**settings) for _ in range(number))))

    async def found(self) -> Phones:
        """The town in the database, with the account of the settings."""
        settings = load(_env_file=None, **{name.lower(): value for name, value in self.settings.items()})
        await prepare(self.database, START)
        keys = vault(settings.secret_key.get_secret_value(), settings.data_dir)
        (account,) = await accounts.seed(settings, keys, self.database, START)
        async with self.database.read() as connection:
            form = await forms.current(connection, START.date())
        around = Surroundings(form=form)
        self.town = Phones(self.database, MovedClock(START), PlainChannel(account.id), around)
        return self.town

    async def ask(self, statement: str) -> list[Any]:
        async with self.database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]

    async def owes(self, words: dict[int, str], lane: Lane = Lane.REPLY) -> None:
        """A message for each of these chats."""
        now, account = self.town.now, self.town.channel.account_id
        owing = [Owing(account, address, None, "notice", lane, one) for address, one in words.items()]
        async with self.database.write() as connection:
            await apply(connection, [owe(one, now) for one in owing])

    async def become(self, met: Callable[[], Any], seconds: float = 40) -> None:
        """Wait for something in the database or of a process; looked at often, since nobody tells us."""
        async with asyncio.timeout(seconds):
            while not await met():
                await asyncio.sleep(0.05)

    async def holder(self, members: list[Member]) -> Member:
        """Whoever sends now."""
        async with asyncio.timeout(40):
            while True:
                for one in members:
                    if await one.sends_for():
                        return one
                await asyncio.sleep(0.05)

    async def end(self) -> None:
        await super().end()
        await self.database.close()
