"""One clock for a service and everybody around it: the machine's, and a shift that a file holds."""

from __future__ import annotations

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SHIFT = struct.Struct("d")


class SharedClock:
    """The machine's time, moved by as many seconds as the file says. It goes on, and may jump either way."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_SHIFT.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _SHIFT.size)

    @property
    def shift(self) -> timedelta:
        """How far it is moved now."""
        return timedelta(seconds=_SHIFT.unpack_from(self._shared)[0])

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def jump(self, by: timedelta) -> None:
        """Forward or back, for every process that reads the file."""
        _SHIFT.pack_into(self._shared, 0, (self.shift + by).total_seconds())

    def jump_to(self, at: datetime) -> None:
        """To a moment."""
        self.jump(at - self.now())
