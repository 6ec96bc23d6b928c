"""A disk that can be filled to the last byte and emptied again."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.torture.service import Service

SIZE = 24 * 1024 * 1024


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of a few megabytes mounted on a folder; False where this machine lets nobody mount (then nothing is)."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "-l", str(folder)], check=True)


class Disk:
    """The disk under a service's database. On one of its own (`real`) it is filled with a file; elsewhere the system
    lets the process write no file any longer, which SQLite meets in the same place."""

    def __init__(self, service: Service, folder: Path, *, real: bool) -> None:
        self._service, self._real = service, real
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Nothing more can be written."""
        if not self._real:
            self._limit(0)
            return
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def clear(self) -> None:
        """There is space again."""
        if self._real:
            os.unlink(self._ballast)
        else:
            self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        assert self._service.process is not None
        _, hard = resource.prlimit(self._service.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._service.process.pid, resource.RLIMIT_FSIZE, (size, hard))
