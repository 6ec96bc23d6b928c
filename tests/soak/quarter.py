"""A quarter of a district, lived hour by hour on a moved clock through the program's own doors, with restarts."""

from __future__ import annotations

import contextlib
import heapq
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.clock import MovedClock
from bot.scheduler import Due, upcoming
from locales import ZONE, Week, local
from storage import places
from tests.soak import people
from tests.soak.ledger import Ledger, Numbers
from tests.soak.people import Act, Saying
from tests.soak.town import Town
from tests.torture import district
from tests.torture.audit import unsettled
from tests.torture.district import ENROLLED, District
from tests.torture.load import Load, Written
from tests.torture.vendors import Vendors

MONDAY = datetime(2026, 12, 28, tzinfo=ZONE)
"""The first day: New Year and Tết (6 February 2027) lie in the quarter that follows."""
OPENS = timedelta(hours=9)
HOUR = timedelta(hours=1)
CUT_OFF, STOPPED, LATE = 0.03, 0.01, 0.08
"""How often the program is cut off in an hour in which something happens; restarted as it should be; and down when the
clock strikes."""
CUT_WHEN_FIRING = 0.25
MOST_KEPT = 25
"""A cut-off comes after so many messages at most."""
QUIET = timedelta(hours=6)
"""Where nobody says anything the clock moves so far at once."""
RESTS = timedelta(days=5)
"""So long after the last week everything that is tried again has ended."""
DISTRICT = {"telegram": 557, "zalo-bot": 400, "zalo-oa": 100}
"""All 1,057 village members of the sample roster."""


