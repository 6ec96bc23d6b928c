"""The real service as a process, against a pretend Telegram; everything it says is read."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from typer.testing import CliRunner

from bot.app import App
from bot.cli import opening
from bot.cli.main import app as tocds
from bot.settings import load
from tests import databases
from tests.fakes.telegram import FREE, FakeTelegram

ROOT = Path(__file__).resolve().parents[2]
ROSTER = """xã;thôn;họ tên;điện thoại;vai trò
Tú Lệ;Bản Lềnh;Lò Văn An;0912345678;tổ trưởng
Tú Lệ;Bản Lềnh;Lò Thị Hoa;0912345679;tổ viên
Tú Lệ;Thôn 3;Vàng A Páo;0912345677;tổ viên
"""


class Output:
    """What a process says, as it says it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._more = asyncio.Event()
        streams = [stream for stream in (process.stdout, process.stderr) if stream]
        self.reading = [asyncio.ensure_future(self._read(stream)) for stream in streams]

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            self.lines.append(line.decode())
            self._more.set()
        self._more.set()

    async def says(self, pattern: str, seconds: float = 20) -> re.Match[str]:
        """Wait for a line."""
        async with asyncio.timeout(seconds):
            while True:
                self._more.clear()
                for line in self.lines:
                    if found := re.search(pattern, line):
                        return found
                if all(task.done() for task in self.reading):
                    raise AssertionError(f"it ended without saying {pattern!r}:\n{self.text}")
                await self._more.wait()

    @property
    def text(self) -> str:
        return "".join(self.lines)


class House:
    """A folder in which the service lives, and the processes started in it."""

    def __init__(self, folder: Path, telegram: FakeTelegram, url: str) -> None:
        self.folder, self.telegram, self.url = folder, telegram, url
        self.settings = {
            "DATABASE_URL": url,
            "DATA_DIR": str(folder / "data"),
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.url,
            "HTTP_PORT": "0",
            "JOBS": "off",
            "QUIET_HOURS": "",
            "HOLIDAYS": "off",
        }
        self.outputs: list[Output] = []
        self.port = 0

    async def start(self, *words: str, **settings: str) -> Output:
        environment = {name: value for name, value in os.environ.items() if name not in self.settings}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env={**environment, **self.settings, **settings, "PYTHONPATH": str(ROOT)},
            stdout=PIPE,
            stderr=PIPE,
        )
        output = Output(process)
        self.outputs.append(output)
        return output

    async def runs(self, **settings: str) -> Output:
        """Start the service and wait until it is ready."""
        service = await self.start("run", **settings)
        self.port = int((await service.says(r"ready on port (\d+)")).group(1))
        return service

    async def types(self, *words: str, **settings: str) -> tuple[int, str]:
        """Run a command to its end; returns its exit code and all it said."""
        output = await self.start(*words, **settings)
        return await self.ended(output), output.text

    async def ended(self, output: Output, seconds: float = 60) -> int:
        async with asyncio.timeout(seconds):
            code = await output.process.wait()
            await asyncio.gather(*output.reading)
        return code

    async def stops(self, service: Output, number: int = signal.SIGTERM) -> int:
        service.process.send_signal(number)
        return await self.ended(service)

    async def settle(self, unit: str = "Tú Lệ/Bản Lềnh", role: str = "member") -> str:
        """A roster and a code for a place of it, made by the commands in this process, which is quicker."""
        (self.folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
        await self.commands("roster", "import", str(self.folder / "roster.csv"))
        found: str = json.loads(await self.commands("invite", "--unit", unit, "--role", role, "--json"))["code"]
        return found

    async def commands(self, *words: str) -> str:
        """Run a command in this process; returns what it printed."""
        return await asyncio.to_thread(self._command, words)

    def _command(self, words: tuple[str, ...]) -> str:
        opening.settings.cache_clear()
        try:
            result = CliRunner().invoke(tocds, list(words), env=self.settings)
        finally:
            opening.settings.cache_clear()
        assert result.exit_code == 0, result.output
        return result.stdout

    @asynccontextmanager
    async def lives(self, **settings: Any) -> AsyncIterator[App]:
        """The service in this process."""
        given = {name.lower(): value for name, value in {**self.settings, **settings}.items()}
        app = App(load(_env_file=None, **given))
        try:
            await app.open()
            await app.serve()
            assert app.server is not None
            self.port = app.server.port
            yield app
        finally:
            await app.close()
        assert not app.nursery.broken.is_set(), "a task of the service died"

    async def get(self, path: str) -> tuple[int, str]:
        async with ClientSession() as session, session.get(f"http://127.0.0.1:{self.port}{path}") as answer:
            return answer.status, await answer.text()

    def rows(self, statement: str) -> list[Any]:
        return databases.rows(self.url, statement)

    async def until(self, met: Callable[[], bool], seconds: float = 20) -> None:
        """Wait for something in the database; looked at often, since nobody tells us."""
        async with asyncio.timeout(seconds):
            while not met():
                await asyncio.sleep(0.05)

    async def end(self) -> None:
        for output in self.outputs:
            if output.process.returncode is None:
                output.process.kill()
            await self.ended(output)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(FREE) as fake:
        fake.person(1001, "Lò Văn An")
        yield fake


@pytest.fixture
async def house(tmp_path: Path, telegram: FakeTelegram, database_kind: str) -> AsyncIterator[House]:
    (tmp_path / "data").mkdir()
    made = House(tmp_path, telegram, await databases.databases.make(tmp_path / "data"))
    yield made
    await made.end()
    for output in made.outputs:
        assert telegram.token not in output.text
        assert telegram.token.partition(":")[2] not in output.text
        assert "Traceback" not in output.text


async def answer(telegram: FakeTelegram, user: int, text: str) -> str:
    """Say something and wait for the answer."""
    before = len(telegram.heard(user))
    telegram.says(user, text)
    await telegram.wait_for(lambda: len(telegram.heard(user)) > before, 20)
    return telegram.heard(user)[-1]


async def enrol(telegram: FakeTelegram, code: str, user: int = 1001, name: str = "Lò Văn An") -> None:
    """Somebody joins by a code, agrees, and gives the name that is on the roster."""
    telegram.person(user, name)
    for text in (f"/start {code}", "1", name, "đúng"):
        said = await answer(telegram, user, text)
        if said.startswith("Em đã ghi tên"):
            return
    raise AssertionError(said)
