"""The real program, with a lease that runs out sooner and a clock that was set: what tests of several processes need.

python -m tests.leases.launch SECONDS TIME command…      TIME: ISO 8601, or - for the machine's clock

FREEZES_BEFORE in the environment: it stops itself (SIGSTOP) once, when PostgreSQL has prepared the first statement that
begins like this, for one row, and waits to hear what to put in it.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

import bot.cli.run
import bot.leasing
from bot.cli.main import main
from bot.clock import MovedClock


def freeze_before(words: str) -> None:
    """The instant is met by chance else: one round trip long, on a connection that has not met the statement yet."""
    prepare, left = asyncpg.Connection.prepare, [words]

    async def prepared(self: asyncpg.Connection, query: str, **given: Any) -> Any:
        statement = await prepare(self, query, **given)
        if left and query.startswith(left[0]):
            left.clear()
            os.kill(os.getpid(), signal.SIGSTOP)
        return statement

    asyncpg.Connection.prepare = prepared


if __name__ == "__main__":
    seconds, moment = sys.argv[1:3]
    bot.leasing.LENGTH = float(seconds)
    if words := os.environ.get("FREEZES_BEFORE"):
        freeze_before(words)
    if moment != "-":
        clock = MovedClock(datetime.fromisoformat(moment), runs=True)
        bot.cli.run.serve = partial(bot.cli.run.serve, clock=clock)  # type: ignore[assignment]
    sys.argv[1:3] = []
    main()
