"""The sending lease of an account: whether this process may write to its messenger right now.

Who holds it, and until when, is decided by the database, on its clock. The holder itself reckons with a clock of its
own machine that nobody sets and that runs on while the machine sleeps or the process is frozen, from before it asked;
so nobody's clock has to be right, they only have to run at about the same speed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from storage import leases
from storage.engine import Database
from storage.leases import Held
from storage.writing import Write

log = logging.getLogger(__name__)

LENGTH = 15.0
"""Seconds: how long the others wait for a holder that is gone. Short enough that nobody notices a take-over in a chat;
long enough to outlast a pause of the database or of a busy machine, since it is renewed three times in it."""
SAFE = 2 / 3
"""The part of it in which the holder writes: the rest is for what has left already, and for clocks that run apart."""
RENEW = 1 / 3
LOOK = 0.1
"""The part after which somebody who waits looks again whether a lease was let go; its end is known beforehand."""
AGAIN = 1.0
"""Seconds between two tries while the database is away."""


def running_time() -> float:
    """Seconds of a clock that never jumps and that counts the time in which the machine slept (where the system has
    one; elsewhere a sleeping machine is not noticed)."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def this_process() -> str:
    """A holder's name: unlike any other's, also on a machine that gives a process id again."""
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{secrets.token_hex(4)}"


class Lease:
    """One account's, as this process sees it."""

    def __init__(
        self,
        database: Database,
        account_id: int,
        account: str,
        holder: str,
        clock: Callable[[], float] = running_time,
        length: float | None = None,
    ) -> None:
        self._database, self._account_id, self._account, self._holder = database, account_id, account, holder
        self._clock, self._length = clock, LENGTH if length is None else length
        self._held: Held | None = None
        self._fence: list[Write] = []
        self._until = 0.0
        self._free_in = 0.0
        self._holding = False

    @property
    def holds(self) -> bool:
        """Whether this process is the holder, as far as it knows."""
        return self._holding

    @property
    def former(self) -> bool:
        """Whether somebody held it before us, who may have written a moment ago."""
        return self._held is not None and self._held.former

    def may_write(self) -> bool:
        """Whether a message may leave right now. Asked right before each."""
        return self._holding and self._clock() < self._until

    def fence(self) -> list[Write]:
        """What goes with everything recorded under the lease: once it is another's, nothing of it is kept."""
        return self._fence

    async def is_lost(self) -> bool:
        """Whether another process has taken it since, by what the database says; False where it does not answer."""
        if self._held is None:
            return False
        try:
            async with self._database.read() as connection:
                return await leases.is_lost(connection, self._held)
        except Exception:
            return False

    async def taken(self) -> None:
        """Wait until this process holds it."""
        while not await self.take():  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(min(self._length * LOOK, self._free_in))

    async def take(self) -> bool:
        """Take it if it is free."""
        try:
            async with self._database.read() as connection:
                left = await leases.free_in(connection, self._account_id)
            self._free_in = left.total_seconds()
            if left:
                return False
            asked = self._clock()
            async with self._database.write() as connection:
                held = await leases.acquire(connection, self._account_id, self._holder, timedelta(seconds=self._length))
        except Exception as error:
            log.debug("account %s: nobody can say who may send: %s", self._account, type(error).__name__)
            held, self._free_in = None, AGAIN
        if held is None:
            return False
        self._held, self._fence, self._until = held, [leases.fence(held)], asked + self._length * SAFE
        self._holding = True
        log.info("action=lease_taken account=%s holder=%s term=%d", self._account, self._holder, held.term)
        return True

    async def kept(self) -> None:
        """Keep it for as long as possible; returns when another process has it."""
        while self._holding:
            await asyncio.sleep(self._length * RENEW if self.may_write() else min(AGAIN, self._length * RENEW))
            await self.renew()

    async def renew(self) -> None:
        """Keep it for another while. Without an answer of the database nothing leaves after its safe part; it goes on
        where nobody else took it meanwhile."""
        if self._held is None or not self._holding:
            return
        asked = self._clock()
        try:
            async with self._database.write() as connection:
                ours = await leases.renew(connection, self._held)
        except Exception as error:
            log.debug("account %s: the lease was not renewed: %s", self._account, type(error).__name__)
            return
        if ours:
            self._until = asked + self._length * SAFE
        else:
            self._holding = False
            log.warning("action=lease_lost account=%s holder=%s", self._account, self._holder)

    async def release(self) -> None:
        """Let go of it, so that another process need not wait for its end."""
        if self._held is None or not self._holding:
            return
        self._holding = False
        try:
            async with self._database.write() as connection:
                await leases.release(connection, self._held)
        except Exception as error:  # it ends by itself
            log.debug("account %s: the lease was not let go: %s", self._account, type(error).__name__)
