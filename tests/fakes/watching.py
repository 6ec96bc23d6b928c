"""Waiting at a fake server for what happens there, instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Watched:
    """A place where things happen: whoever changes it calls `wake`."""

    def __init__(self) -> None:
        self._watchers: set[asyncio.Event] = set()

    async def wait_for(self, met: Callable[[], bool], seconds: float | None = 5.0) -> None:
        """Wait until something has become true through what happens here; TimeoutError otherwise."""
        changed = asyncio.Event()
        self._watchers.add(changed)
        try:
            async with asyncio.timeout(seconds):
                while not met():
                    changed.clear()
                    await changed.wait()
        finally:
            self._watchers.discard(changed)

    def wake(self) -> None:
        """Let everyone who waits look again."""
        for changed in self._watchers:
            changed.set()
