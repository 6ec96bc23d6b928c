"""At most one service on a SQLite file."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

from bot.preparing import CannotStart
from storage.engine import Database


class OneProcess:
    """A lock that the system lets go when the process ends, however it ends. Entering raises CannotStart where
    another process holds it; on PostgreSQL any number may run."""

    def __init__(self, database: Database) -> None:
        self._file = database.file
        self._held: IO[str] | None = None

    def __enter__(self) -> OneProcess:
        if self._file is None:
            return self
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._held = Path(f"{self._file}.lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"another tocds is running on {self._file}: stop it first") from None
        self._held.write(f"{socket.gethostname()} {os.getpid()}\n")
        self._held.flush()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._held is not None:
            self._held.close()
