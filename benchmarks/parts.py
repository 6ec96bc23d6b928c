"""The parts of a run: each measures so many rounds and says what came out, in lines of the one table."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import broadcast, door, memory, national, replies, start
from benchmarks.district import build
from benchmarks.door import Door
from benchmarks.postgres import Server, serving
from benchmarks.replies import Replies, vendor
from benchmarks.table import Line

WAYS = ("ours", "ptb", "aiogram")
NAMES = {"ptb": "(b) python-telegram-bot", "aiogram": "(c) aiogram"}


async def starts(folder: Path, rounds: int) -> list[Line]:
    district = await build(folder / "district")
    async with vendor() as there:
        found = [await start.measure(district.folder, there.url) for _ in range(rounds)]
    seconds, held = (median(one[place] for one in found) for place in (0, 1))
    return [Line("start to ready", f"{seconds:.2f} s, {held:.0f} MB")]


async def doors(folder: Path, rounds: int) -> list[Line]:
    """The burst on SQLite, and on PostgreSQL with one and two processes, interleaved."""
    district = await build(folder / "district")
    found: dict[str, list[Door]] = {name: [] for name in ("SQLite", "PostgreSQL", "PostgreSQL, two processes")}
    async with vendor() as there, serving(folder / "postgres") as server:
        for number in range(rounds):
            measured = {
                "SQLite": await door.measure(district, folder / f"door{number}", there.url),
                "PostgreSQL": await door.measure_shared(folder / f"one{number}", server, there.url),
                "PostgreSQL, two processes": await door.measure_shared(folder / f"two{number}", server, there.url, 2),
            }
            shutil.rmtree(folder / f"door{number}")
            for name, one in measured.items():
                found[name].append(one)
                print(f"  round {number + 1}, {name}: {one}", flush=True)
    goals = {"SQLite": "≥ 0.8", "PostgreSQL": "≥ 0.6"}
    return [line for name, some in found.items() for line in _door(name, some, goals.get(name, ""))]


def _door(name: str, found: Sequence[Door], goal: str) -> list[Line]:
    bare = f"bare aiohttp {median(one.bare for one in found):.0f}/s"
    return [
        Line(
            f"webhook acknowledged, durable ({name})",
            f"{median(one.acknowledged for one in found):.0f}/s",
            bare,
            f"{median(one.acknowledged / one.bare for one in found):.2f}",
            goal,
        ),
        Line(
            f"check-in completed, receipt owed ({name})",
            f"{median(one.completed for one in found):.0f}/s",
            bare,
            f"{median(one.completed / one.bare for one in found):.2f}",
            "≥ 0.1",
        ),
    ]


async def usual(folder: Path, rounds: int) -> list[Line]:
    """Ours, (b) and (c), interleaved, on SQLite and PostgreSQL; ours on PostgreSQL with two processes too."""
    found: list[Replies] = []
    async with serving(folder / "postgres") as server:
        for number in range(rounds):
            for there in (None, server):
                for way in WAYS:
                    found.append(await _replies(way, folder / f"{way}{number}", there))
            found.append(await _replies("ours", folder / f"two{number}", server, 2))
    return [line for name in ("SQLite", "PostgreSQL") for line in _compared(name, found)]


async def _replies(way: str, folder: Path, server: Server | None, processes: int = 1) -> Replies:
    one = await replies.measure(way, folder, server, processes=processes)
    print(f"  {one}", flush=True)
    return one


def _compared(database: str, found: Sequence[Replies]) -> list[Line]:
    here = [one for one in found if one.database == database]
    ours = [one for one in here if one.way == "ours" and one.processes == 1]
    lines = []
    for way, name in NAMES.items():
        others = [one for one in here if one.way == way]
        ratio = median(one.completed / other.completed for one, other in zip(ours, others, strict=True))
        rate, beside = (f"{median(one.completed for one in some):.0f}/s" for some in (ours, others))
        lines.append(
            Line(f"check-in to receipt at the vendor ({database})", rate, f"{name} {beside}", f"{ratio:.1f}", "≥ 3")
        )
        for load in ours[0].late:
            what = f"door to receipt at {load}/s, p50 / p99 ({database})"
            lines.append(Line(what, _late(ours, load), f"{name} {_late(others, load)}", goal="ahead"))
    two = [one for one in here if one.processes == 2]
    if two:
        ratio = median(one.completed / other.completed for one, other in zip(two, ours, strict=True))
        rate, beside = (f"{median(one.completed for one in some):.0f}/s" for some in (two, ours))
        lines.append(Line(f"the same, two processes ({database})", rate, f"one process {beside}", f"{ratio:.2f}"))
    return lines


def _late(some: Sequence[Replies], load: int) -> str:
    half, most = (median(one.late[load][place] for one in some) for place in (0, 1))
    return f"{half:.0f} / {most:.0f} ms"


async def broadcasts(folder: Path, rounds: int) -> list[Line]:
    district = await build(folder / "district")
    ours, theirs, free = [], [], []
    for number in range(rounds):
        for name in ("limited", "free"):
            shutil.copytree(district.folder, folder / f"{name}{number}")
        ours.append(await broadcast.measure(district, folder / f"limited{number}"))
        theirs.append(await broadcast.by_the_usual_limiter(district))
        free.append(await broadcast.unlimited(district, folder / f"free{number}"))
        print(f"  round {number + 1}: {ours[-1]} {theirs[-1]} {free[-1]}", flush=True)
    ideal = ours[0].ideal
    return [
        Line(
            f"broadcast to {ours[0].delivered}, Telegram's limits, 20 ms",
            f"{median(one.seconds for one in ours):.1f} s, 429: {sum(one.floods for one in ours)}, "
            f"delivered {min(one.delivered for one in ours)}",
            f"ideal {ideal:.1f} s",
            f"{median(one.ratio for one in ours):.3f}",
            "≤ 1.03",
        ),
        Line(
            "the same by python-telegram-bot's limiter",
            f"{median(one.seconds for one in theirs):.1f} s, 429: {sum(one.floods for one in theirs)}, "
            f"delivered {min(one.delivered for one in theirs)}",
            f"ideal {ideal:.1f} s",
            f"{median(one.ratio for one in theirs):.3f}",
        ),
        Line(
            "broadcast, no limits",
            f"{median(one.ours for one in free):.0f}/s",
            f"bare aiohttp client {median(one.bare for one in free):.0f}/s",
            f"{median(one.ratio for one in free):.2f}",
            "≥ 0.5",
        ),
    ]


async def memories(folder: Path, rounds: int) -> list[Line]:
    """One round: it takes long, and shows itself by its checkpoints."""
    district = await build(folder / "district")
    async with vendor() as there:
        one = await memory.measure(district, folder / "run", there.url)
    steps = " ".join(f"{step:.0f}" for step in one.steps)
    return [
        Line("memory when ready, after idling", f"{one.ready:.0f}, {one.idle:.0f} MB"),
        Line(
            f"memory through {memory.STEPS * memory.EACH:,} check-ins",
            f"{steps} MB",
            "growth from the third checkpoint",
            f"{one.growth:+.0f} MB",
            "none",
        ),
    ]


async def nation(_folder: Path, rounds: int) -> list[Line]:
    found = await national.main(rounds)
    fired = f"{median(one.firing for one in found):.2f} s"
    return [
        Line(
            "3,300 communes' tallies owed, text only (PostgreSQL)",
            fired,
            f"one statement, both weeks {median(one.both_weeks for one in found):.2f} s",
            f"{median(one.ratio for one in found):.2f}",
            "< 3",
        ),
        Line(
            "the same",
            fired,
            f"one statement, the week alone {median(one.one_week for one in found):.2f} s",
            f"{median(one.firing / one.one_week for one in found):.2f}",
        ),
        Line("memory of that process", f"{max(one.memory_mb for one in found):.0f} MB", goal="< 300 MB"),
        Line(
            "one commune's report, the whole country in the database",
            f"{median(one.report_ms for one in found):.1f} ms",
            goal="< 20 ms",
        ),
    ]
