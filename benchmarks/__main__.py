"""One run on one machine. `python -m benchmarks [ROUNDS]`: medians of five, ratios to a yardstick of the same run.
`python -m benchmarks month [DAYS]`: what a month costs on free Zalo bots."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import broadcast, door, month, start
from benchmarks.district import TOKEN, build
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import FREE


async def main(rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="tocds-bench-") as name:
        folder = Path(name)
        district = await build(folder / "district")
        async with FakeTelegram(FREE, TOKEN) as telegram:
            for user in district.users:
                telegram.person(user)
            starts = [await start.measure(district.folder, telegram.url) for _ in range(rounds)]
            doors = []
            for number in range(rounds):
                doors.append(await door.measure(district, folder / f"door{number}", telegram.url))
                shutil.rmtree(folder / f"door{number}")
                print(f"  round {number + 1}: {doors[-1]}", flush=True)
        casts = []
        for number in range(rounds):
            shutil.copytree(district.folder, folder / f"cast{number}")
            casts.append(await broadcast.measure(district, folder / f"cast{number}"))
            print(f"  round {number + 1}: {casts[-1]}", flush=True)
    print(f"medians of {rounds}")
    print(
        f"start to ready            {median(one[0] for one in starts):.2f} s, {median(one[1] for one in starts):.0f} MB"
    )
    print(f"bare aiohttp              {median(one.bare for one in doors):.0f} events/s")
    _ratio("acknowledged, durable", [(one.acknowledged, one.bare) for one in doors], 0.8)
    _ratio("receipt owed", [(one.completed, one.bare) for one in doors], 0.1)
    print(
        f"broadcast to {casts[0].delivered}         {median(one.seconds for one in casts):.1f} s, "
        f"ratio {median(one.ratio for one in casts):.3f} (goal 1.03), "
        f"429: {sum(one.floods for one in casts)}, delivered {min(one.delivered for one in casts)}"
    )


def _ratio(name: str, pairs: list[tuple[float, float]], goal: float) -> None:
    ours, ratio = median(one for one, _ in pairs), median(one / bare for one, bare in pairs)
    print(f"{name:<25} {ours:.0f} events/s, ratio {ratio:.2f} (goal {goal})")


def table(rounds: int = 5) -> int:
    asyncio.run(main(rounds))
    return 0


PARTS: dict[str, Callable[..., int]] = {"table": table, "month": month.main}
"""Each takes an optional number, and returns an exit code. Without a name it is the table."""


def run(words: list[str]) -> int:
    """A part by its name, with its number. Raises SystemExit for anything else."""
    named = [word for word in words[:1] if word in PARTS]
    numbers = words[len(named) :]
    if len(numbers) > 1 or not all(one.isdigit() for one in numbers):
        raise SystemExit(f"usage: python -m benchmarks [{'|'.join(PARTS)}] [NUMBER]")
    return PARTS[named[0] if named else "table"](*(int(one) for one in numbers))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
