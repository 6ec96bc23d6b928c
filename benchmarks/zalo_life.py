"""Living on Zalo: the real program behind a pool of pretend bots, a clock that is moved, people who talk and answer.

What people write goes to the pretend platform, which brings it to the program's own webhook; what comes back is read
there too. Nothing is counted here by what the program believes.
"""

from __future__ import annotations

import heapq
import random
import re
import socket
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks import habits
from benchmarks.commune import BOTS, COMMUNE, Group, Resident, roster
from benchmarks.habits import Planned
from bot.app import App
from bot.clock import MovedClock
from bot.demo.people import Villager
from bot.scheduler import upcoming
from bot.settings import load
from handlers.roster.importing import import_roster
from locales import Week, local
from storage import demo, invitations, places
from tests.fakes.zalo_bots import FakeZaloBots

TOGETHER = timedelta(seconds=20)
"""What different people write within so short a time is one batch of the program."""
_DAY, _WEEK = re.compile(r"\b(\d{1,2})/(\d{1,2})\b"), re.compile(r"\btuần (\d{1,2})\b")
THINKS = timedelta(seconds=45)
"""How long somebody takes to answer."""


@dataclass
class Conversation:
    """One conversation as it was at the vendor: messages from the person, and to their chat.

    `began`: the first; `words`: those that came back.
    """

    planned: Planned
    began: str
    came: int = 0
    sent: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def recorded(self) -> bool:
        """It ended in a check-in."""
        return any("Đã ghi" in one for one in self.words)

    def weeks(self, year: int) -> set[str]:
        """Of which weeks it was news, as the receipts say it: by a day, or by the week's number."""
        found = set()
        for receipt in (one for one in self.words if "Đã ghi" in one):
            if day := _DAY.search(receipt):
                found.add(str(Week.of(date(year, int(day[2]), int(day[1])))))
            elif week := _WEEK.search(receipt):
                found.add(f"{year}-W{int(week[1]):02d}")
        return found


