"""python -m tests.soak [WEEKS] [SEED]: live so many weeks of the whole district, audit, print a table."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
from pathlib import Path

from tests.soak.audit import audited
from tests.soak.quarter import quarter
from tests.soak.table import table


async def soak(weeks: int, seed: int) -> int:
    """Returns the exit code: 1 where anything does not add up."""
    print(f"again by: make soak WEEKS={weeks} SEED={seed}", flush=True)  # noqa: T201 - a command line
    with tempfile.TemporaryDirectory(prefix="tocds-soak-") as folder:
        async with quarter(Path(folder), seed) as lived:
            await lived.lives(7 * weeks, lambda line: print(line, flush=True))  # noqa: T201
            found = await audited(lived)
    print(table(lived, found))  # noqa: T201
    return 1 if found.audit.faults else 0


if __name__ == "__main__":
    logging.getLogger().addHandler(logging.NullHandler())
    given = [int(one) for one in sys.argv[1:] if one]
    weeks = given[0] if given else 13
    seed = given[1] if len(given) > 1 else random.SystemRandom().randrange(1_000_000)
    raise SystemExit(asyncio.run(soak(weeks, seed)))
