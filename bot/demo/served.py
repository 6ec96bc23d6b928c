"""tocds demo: the page with three phones, a few communes alive around them, and a clock that one moves."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from datetime import timedelta

from bot.channels.webchat import ClockView, Demo, Look, Phone
from bot.clock import MovedClock
from bot.demo import week
from bot.demo.people import Standing, Villager
from bot.demo.stage import MONDAY, OPENS, Stage, stage
from bot.scheduler import upcoming

HOME, VILLAGE = "Tú Lệ", "Bản Lềnh"
ALIVE = {HOME, "Nậm Búng", "Gia Hội", "Cát Thịnh"}
"""The communes whose members live along; the others stay asleep, so that the page opens within seconds."""
OPENS_AT = MONDAY + timedelta(days=3, hours=18, minutes=40)
"""Thursday evening, shortly before the first reminders."""


async def serve(port: int, say: Callable[[str], None], look: Look = Look.TELEGRAM) -> None:
    """Serve the demo until interrupted, shown at first as one messenger would."""
    clock = MovedClock(OPENS)
    async with stage(clock, port, step=timedelta(minutes=1)) as set_up:
        say("The sample district wakes up; a few seconds …")
        demo = await _prepared(set_up, clock)
        set_up.chat.show_as(look)
        await set_up.app.serve(demo)
        assert set_up.app.server is not None
        say(f"Open http://127.0.0.1:{set_up.app.server.port}/chat   (Ctrl+C ends the demo; nothing of it is kept)")
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await stop.wait()


async def _prepared(set_up: Stage, clock: MovedClock) -> Demo:
    """People through the door, groups bound, half a week lived; and the three phones."""
    life, chance = set_up.life, random.Random(47)
    villagers = set_up.in_communes(ALIVE)
    admin = set_up.of("admin")[0]
    await life.enrol([*villagers, *([] if admin in villagers else [admin])])
    leads = {who.rostered.commune_id: who for who in villagers if who.rostered.role == "commune_lead"}
    groups = week.bind_groups(life, list(leads.values()), clock.now() + timedelta(minutes=5))
    hero = _hero(villagers)
    members = [
        who
        for who in villagers
        if who.rostered.role in ("member", "leader")
        and who.standing is Standing.INSIDE
        and who is not hero
        and who.rostered.unit_id != hero.rostered.unit_id
    ]
    week.plan(life, members, MONDAY, chance)
    await life.until(OPENS_AT)
    home = hero.rostered.commune_id
    lead = leads[home]
    return Demo(
        phones=(
            Phone("member", VILLAGE, hero.name, hero.chat, hero.chat, hero.name, False),
            Phone("group", f"Tổ CĐS xã {HOME}", lead.name, groups[home], lead.chat, lead.name, True),
            Phone("admin", "Quản trị", admin.name, admin.chat, admin.chat, admin.name, False),
        ),
        clock=lambda: _view(clock),
        advance=lambda: _advance(set_up, clock),
    )


def _hero(villagers: list[Villager]) -> Villager:
    """The member whose phone is shown: the team leader of one village."""
    here = [who for who in villagers if (who.rostered.commune_name, who.rostered.unit_name) == (HOME, VILLAGE)]
    return next((who for who in here if who.rostered.role == "leader"), here[0])


async def _view(clock: MovedClock) -> ClockView:
    coming = upcoming(clock.now())[0]
    return ClockView(clock.now(), coming.job.name, coming.at)


async def _advance(set_up: Stage, clock: MovedClock) -> ClockView:
    """Live on to the next job and let it fire; then show what comes after it."""
    await set_up.life.until(upcoming(clock.now())[0].at)
    clock.move(timedelta(seconds=1))
    return await _view(clock)
