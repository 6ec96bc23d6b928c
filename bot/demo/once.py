"""tocds demo --once: one simulated week from Monday to the posted tallies, printed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.clock import MovedClock
from bot.demo import week
from bot.demo.people import Standing, Villager
from bot.demo.stage import MONDAY, OPENS, Stage, stage
from locales import local
from storage import counting, summary
from storage.tally import Tally

SHOWN = ("Tú Lệ", "Sơn Thịnh", "Nghĩa Tâm")
"""The communes whose groups are printed."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lived:
    """What one lived week amounted to."""

    posts: dict[str, list[str]]
    pictures: list[Path]
    figures: summary.Figures
    tally: Tally
    """The whole district in that week, as the clock counts it."""
    seconds: float


async def live_once(out: Path, say: Say, seed: int = 47) -> Lived:
    """Live the week; pictures are written to `out`. Nothing is served and nothing of it remains but these."""
    began = time.monotonic()
    chance = random.Random(seed)
    clock = MovedClock(OPENS)
    async with stage(clock, told=lambda _line: None) as set_up:
        say(f"{len(set_up.villagers)} people are on the roster; they come through the door by their invite codes")
        await set_up.life.enrol(set_up.villagers, _tenths(say))
        groups = week.bind_groups(set_up.life, _one_lead_each(set_up), clock.now() + timedelta(minutes=5))
        members = [who for who in set_up.of("member", "leader") if who.standing is Standing.INSIDE]
        week.plan(set_up.life, members, MONDAY, chance)
        for day in range(1, 8):
            await set_up.life.until(MONDAY + timedelta(days=day))
            say(f"day {day} of 7 is over")
        await set_up.life.until(MONDAY + timedelta(days=7, hours=8, minutes=5))
        async with set_up.app.database.read() as connection:
            posts = {
                name: await summary.posts(connection, groups[commune])
                for commune, name in {w.rostered.commune_id: w.rostered.commune_name for w in set_up.villagers}.items()
                if commune in groups
            }
            figures = await summary.figures(connection)
            tally = await counting.tally(connection, MONDAY.date(), as_of=local(clock.now()).date())
            pictures = _written(await summary.pictures(connection), out)
    assert tally is not None
    return Lived(posts, pictures, figures, tally, time.monotonic() - began)


def _one_lead_each(set_up: Stage) -> list[Villager]:
    leads: dict[int, Villager] = {}
    for who in set_up.of("commune_lead"):
        leads.setdefault(who.rostered.commune_id, who)
    return list(leads.values())


def _tenths(say: Say) -> Callable[[int, int], None]:
    last = [0]

    def told(done: int, of: int) -> None:
        tenth = done * 10 // of
        if tenth > last[0]:
            last[0] = tenth
            say(f"{done} of {of} have answered the door")

    return told


def _written(pictures: list[tuple[str, bytes]], out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content in pictures:
        file = out / f"{name}.png"
        file.write_bytes(content)
        files.append(file)
    return files
