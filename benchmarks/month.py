"""One month of one commune on three free Zalo bots, counted at the vendor. `python -m benchmarks month [DAYS]`.

110 members in 20 villages, two officers, one administrator, 9 groups; enrolment in the first days, then work told in
one line or step by step, mistakes, questions, reminders, tallies with pictures, digests, a broadcast a week.
Fails where a check-in in one line takes more than two messages, where a bot uses more than half of its month, or where
the program's own books differ from the vendor's.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from benchmarks import habits
from benchmarks.commune import MEMBERS, Resident, groups, residents
from benchmarks.habits import Planned
from benchmarks.zalo_life import Conversation, ZaloLife, invite_all, zalo_life
from bot import estimate
from locales import ZONE
from storage import accounts
from storage.outbox import owed, parcels, parts

OPENS = datetime(2026, 11, 1, 7, 0, tzinfo=ZONE)
"""Sunday the first: the whole month falls into one count of the vendor's."""
ENROL_DAYS = 5
MOST_PER_LINE, MOST_OF_MONTH = 2.0, 0.5
MONTH = 3000
OFFICERS = 3
DRIFT = 0.05
"""So much may the figures of bot/estimate.py differ from those measured."""
ONE_LINE = "one-line check-in"


@dataclass(frozen=True, slots=True)
class BotMonth:
    """One bot's month. `came`, `went`: as the vendor counted; `booked`: (in, out) as the program did."""

    name: str
    people: int
    groups: int
    came: int
    went: int
    booked: tuple[int, int]
    kinds: Counter[str]
    bare: int
    """Weekly tallies that came without their picture, or whose picture came apart from its words."""

    @property
    def share(self) -> float:
        return (self.came + self.went) / MONTH


@dataclass(frozen=True, slots=True)
class Month:
    """What was lived."""

    bots: list[BotMonth]
    conversations: list[Conversation]
    refused: list[tuple[str, int, str]]
    needless: list[str]
    seconds: float

    def of(self, kind: str) -> list[Conversation]:
        return [one for one in self.conversations if one.planned.kind == kind]

    @property
    def lines(self) -> list[Conversation]:
        """Check-ins in one line that were saved at once."""
        return [one for one in self.of(ONE_LINE) if one.recorded and one.came == 1]

    @property
    def figures(self) -> dict[str, float]:
        """What bot/estimate.py reckons with: of a month in which nobody joins, and the joining apart."""
        members = sum(one.people for one in self.bots) - OFFICERS
        groups = sum(one.groups for one in self.bots)
        posts = sum(one.kinds[kind] for one in self.bots for kind in ("weekly-tally", "remind-groups"))
        broadcast = sum(one.kinds["broadcast"] for one in self.bots)
        first = [one for kind in ("enrolment", "group code", "group bound") for one in self.of(kind)]
        joined = sum(one.kinds["joined"] for one in self.bots) + sum(one.came + len(one.sent) for one in first)
        usual = sum(one.came + one.went for one in self.bots) - posts - broadcast - joined
        lived = 30 - ENROL_DAYS  # members speak from then on
        return {
            "PER_MEMBER": usual / members * 30 / lived,
            "PER_JOINING": joined / members,
            "PER_GROUP": posts / groups,
        }

    def drifted(self) -> list[str]:
        """Where the figures that the program reckons with are no longer those of a whole month."""
        return [
            f"bot/estimate.py: {name} is {getattr(estimate, name)}, measured {figure:.2f}"
            for name, figure in self.figures.items()
            if abs(getattr(estimate, name) - figure) > DRIFT * figure
        ]

    def faults(self) -> list[str]:
        """What the month may not show."""
        found = [f"{one.name}: {one.share:.0%} of the month" for one in self.bots if one.share > MOST_OF_MONTH]
        found += [
            f"{one.name}: the vendor counted {one.came} in, {one.went} out; the program {one.booked}"
            for one in self.bots
            if one.booked != (one.came, one.went)
        ]
        if not self.lines or per_check_in(self.lines) > MOST_PER_LINE:
            found.append(f"a check-in in one line takes {per_check_in(self.lines):.2f} messages")
        found += [f"{one.name}: {one.bare} tallies are not one message with a picture" for one in self.bots if one.bare]
        found += [f"reminded though there was news: {one}" for one in self.needless]
        return found + [f"refused by the vendor: {one}" for one in self.refused]


def per_check_in(talks: Sequence[Conversation]) -> float:
    """Messages both ways for each check-in that was completed."""
    done = sum(one.recorded for one in talks)
    return sum(one.came + len(one.sent) for one in talks) / done if done else float("inf")


async def live(folder: Path, days: int = 30, members: int = MEMBERS, told: bool = False) -> Month:
    """Live so many days from the first of the month."""
    began = time.perf_counter()
    people = residents(members)
    async with zalo_life(folder, OPENS, people) as life:
        await _enrol(life, folder)
        midnight = OPENS.replace(hour=0)
        for day in range(days):
            today = midnight + timedelta(days=day)
            if day == 0 or today.weekday() == 0:
                monday = today - timedelta(days=today.weekday())
                life.plan(one for one in habits.week(people, monday, life.chance) if _lived(one, today, days))
            await life.until(today + timedelta(days=1))
            if told:
                print(f"  {today:%d/%m}: {len(life.conversations)} conversations", flush=True)
        refused = [one for bot in life.zalo.named.values() for one in bot.refused]
        seconds = time.perf_counter() - began
        return Month(await _bots(life), life.conversations, refused, life.needless, seconds)