@dataclass
class Quarter:
    """One soak. `villages`: of each commune. `snapshots`: what had been told of the week before whenever its tally
    might be posted, by commune. `taken`: events that the doors took, by account."""

    town: Town
    clock: MovedClock
    district: District
    load: Load
    dice: random.Random
    villages: Mapping[int, frozenset[int]]
    ledger: Ledger = field(default_factory=Ledger)
    snapshots: dict[datetime, Mapping[int, Numbers]] = field(default_factory=dict)
    taken: Counter[str] = field(default_factory=Counter)
    late: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    _ahead: list[tuple[datetime, int, Saying]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _brought: list[tuple[Saying, Written, date]] = field(default_factory=list)

    @property
    def began(self) -> datetime:
        """When the district was put down."""
        return MONDAY + OPENS - ENROLLED

    # Living

    async def lives(self, days: int, told: Callable[[str], None] = lambda _line: None) -> None:
        """So many days from the first Monday, and then what it takes until all has come to rest. `told`: a line for
        each week."""
        began = time.monotonic()
        self.town.taken = self.taken
        await self.town.prepare()
        await self.town.open()
        self.town.suffers()
        for monday in (MONDAY + timedelta(days=day) for day in range(0, days, 7)):
            self._plan(people.week(self.district, monday, self.dice), MONDAY + timedelta(days=days))
            await self.until(min(monday + timedelta(days=7), MONDAY + timedelta(days=days)))
            told(f"{time.monotonic() - began:5.0f} s: week of {monday:%Y-%m-%d}, {sum(self.said.values())} said so far")
        await self._rest(MONDAY + timedelta(days=days))
        self.seconds = time.monotonic() - began

    def _plan(self, sayings: list[Saying], end: datetime) -> None:
        opened = self.clock.now()
        for one in sayings:
            if opened < one.at < end:
                heapq.heappush(self._ahead, (one.at, next(self._order), one))

    async def until(self, moment: datetime) -> None:
        """Hour by hour, and at every firing's minute."""
        while self.clock.now() < moment:
            struck = upcoming(self.clock.now())[0]
            step = min(struck.at, moment, self._next_stop())
            fires = step == struck.at
            if fires and self.dice.random() < LATE:
                await self._is_late(struck)
            else:
                await self._say_until(step)
            await self._restarts(fires)
            await self._live()

    def _next_stop(self) -> datetime:
        """The end of the next hour in which somebody says something."""
        now = self.clock.now()
        return _next_hour(min(max(self._ahead[0][0], now), now + QUIET) if self._ahead else now + QUIET)

    async def _restarts(self, fires: bool) -> None:
        draw = self.dice.random()
        if (fires or self._brought) and draw < (CUT_WHEN_FIRING if fires else CUT_OFF):
            most = MOST_KEPT if fires else min(MOST_KEPT, 1 + len(self._brought))
            await self.town.cut_off(self.dice.randint(1, most), first=self._bring)
            await self.town.open()
        elif draw > 1 - STOPPED:
            await self._bring()
            await self.town.stop()
            await self.town.open()

    async def _is_late(self, struck: Due) -> None:
        """The program is down when the clock strikes, and opened some time after; people write meanwhile."""
        await self.town.stop()
        too_late = struck.job.too_late
        await self._say_until(struck.at + too_late * self.dice.uniform(0.02, 1.3))
        self.late[struck.job.name] += 1
        await self.town.open()

    async def _live(self) -> None:
        """Everything that was written is brought, lived and answered."""
        await self._bring()
        await self.town.live()

    async def _rest(self, end: datetime) -> None:
        """The vendors are well; on until nothing moves any more, the last week's numbers posted."""
        self.town.vendors.heals()
        rests = end + RESTS
        while self.clock.now() < rests:
            await self.until_quietly(self.clock.now() + HOUR)
            async with self.town.database() as database:
                if self.clock.now() > end + timedelta(hours=10) and not await unsettled(database):
                    break
        await self.town.stop()

    async def until_quietly(self, moment: datetime) -> None:
        """The same without restarts."""
        while self.clock.now() < moment:
            step = min(upcoming(self.clock.now())[0].at, moment)
            await self._say_until(step)
            await self._live()

    # Saying

    async def _say_until(self, moment: datetime) -> None:
        """What is said up to a moment is written at its time. Who writes twice is answered in between; while the
        program is down, their second word waits, as does all that an Official Account would not bring so late."""
        postponed: list[Saying] = []
        while self._ahead and self._ahead[0][0] <= moment:
            at, _, one = heapq.heappop(self._ahead)
            if self.town.app is None and self._cannot_be_kept(one, postponed):
                postponed.append(one)
                continue
            self.clock.move_to(at)
            if self.town.app is not None and self._waits(one):
                await self._bring()
                await self.town.app.settle()
            self._write(one)
        self.clock.move_to(moment)
        for one in postponed:
            heapq.heappush(self._ahead, (moment, next(self._order), one))

    def _waits(self, one: Saying) -> bool:
        """Whether what was written before must be answered first."""
        alone = one.act is Act.NOTHING or any(other.act is Act.NOTHING for other, _, _ in self._brought)
        return alone or any(other.who.chat == one.who.chat for other, _, _ in self._brought)

    def _cannot_be_kept(self, one: Saying, postponed: list[Saying]) -> bool:
        out_of_turn = any(other.who.chat == one.who.chat for other in postponed)
        return out_of_turn or one.who.vendor.channel == "zalo-oa" or self._waits(one)

    def _write(self, one: Saying) -> None:
        written = self.load.writes(one.who, one.text)
        self._brought.append((one, written, one.day(local(self.clock.now()).date())))
        self.said[one.act] += 1

    async def _bring(self) -> None:
        """Through the doors, again until taken; then it counts as told."""
        if self._brought:
            await self.load.arrives()
        brought, self._brought = self._brought, []
        for one, written, day in brought:
            if written.number not in self.load.refused:
                self.taken[one.who.vendor.account] += 1
                self._tell(one, written, day)
        self._remember()

    def _remember(self) -> None:
        """What a tally that is posted now must say of the week before."""
        now = self.clock.now()
        if local(now).weekday() <= 1:
            last = Week.of(local(now).date()).before().monday
            self.snapshots[now] = {one: self.ledger.numbers(last, units) for one, units in self.villages.items()}

    def _tell(self, one: Saying, written: Written, day: date) -> None:
        who = one.who
        if one.act is Act.NUMBERED:
            self.ledger.reports(who.person_id, who.unit_id, day, {"vneid": written.value})
        elif one.act is Act.REPORT:
            self.ledger.reports(who.person_id, who.unit_id, day, one.values)
        elif one.act is Act.NOTHING:
            self.ledger.has_nothing(who.person_id, who.unit_id, day)
        elif one.act is Act.CORRECT:
            self.ledger.corrects(who.person_id, *next(iter(one.values.items())))
        elif one.act is Act.WITHDRAW:
            self.ledger.withdraws(who.person_id)
        elif one.act is Act.RESTORE:
            self.ledger.restores(who.person_id)


def _next_hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0) + HOUR


@contextlib.asynccontextmanager
async def quarter(folder: Path, seed: int, members: Mapping[str, int] = DISTRICT) -> AsyncIterator[Quarter]:
    """A district of so many members by messenger, on the first Monday's morning; nothing is running yet."""
    dice, clock = random.Random(seed), MovedClock(MONDAY + OPENS)
    async with Vendors(clock, only=tuple(members)) as vendors:
        town = Town(folder, vendors, clock, dice)
        made = await district.build(town.settings, vendors, clock, members, leads=True)
        load = Load(made, dice, [town])
        try:
            with town.hurries():
                yield Quarter(town, clock, made, load, dice, await _villages(town, clock))
        finally:
            if town.app is not None:
                await town.stop()


async def _villages(town: Town, clock: MovedClock) -> dict[int, frozenset[int]]:
    async with town.database() as database, database.read() as connection:
        every = await places.everything(connection, local(clock.now()).date())
    found = {one.id: set[int]() for one in every if one.kind in places.COMMUNE_KINDS}
    for one in every:
        if one.parent_id in found:
            found[one.parent_id].add(one.id)
    return {commune: frozenset(villages) for commune, villages in found.items()}
