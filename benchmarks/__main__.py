"""One run on one machine: medians of five, ratios to a yardstick of the same run.

`python -m benchmarks [PART …] [ROUNDS]`; without a part, everything that takes minutes. `pip install -e '.[bench]'`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks import parts, table
from benchmarks.table import Line

Part = Callable[[Path, int], Awaitable[list[Line]]]

PARTS: dict[str, Part] = {
    "start": parts.starts,
    "door": parts.doors,
    "usual": parts.usual,
    "broadcast": parts.broadcasts,
    "memory": parts.memories,
    "national": parts.nation,
}
USUALLY = ("start", "door", "usual", "broadcast")
"""The others take long and are asked for by name."""


async def main(names: list[str], rounds: int) -> None:
    lines: list[Line] = []
    for name in names:
        print(name, flush=True)
        with tempfile.TemporaryDirectory(prefix="tocds-bench-") as folder:
            Path(folder).chmod(0o755)  # PostgreSQL may run as another user
            lines += await PARTS[name](Path(folder), rounds)
    file = table.keep("-".join(names), rounds, lines)
    print(f"\nmedians of {rounds}; as JSON in {file}\n")
    print(table.markdown(lines))


if __name__ == "__main__":
    given = sys.argv[1:]
    names = [one for one in given if not one.isdigit()] or list(USUALLY)
    if unknown := set(names) - PARTS.keys():
        sys.exit(f"{', '.join(sorted(unknown))}: none of {', '.join(PARTS)}")
    asyncio.run(main(names, next((int(one) for one in given if one.isdigit()), 5)))