def _lived(one: Planned, today: datetime, days: int) -> bool:
    """Whether it falls into the month, and after its speaker has joined."""
    joined = OPENS + timedelta(days=ENROL_DAYS if one.who.role in ("member", "leader") else 1)
    return max(today, joined) <= one.at < OPENS.replace(hour=0) + timedelta(days=days)


async def _enrol(life: ZaloLife, folder: Path) -> None:
    """Officers on the first morning, members in the days after; groups as soon as there is an officer."""
    villagers = await invite_all(life, folder)
    for number, who in enumerate(life.people):
        bot = life.zalo.named[who.bot]
        bot.person(who.id, who.name)
        early = who.role not in ("member", "leader")
        minutes = 0 if early else 60 + life.chance.randint(0, (ENROL_DAYS - 1) * 24 * 60 - 600)
        at = _awake(OPENS + timedelta(minutes=minutes))
        life.plan([Planned(at, who, "enrolment", habits.enrols(villagers[number]))])
    officer: Resident = next(one for one in life.people if one.role == "commune_lead")
    bound = OPENS + timedelta(days=ENROL_DAYS - 1, hours=2)
    life.bind(groups(), officer, bound)


def _awake(at: datetime) -> datetime:
    return at if 7 <= at.hour < 21 else at + timedelta(hours=10)


async def _bots(life: ZaloLife) -> list[BotMonth]:
    app = life.app
    ids = {channel.account: channel.account_id for channel in app.channels.values()}
    async with app.database.read() as connection:
        used = await accounts.use(connection, f"{OPENS:%Y-%m}")
        rows = await connection.execute(
            select(parcels.c.account_id, parts.c.vendor_message_id, owed.c.kind)
            .join(parcels, parcels.c.id == parts.c.parcel_id)
            .join(owed, owed.c.parcel_id == parcels.c.id)
            .where(parts.c.state == "sent")
            .order_by(owed.c.id.desc())
        )
        kinds = {(row.account_id, row.vendor_message_id): row.kind for row in rows}
    found = []
    for name, bot in life.zalo.named.items():
        use = used[ids[name]]
        known = [(one, kinds.get((ids[name], one.message_id), "not in our books")) for one in bot.sent]
        booked = (use.messages_in, use.messages_out)
        # Where the commune's group has no bot, its leads have the tally to copy, and no picture.
        known = [
            (one, "tally to copy" if kind == "weekly-tally" and one.chat not in bot.groups else kind)
            for one, kind in known
        ]
        posted = [one for one, kind in known if kind == "weekly-tally"]
        bare = sum(not (one.photo and one.text) for one in posted)
        by_kind = Counter(kind for _, kind in known)
        found.append(BotMonth(name, bot.seats, len(bot.groups), bot.month_in, bot.month_out, booked, by_kind, bare))
    return found


def report(month: Month) -> None:
    print(f"lived in {month.seconds:.0f} s; quota of a bot {MONTH} a month, both ways, counted at the vendor")
    print(f"{'bot':<8} people groups    in   out   % of month  books agree")
    for one in month.bots:
        agree = "yes" if one.booked == (one.came, one.went) else f"NO {one.booked}"
        print(f"{one.name:<8} {one.people:>6} {one.groups:>6} {one.came:>5} {one.went:>5} {one.share:>11.1%}  {agree}")
    kinds = sorted({kind for one in month.bots for kind in one.kinds})
    print(f"\n{'sent, by kind':<18}" + "".join(f"{one.name:>8}" for one in month.bots))
    for kind in kinds:
        print(f"{kind:<18}" + "".join(f"{one.kinds[kind]:>8}" for one in month.bots))
    print(f"\n{'conversation':<26} number  messages  each  per completed check-in")
    for kind in sorted({one.planned.kind for one in month.conversations}):
        _row(kind, month.of(kind))
    _row("… saved at once", month.lines)
    _row("… asked back", [one for one in month.of(ONE_LINE) if one.came > 1])
    print("\n" + ", ".join(f"{name} {figure:.2f}" for name, figure in month.figures.items()) + "  (bot/estimate.py)")


def _row(name: str, talks: list[Conversation]) -> None:
    messages = sum(one.came + len(one.sent) for one in talks)
    done = f"{per_check_in(talks):.2f}" if any(one.recorded for one in talks) else ""
    each = f"{messages / len(talks):.2f}" if talks else ""
    print(f"{name:<26} {len(talks):>6} {messages:>9} {each:>5}  {done}")


def main(days: int = 30) -> int:
    """Live the month and print it; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="tocds-month-") as folder:
        month = asyncio.run(live(Path(folder), days, told=True))
    report(month)
    faults = [*month.faults(), *(month.drifted() if days == 30 else [])]
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0
