"""Fires timed jobs: reads, draws, then writes the firing's rows and what is owed in one transaction each few places.

Whether a place was fired for is decided by the database (a unique row); two processes, a restart or a late start
never post twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import scheduler
from bot.clock import Clock
from bot.journaling import in_short
from bot.scheduler import Due, Job
from bot.thinking import think
from handlers.clock.duty import Firing, Post
from handlers.clock.sending import BadRule, rules_of, why_late
from handlers.turn import Surroundings
from locales import Week
from storage import media, occurrences
from storage.calendar import EveryMovedDay
from storage.engine import Database, is_away
from storage.occurrences import Occurrence
from storage.outbox import owe
from storage.pauses import PausesAt
from storage.questions import answer_all
from storage.standing_places import standing_at
from storage.writing import Write, apply

log = logging.getLogger(__name__)

AT_ONCE = 6
"""Pictures that are drawn, and places with one whose rows are written, before others get a turn at the database."""
WRITTEN_AT_ONCE = 250
"""Places whose rows are written in one transaction where there is little to draw."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What one firing came to. `repeated`: it had been fired before, and there was nothing left to post.
    `waits`: why and until when (some of) what it posts is held."""

    job: str
    period: str
    provisional: bool
    done: int = 0
    skipped: int = 0
    owed: int = 0
    repeated: bool = False
    waits: str = ""


class Firings:
    """Fires what is due. One for a process."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        around: Callable[[], Surroundings],
        on_owed: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._clock, self._around, self._on_owed = database, clock, around, on_owed
        self._looked_at: datetime | None = None
        self._told_of = ""
        """The bad rule that the operator has been told of."""
        self.skipped_late: Counter[str] = Counter()
        """Places written off as too late since the start, by job."""

    async def tick(self) -> list[Fired]:
        """Fire everything that has become due since the last look; a job that fails is tried again at the next."""
        now = self._clock.now()
        fired: list[Fired] = []
        whole = True
        for one in scheduler.due(now, self._looked_at, zone=self._around().zone):
            try:
                fired.append(await self.fire_due(one))
            except BadRule as error:
                whole = False
                self._tell(one, error)
            except Exception as error:
                whole = False
                trace = None if is_away(error) else error
                log.error("action=fire job=%s at=%s failed: %s", one.job.name, one.at, in_short(error), exc_info=trace)
        if whole:
            self._looked_at = now
        return fired

    def _tell(self, one: Due, error: BadRule) -> None:
        """Once for each fault: it is met again at every tick until somebody has mended it."""
        if self._told_of != str(error):
            log.error("action=fire job=%s at=%s is held, a rule of sending is bad: %s", one.job.name, one.at, error)
        self._told_of = str(error)

    async def fire_due(self, one: Due) -> Fired:
        """A firing by the clock: on time, or written off as too late; nothing where all was decided before."""
        job, now = one.job, self._clock.now()
        firing = await self._firing(job, one.at, None)
        async with self._database.read() as connection:
            concerned = await standing_at(connection, firing.as_of, one.at, whole_site=job.whole_site)
        undecided = concerned - firing.decided
        if not undecided:
            return Fired(job.name, firing.period, False, repeated=True)
        if late := why_late(one.at, now, firing.rules, job.too_late, job.name):
            return await self._write_off(firing, undecided, late)
        return await self._fire(job, firing)

    async def fire(self, job: Job, at: datetime | None = None, week: Week | None = None) -> Fired:
        """One firing by hand, as if the clock were at `at`, or for a week. A tally of a week that is not over is
        provisional: marked so, and apart from the week's own firing. What was posted is not posted again; what was
        skipped is tried once more."""
        return await self._fire(job, await self._firing(job, at or self._clock.now(), week, by_hand=True))

    async def _firing(self, job: Job, at: datetime, week: Week | None, *, by_hand: bool = False) -> Firing:
        around = self._around()
        provisional = False
        if week is not None:
            own = scheduler.firing_for(job, week, around.zone)
            over = at.astimezone(around.zone).date() > week.sunday
            provisional = job.week_of(own.astimezone(around.zone)) != Week.of(own.astimezone(around.zone).date())
            provisional = provisional and not over
            at = at if provisional else own
            period = job.period(own, around.zone)
        else:
            week, period = job.week_of(at.astimezone(around.zone)), job.period(at, around.zone)
        firing = Firing(job.name, at, self._clock.now(), week, period, job.too_late, around, provisional)
        async with self._database.read() as connection:
            decided = await occurrences.fired(connection, job.name, period, provisional, by_hand=by_hand)
            moved, pauses = await answer_all(connection, [EveryMovedDay(), PausesAt(firing.now)])
        rules = rules_of(around, moved)
        return replace(firing, decided=decided, by_hand=by_hand, rules=rules, pauses=pauses)

    async def _fire(self, job: Job, firing: Firing) -> Fired:
        async with self._database.read() as connection:
            posts = iter(await think(connection, job.duty(firing)))
        fired = Fired(firing.job, firing.period, firing.provisional)
        drawn = await _next(posts)
        while drawn:
            ahead = asyncio.ensure_future(_next(posts))  # the database writes while the next ones are put into words
            try:
                fired = _sum(fired, await self._keep(firing, drawn))
            finally:
                drawn = await ahead
        fired = replace(fired, repeated=bool(firing.decided) and not fired.done)
        if fired.owed:
            self._on_owed()
        log.info(
            "action=fired job=%s period=%s provisional=%s done=%d skipped=%d owed=%d",
            *(fired.job, fired.period, fired.provisional, fired.done, fired.skipped, fired.owed),
        )
        return fired

    async def _keep(self, firing: Firing, drawn: Sequence[tuple[Post, bytes | None]]) -> Fired:
        """The rows of a firing and everything owed by it, together or not at all."""
        rows = {post.unit_id: _row(firing, post, picture) for post, picture in drawn}
        done = skipped = owed = 0
        waits = ""
        async with self._database.write() as connection:
            mine = await occurrences.claim(connection, list(rows.values()), firing.now, by_hand=firing.by_hand)
            writes: list[Write] = []
            for post, picture in drawn:
                if post.unit_id not in mine:
                    continue
                done, skipped = done + (not post.skipped), skipped + bool(post.skipped)
                owed += len(post.owing)
                waits = waits or _held(firing, post)
                writes += _writes(firing, post, picture)
            await apply(connection, writes)
        return Fired(firing.job, firing.period, firing.provisional, done, skipped, owed, waits=waits)

    async def _write_off(self, firing: Firing, units: Iterable[int], reason: str) -> Fired:
        """Too late: every place that was there at the time gets a row that says so, and nothing is posted."""
        rows = [Occurrence(firing.job, unit, firing.period, False, "skipped", reason) for unit in sorted(units)]
        async with self._database.write() as connection:
            mine = await occurrences.claim(connection, rows, firing.now)
        self.skipped_late[firing.job] += len(mine)
        log.warning("action=skipped job=%s period=%s places=%d reason=%s", firing.job, firing.period, len(mine), reason)
        return Fired(firing.job, firing.period, False, skipped=len(mine))


