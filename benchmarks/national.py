"""All communes' weekly tallies as owed messages, on the whole country, beside the one SQL statement that counts them.

What is measured is the program's own firing of `weekly-tally` (`bot.firing`): read, put into words, written down as
owed, with villages that were not heard. Pictures are another question (each costs its drawing, a few hundredths of a
second in a worker) and are left out here. The statement is given what it needs to be quick, and counts what the texts
show: sums by commune and indicator in the week and in the week before; beside it stands the same for one week alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from statistics import median

from benchmarks import country
from benchmarks.country import LAST, NOW
from benchmarks.postgres import Server, serving
from bot import scheduler
from bot.firing import Firings
from bot.settings import load
from bot.surrounding import surroundings
from handlers.clock.duty import Firing, Post
from handlers.turn import Thinking
from storage import counting
from storage.engine import Database

FOLDER = Path(tempfile.gettempdir()) / "tocds-national"
"""Kept between runs: loading takes minutes."""
NAME = "country"
REPORTS = 50

ONE_WEEK = """
SELECT place.parent_id, value.code, sum(value.number)
FROM checkins entry
JOIN checkin_values value ON value.checkin_id = entry.id
JOIN unit_versions place ON place.unit_id = entry.unit_id AND place.valid_from <= $1 AND place.valid_to IS NULL
LEFT JOIN replacements gone ON gone.replaced_id = entry.id
WHERE entry.week = $2 AND value.week = $2 AND gone.replaced_id IS NULL
  AND entry.kind <> 'withdrawal' AND NOT entry.trial
GROUP BY place.parent_id, value.code
"""
TWO_WEEKS = f"""
SELECT coalesce(this.parent_id, last.parent_id), coalesce(this.code, last.code), this.sum, last.sum
FROM ({ONE_WEEK}) this
FULL JOIN ({ONE_WEEK.replace("$2", "$3")}) last ON last.parent_id = this.parent_id AND last.code = this.code
"""


@dataclass(frozen=True, slots=True)
class National:
    """Seconds of the statement (both weeks; the week alone) and of the firing; MB at most; ms of one report."""

    both_weeks: float
    one_week: float
    firing: float
    memory_mb: float
    report_ms: float

    @property
    def ratio(self) -> float:
        return self.firing / self.both_weeks


class _Monday:
    """The clock stands."""

    def now(self) -> datetime:
        return NOW


async def main(rounds: int, folder: Path = FOLDER) -> list[National]:
    """Load the country if it is not there, then measure. The table goes to stdout."""
    async with serving(folder) as server:
        if not await server.exists(NAME) or not await _is_whole(server):
            print("loading the country", flush=True)
            await country.load(server, NAME)
        found = []
        for number in range(rounds):
            found.append(await measure(server))
            print(f"  round {number + 1}: {found[-1]}", flush=True)
    return found


async def measure(server: Server) -> National:
    """One round: the statement, the firing in a process of its own, single reports."""
    await _forget(server)
    connection = await server.connect(NAME)
    week, before = LAST.monday, LAST.before().monday
    both = await _timed(connection.fetch(TWO_WEEKS, NOW.date(), week, before))
    one = await _timed(connection.fetch(ONE_WEEK, NOW.date(), week))
    await connection.close()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        firing, memory, report = await asyncio.to_thread(pool.apply, _in_own_process, (server.url(NAME),))
    return National(both, one, firing, memory, report)


async def _is_whole(server: Server) -> bool:
    connection = await server.connect(NAME)
    try:
        return bool(await connection.fetchval("SELECT 1 FROM checkins WHERE week = $1 LIMIT 1", LAST.monday))
    finally:
        await connection.close()


async def _forget(server: Server) -> None:
    """Take back what an earlier round posted."""
    connection = await server.connect(NAME)
    await connection.execute("DELETE FROM owed WHERE kind = 'weekly-tally'")
    await connection.execute(f"DELETE FROM occurrences WHERE period = '{LAST}'")
    await connection.execute("VACUUM ANALYZE owed")
    await connection.execute("VACUUM ANALYZE occurrences")
    await connection.close()


def _in_own_process(url: str) -> tuple[float, float, float]:
    return asyncio.run(_fire(url))


async def _fire(url: str) -> tuple[float, float, float]:
    """(seconds of the firing, MB at most, median ms of one commune's report)"""
    database = Database(url)
    around = await surroundings(load(_env_file=None), database, NOW)
    job = scheduler.named("weekly-tally")
    began = time.perf_counter()
    fired = await Firings(database, _Monday(), lambda: around).fire(replace(job, duty=_text_only), None, LAST)
    seconds = time.perf_counter() - began
    if fired.owed != country.COMMUNES:
        raise RuntimeError(f"not every commune was told: {fired}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = await _report(database, NOW.date())
    await database.close()
    return seconds, memory, report


def _text_only(firing: Firing) -> Thinking[Iterator[Post]]:
    posts = yield from scheduler.named("weekly-tally").duty(firing)
    return (_without_picture(post) for post in posts)


def _without_picture(post: Post) -> Post:
    return replace(post, picture=None, owing=tuple(replace(one, media_id=None) for one in post.owing))


async def _report(database: Database, day: date) -> float:
    """What "báo cáo" and `tally --unit` count: one commune with everything below it."""
    times = []
    for number in _some_communes():
        began = time.perf_counter()
        async with database.read() as connection:
            found = await counting.tally(connection, LAST.monday, country.COMMUNE + number, as_of=day)
        times.append((time.perf_counter() - began) * 1000)
        assert found is not None
        assert found.checkins
    return median(times)


def _some_communes() -> Iterator[int]:
    return iter(range(0, country.COMMUNES, country.COMMUNES // REPORTS))


async def _timed(awaited: Awaitable[object]) -> float:
    began = time.perf_counter()
    await awaited
    return time.perf_counter() - began
