"""One run on one machine: medians of five, ratios to a yardstick of the same run.

`python -m benchmarks [PART …] [ROUNDS]`; without a part, everything that takes minutes. `pip install -e '.[bench]'`.
`python -m benchmarks month [DAYS]`: what a month costs on free Zalo bots; fails where it costs more than promised.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks import month, parts, table
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


def run(words: list[str]) -> int:
    """Some parts, or a month; returns the exit code. Raises SystemExit for anything else."""
    numbers, names = [int(one) for one in words if one.isdigit()], [one for one in words if not one.isdigit()]
    if names == ["month"]:
        return month.main(*numbers[:1])
    if set(names) - PARTS.keys() or len(numbers) > 1:
        raise SystemExit(f"usage: python -m benchmarks [month|{'|'.join(PARTS)} …] [NUMBER]")
    asyncio.run(main(names or list(USUALLY), *(numbers or [5])))
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