class ZaloLife:
    """People, their conversations, and the program behind the bots."""

    def __init__(self, app: App, zalo: FakeZaloBots, clock: MovedClock, people: list[Resident], seed: int) -> None:
        self.app, self.zalo, self.clock, self.people = app, zalo, clock, people
        self.chance = random.Random(seed)
        self.conversations: list[Conversation] = []
        self.groups: dict[str, Group] = {}
        self.heard_from: set[tuple[str, str]] = set()
        """(village, week) of which there was news, as people read it in their receipts."""
        self.needless: list[str] = []
        """Reminders to people whose village had sent news already."""
        self._ahead: list[tuple[datetime, int, Conversation, str]] = []
        self._order = count()
        self._seen: Counter[str] = Counter()
        self._brought: Counter[str] = Counter()

    # Planning

    def plan(self, planned: Iterable[Planned]) -> None:
        for one in planned:
            text = next(one.talk)
            self._say(one.at, Conversation(one, text), text)

    def _say(self, at: datetime, talk: Conversation, text: str) -> None:
        heapq.heappush(self._ahead, (at, next(self._order), talk, text))

    # Living

    async def until(self, moment: datetime) -> None:
        """Live on to a moment: what people say in its order, and every timed job at its minute."""
        while True:
            job = upcoming(self.clock.now())[0]
            said_at = self._ahead[0][0] if self._ahead else moment
            step = min(moment, job.at, said_at)
            self.clock.move_to(step)
            if step == moment:
                return
            await (self._strike(job.job.name) if step == job.at else self._listen(step))

    async def _strike(self, job: str) -> None:
        await self.app.clockwork.tick()
        await self._settle()
        for bot, chat, _text, _id in self._news():
            if job == "remind-members":
                self._reminded(bot, chat)

    def _reminded(self, bot: str, chat: str) -> None:
        who = next(one for one in self.people if (one.bot, one.id) == (bot, chat))
        if (who.place, self._week()) in self.heard_from:
            self.needless.append(f"{who.name}, {who.place}, {self._week()}")
        answer = habits.reminded(who, self.clock.now(), self.chance)
        if answer is not None:
            self.plan([answer])

    async def _listen(self, moment: datetime) -> None:
        """What a few people write at about the same time, and what they read."""
        talks: dict[str, Conversation] = {}
        later = []
        while self._ahead and self._ahead[0][0] <= moment + TOGETHER:
            at, order, talk, text = heapq.heappop(self._ahead)
            who = talk.planned.who
            if who.id in talks or (not talk.came and who.talking):
                later.append((max(at, moment) + 2 * THINKS, order, talk, text))
                continue
            self._write(talk, text)
            talks[who.id] = talk
        for one in later:
            heapq.heappush(self._ahead, one)
        await self._brought_all()
        await self._settle()
        self._read(talks)

    def _write(self, talk: Conversation, text: str) -> None:
        if not talk.came:
            self.conversations.append(talk)
        planned, who = talk.planned, talk.planned.who
        bot = self.zalo.named[who.bot]
        bot.late = 0.0 if talk.came else planned.late.total_seconds()
        times = 2 if planned.twice and not talk.came else 1
        group = self._group_of(planned)
        event = bot.mentions(who.id, text, group.id) if group else bot.says(who.id, text)
        assert event is not None
        for _ in range(times - 1):
            bot.events.append(event)  # brought again, though it was taken
        self._brought[who.bot] += times
        talk.came += 1
        who.talking = True

    async def _brought_all(self) -> None:
        for name, bot in self.zalo.named.items():
            await bot.wait_for(lambda name=name, bot=bot: len(bot.webhook_answers) >= self._brought[name], 30)

    async def _settle(self) -> None:
        await self.app.settle()
        await self.app.traffic.count()

    def _news(self) -> list[tuple[str, str, str, str]]:
        """(bot, chat, text, message id) of everything sent since the last look."""
        found = []
        for name, bot in self.zalo.named.items():
            found += [(name, one.chat, one.text, one.message_id) for one in bot.sent[self._seen[name] :]]
            self._seen[name] = len(bot.sent)
        return found

    def _read(self, talks: dict[str, Conversation]) -> None:
        heard: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for _bot, chat, text, message_id in self._news():
            heard[chat].append((text, message_id))
        for who, talk in talks.items():
            group = self._group_of(talk.planned)
            read = heard.get(group.id if group else who, [])
            talk.words += [text for text, _ in read]
            talk.sent += [message_id for _, message_id in read]
            self.heard_from |= {(talk.planned.who.place, week) for week in talk.weeks(self.clock.now().year)}
            self._answer(talk, "\n".join(text for text, _ in read))

    def _answer(self, talk: Conversation, read: str) -> None:
        try:
            text = talk.planned.talk.send(read)
        except StopIteration:
            talk.planned.who.talking = False
        else:
            self._say(self.clock.now() + THINKS, talk, text)

    def _week(self) -> str:
        return str(Week.of(local(self.clock.now()).date()))

    # Groups

    def bind(self, groups: Iterable[Group], officer: Resident, at: datetime) -> None:
        """The officer asks for a code for each group, and somebody there types it; into the commune's own group the
        officer writes herself."""
        for number, group in enumerate(groups):
            self.zalo.named[group.bot].group(group.id, f"Nhóm {group.place}")
            self.groups[group.place] = group
            when = at + timedelta(minutes=5 * number)
            if group.place == COMMUNE:
                self.plan([Planned(when, officer, "group bound", habits.once("nhóm"), in_group=True)])
            else:
                talk = habits.asks_code(group.place, lambda code, place=group.place: self._type_code(place, code))
                self.plan([Planned(when, officer, "group code", talk)])

    def _type_code(self, place: str, code: str) -> None:
        who = next(one for one in self.people if one.place == place)
        when = self.clock.now() + timedelta(minutes=2)
        self.plan([Planned(when, who, "group bound", habits.once(f"nhóm {code}"), in_group=True)])

    def _group_of(self, planned: Planned) -> Group | None:
        return self.groups.get(planned.who.place or COMMUNE) if planned.in_group else None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def zalo_life(folder: Path, opens: datetime, people: list[Resident], seed: int = 47) -> AsyncIterator[ZaloLife]:
    """The program on its own database with the pool's webhooks registered, everybody on the roster, nobody in yet."""
    clock = MovedClock(opens)
    async with FakeZaloBots(BOTS, clock.now) as zalo:
        port = _free_port()
        settings = load(
            _env_file=None,
            data_dir=folder,
            http_port=port,
            public_base_url=f"http://127.0.0.1:{port}",
            secret_key="benchmark",
            zalo_bot_tokens=zalo.tokens,
            zalo_bot_api_base_url=zalo.url,
            timezone="Asia/Ho_Chi_Minh",
            jobs="off",
        )
        app = App(settings, clock)
        try:
            await app.open()
            await app.start_writers()
            await app.listen()
            for channel in app.channels.values():
                await app.connecting.connect(channel)
            yield ZaloLife(app, zalo, clock, people, seed)
        finally:
            await app.close()


async def invite_all(life: ZaloLife, folder: Path) -> dict[int, Villager]:
    """Import the roster and hold an invite for every place and role; returns who comes by which, by place in the
    list of people."""
    app, now = life.app, life.clock.now()
    file = folder / "roster.csv"
    file.write_text("\n".join(roster(life.people)) + "\n", encoding="utf-8")
    await import_roster(app.database, file, now=now, site_name=app.settings.site_name)
    async with app.database.write() as connection:
        day = local(now).date()
        known = {one.name: one for one in await demo.rostered(connection, day)}
        where = await places.by_ids(connection, {one.unit_id for one in known.values()}, day)
        codes: dict[tuple[int, str], str] = {}
        for one in known.values():
            if (one.unit_id, one.role) not in codes:
                made = await invitations.create_for(
                    connection, where[one.unit_id], role=one.role, now=now, day=day, uses=100
                )
                codes[one.unit_id, one.role] = made.code
    await app.refresh()
    rows = [known[who.name] for who in life.people]
    return {number: Villager(row, codes[row.unit_id, row.role]) for number, row in enumerate(rows)}
