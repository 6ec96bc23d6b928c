"""The real service as a process that is started, killed, frozen and started again; all it says is kept."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.torture.clock import SharedClock

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 180.0
"""Seconds; a machine may be busy with other tests."""


def free_address() -> tuple[str, int]:
    """A loopback address of one's own with a port from the system: while the service is down nobody takes its place,
    since outgoing connections leave from 127.0.0.1."""
    host = f"127.0.0.1{random.SystemRandom().randrange(10, 100)}"
    with socket.socket() as probe:
        probe.bind((host, 0))
        return host, int(probe.getsockname()[1])


class Service:
    """One house of the service: a folder, an address, settings, and the process that lives there just now."""

    def __init__(self, folder: Path, settings: Mapping[str, str], clock: SharedClock, name: str = "service") -> None:
        self.folder, self.clock, self.name = folder, clock, name
        self.host, self.port = free_address()
        self.url = f"http://{self.host}:{self.port}"
        self.settings = {
            **settings,
            "DATA_DIR": str(folder / "data"),
            "HTTP_HOST": self.host,
            "HTTP_PORT": str(self.port),
            "PUBLIC_BASE_URL": self.url,
        }
        self.log = folder / f"{name}.log"
        self.process: asyncio.subprocess.Process | None = None
        self.starts = self.kills = 0

    async def start(self, clock_file: Path) -> None:
        """Spawn it; returns at once."""
        environment = {name: value for name, value in os.environ.items() if name not in self.settings}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.torture.runner", str(clock_file)),
                cwd=self.folder,
                env={**environment, **self.settings, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    async def ready(self, within: float = READY_WITHIN) -> None:
        """Wait until /readyz says so. Raises AssertionError with the log's end where it never does."""
        try:
            async with asyncio.timeout(within), ClientSession(timeout=ClientTimeout(total=5)) as session:
                while not await self._is_ready(session):
                    if self.process is None or self.process.returncode is not None:
                        raise AssertionError(f"{self.name} ended before it was ready:\n{self.tail()}")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{self.name} is not ready after {within} s:\n{self.tail()}") from None

    async def _is_ready(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except (ClientError, TimeoutError):
            return False

    async def get(self, path: str) -> tuple[int, str]:
        async with ClientSession() as session, session.get(f"{self.url}{path}") as answer:
            return answer.status, await answer.text()

    async def figure(self, line: str) -> float:
        """A figure of /metrics by its name and labels; 0 where it is not there."""
        _, figures = await self.get("/metrics")
        found = re.search(rf"^{re.escape(line)} (\S+)$", figures, re.MULTILINE)
        return float(found.group(1)) if found else 0.0

    async def command(self, *words: str) -> None:
        """An operator types a command beside it."""
        environment = {name: value for name, value in os.environ.items() if name not in self.settings}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=self.folder,
            env={**environment, **self.settings, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()

    async def kill(self) -> None:
        """SIGKILL, whatever it is doing."""
        await self._ends(signal.SIGKILL)
        self.kills += 1

    def strike(self) -> None:
        """SIGKILL at this very moment; `kill` then waits for its end."""
        self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return await self._ends(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: it stands still in the middle of whatever it does."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._signal(signal.SIGCONT)

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def _ends(self, number: signal.Signals) -> int:
        assert self.process is not None
        self._signal(number)
        async with asyncio.timeout(120):
            return await self.process.wait()

    async def end(self) -> None:
        """However it stands, it is gone afterwards."""
        if self.runs:
            self._signal(signal.SIGCONT)
            await self._ends(signal.SIGKILL)

    # What it says

    @property
    def said(self) -> str:
        """All it has logged since the first start."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def tail(self, lines: int = 25) -> str:
        return "\n".join(self.said.splitlines()[-lines:])

    def lines(self, pattern: str) -> list[str]:
        """Logged lines in which a pattern is found."""
        return [line for line in self.said.splitlines() if re.search(pattern, line)]