async def _next(posts: Iterator[Post]) -> list[tuple[Post, bytes | None]]:
    """The next few posts with their pictures; none at the end. Each may be put into words only now, so others get a
    turn after each of them."""
    some: list[Post] = []
    pictures = 0
    while pictures < AT_ONCE and len(some) < WRITTEN_AT_ONCE and (post := next(posts, None)) is not None:
        some.append(post)
        pictures += post.picture is not None
        await asyncio.sleep(0)
    return await asyncio.to_thread(_draw, some)


def _draw(posts: Sequence[Post]) -> list[tuple[Post, bytes | None]]:
    """The pictures of a few posts; a post whose picture fails goes out without it."""
    drawn: list[tuple[Post, bytes | None]] = []
    for post in posts:
        try:
            drawn.append((post, post.picture.draw() if post.picture else None))
        except Exception as error:
            log.error("action=draw unit=%d failed, the text goes alone: %s", post.unit_id, error, exc_info=error)
            drawn.append((post, None))
    return drawn


def _row(firing: Firing, post: Post, picture: bytes | None) -> Occurrence:
    return Occurrence(
        firing.job,
        post.unit_id,
        firing.period,
        firing.provisional,
        "skipped" if post.skipped else "done",
        post.skipped or _held(firing, post) or None,
        post.numbers,
        post.words or None,
        post.picture.media_id if post.picture and picture else None,
    )


def _held(firing: Firing, post: Post) -> str:
    """Why and until when all of a post waits, in the operator's words; empty where some of it goes at once."""
    waits = [one for one in post.owing if one.held_for and one.due_at]
    if not waits or len(waits) < len(post.owing):
        return ""
    first = min(waits, key=lambda one: one.due_at or firing.now)
    assert first.due_at is not None
    return f"held until {first.due_at.astimezone(firing.around.zone):%Y-%m-%d %H:%M}: {first.held_for}"


def _writes(firing: Firing, post: Post, picture: bytes | None) -> Iterator[Write]:
    if post.picture and picture:
        yield from media.made(post.picture.media_id, picture, "image/png", firing.now)
    yield from post.writes
    for one in post.owing:
        yield owe(one if picture or not post.picture else replace(one, media_id=None), firing.now)


def _sum(one: Fired, other: Fired) -> Fired:
    return replace(
        one,
        done=one.done + other.done,
        skipped=one.skipped + other.skipped,
        owed=one.owed + other.owed,
        waits=one.waits or other.waits,
    )
