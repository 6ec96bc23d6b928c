"""A file that stands in for the journal while PostgreSQL is away: one a process, written through to the disk.

A line is one event as JSON, its body in base64. Files that dead processes left are taken over: whoever gets a file's
lock may bring its events in.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from storage.journal import Event

AT_ONCE = 1 << 18
"""Bytes that are read back at one time."""


class SpoolUnwritable(Exception):
    """Events could be lost while the database is away: mend the rights of DATA_DIR, or free some space."""


class Spool:
    """One file. Everything here blocks: call it in a thread."""

    def __init__(self, path: Path, handle: int) -> None:
        """`handle`: an open file descriptor that holds the file's lock."""
        self.path, self._handle = path, handle

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return os.fstat(self._handle).st_size

    def append(self, events: Sequence[Event]) -> None:
        """Keep events, durably when this returns. Raises OSError, and the file is as it was before."""
        before, lines = self.size, b"".join(_line(event) for event in events)
        try:
            if os.pwrite(self._handle, lines, before) < len(lines):
                raise OSError("the disk is full")
            os.fsync(self._handle)
        except OSError:
            os.ftruncate(self._handle, before)
            raise

    def read(self, begin: int) -> tuple[list[Event], int]:
        """Events from a byte on, and the byte to go on from. A last line that was cut off was never acknowledged:
        it is passed over."""
        size = self.size
        piece = os.pread(self._handle, AT_ONCE, begin)
        while b"\n" not in piece and begin + len(piece) < size:
            piece += os.pread(self._handle, AT_ONCE, begin + len(piece))
        whole = piece[: piece.rfind(b"\n") + 1]
        events = [_event(line) for line in whole.splitlines()]
        return events, begin + len(whole) if whole else size

    def forget(self) -> None:
        """Everything in it is in the journal now."""
        os.ftruncate(self._handle, 0)
        os.fsync(self._handle)

    def close(self) -> None:
        """An empty file goes."""
        if not self.size:
            self.path.unlink(missing_ok=True)
        os.close(self._handle)


def opened(folder: Path) -> Spool:
    """A new file of this process. Raises SpoolUnwritable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"spool-{os.getpid()}-{os.urandom(4).hex()}.jsonl"
        mine = _held(path)
        assert mine is not None
        os.fsync(mine._handle)
    except OSError as error:
        raise SpoolUnwritable(f"DATA_DIR: the spool in {folder} cannot be written ({error.strerror})") from None
    return mine


def left_behind(folder: Path) -> list[Spool]:
    """The files of processes that are no more."""
    found = [_held(path) for path in sorted(folder.glob("spool-*.jsonl"))]
    return [one for one in found if one is not None]


def _held(path: Path) -> Spool | None:
    """A file with its lock; None where somebody else has it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return Spool(path, handle)


def _line(event: Event) -> bytes:
    return json.dumps({**asdict(event), "body": base64.b64encode(event.body).decode()}).encode() + b"\n"


def _event(line: bytes) -> Event:
    fields = json.loads(line)
    return Event(**{**fields, "body": base64.b64decode(fields["body"])})
