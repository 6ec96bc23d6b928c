"""Rounds of SIGKILL at random instants: while it starts, journals, lives turns, sends, and while the clock fires."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot import scheduler
from tests.torture.audit import Audit
from tests.torture.stage import Stage

BROADCAST_EVERY = 8
"""Rounds between two letters to the whole district."""
AUDIT_EVERY = 25
"""Rounds after which all is let come to rest, and the books are looked at."""
PATIENCE = 6.0
"""Seconds until a round ends although what it waited for did not come."""
ILLS = {"DROP_AFTER": 0.01, "DROP_BEFORE": 0.01, "BAD_GATEWAY": 0.01}


class Instant(StrEnum):
    """When the process is killed."""

    STARTING = "starting"
    ANY = "any"
    JOURNALING = "journaling"
    """Right after some events were acknowledged."""
    SENDING = "sending"
    """Right after a vendor kept some message, before it answers."""
    FIRING = "firing"
    """The clock has just struck, and pictures are drawn."""


@dataclass
class Figures:
    """What a torture came to."""

    rounds: int = 0
    instants: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    kills: int = 0
    events: int = 0
    acknowledged: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    helped: int = 0
    """How often an administrator had to give a new refresh token."""
    audit: Audit = field(default_factory=Audit)

    def table(self) -> str:
        """One line a figure."""
        audit, answers = self.audit, ", ".join(f"{status}: {n}" for status, n in sorted(self.answers.items()))
        rows = {
            "rounds": f"{self.rounds} in {self.seconds:.0f} s",
            "kills": f"{self.kills} ({', '.join(f'{count} {name}' for name, count in self.instants.items())})",
            "events written": str(self.events),
            "events acknowledged": f"{self.acknowledged} (answers at the door: {answers})",
            "events journaled": f"{audit.events}, of which check-ins applied: {audit.checkins}",
            "owed": ", ".join(f"{count} {state}" for state, count in sorted(audit.owed.items())),
            "firings": ", ".join(f"{count} {name}" for name, count in sorted(audit.occurrences.items())) or "none",
            "messages at the vendors": str(audit.landed),
            "duplicates": f"{sum(audit.duplicates.values())} ({dict(audit.duplicates)})",
            "marked maybe_twice": f"{audit.marked} parcels",
            "tokens given anew": str(self.helped),
            "faults": str(len(audit.faults)),
        }
        return "\n".join(f"{name:<24} {value}" for name, value in rows.items())


async def torture(stage: Stage, rounds: int) -> Figures:
    """So many rounds, then rest, then the audit. Raises AssertionError where something does not add up."""
    figures, began = Figures(), time.monotonic()
    while figures.rounds < rounds:
        async with asyncio.TaskGroup() as letters:
            async with stage.flowing():
                for _ in range(min(AUDIT_EVERY, rounds - figures.rounds)):
                    await _round(stage, figures, letters)
            await _rest(stage)
        figures = await figures_of(stage, figures)
        figures.seconds = time.monotonic() - began
        _hold(stage, figures)
    return figures


async def figures_of(stage: Stage, figures: Figures | None = None) -> Figures:
    """What has come of a stage so far, audited."""
    figures = figures or Figures()
    figures.kills, figures.helped = stage.crashes, len(stage.helped)
    figures.events, figures.acknowledged = len(stage.load.written), len(stage.load.acknowledged)
    figures.answers, figures.audit = stage.load.answers, await stage.audited()
    return figures


def _hold(stage: Stage, figures: Figures) -> None:
    over = {
        one.account: stage.in_hand[one.account]
        for one in stage.vendors.all
        if stage.in_hand[one.account] > one.in_flight
    }
    assert not over, f"more in a hand than is declared: {over}"
    assert not figures.audit.faults, f"after {figures.rounds} rounds:\n" + "\n".join(figures.audit.faults)
    assert "Traceback" not in stage.service.said, stage.service.tail(60)


async def _rest(stage: Stage) -> None:
    """All is well: what is owed arrives, and the service stops as it should."""
    stage.vendors.heals()
    await stage.starts()
    await stage.settles()
    assert await stage.service.stop() == 0, stage.service.tail()
    assert not await stage.sending(), "it stopped, and left something in its hand"


async def _round(stage: Stage, figures: Figures, letters: asyncio.TaskGroup) -> None:
    dice = stage.dice
    instant = dice.choice(list(Instant))
    figures.rounds += 1
    figures.instants[instant] += 1
    if instant is Instant.FIRING:
        _strikes(stage)
    elif dice.random() < 0.3:
        stage.clock.jump(timedelta(hours=dice.uniform(0, 12)))
    ills = ILLS if dice.random() < 0.3 else {}
    stage.vendors.suffers(ills, dice, lambda: random.uniform(0, 0.05))
    if figures.rounds % BROADCAST_EVERY == 2:
        letters.create_task(letter(stage, figures.rounds))
    await stage.starts(waits=instant is not Instant.STARTING)
    await _the_moment(stage, instant)
    await stage.crash()


def _strikes(stage: Stage) -> None:
    """The clock is put right behind the next firing of any job."""
    upcoming = scheduler.upcoming(stage.clock.now())
    stage.clock.jump_to(upcoming[0].at + timedelta(seconds=stage.dice.uniform(0, 60)))


async def _the_moment(stage: Stage, instant: Instant) -> None:
    """Returns when the process is to be killed."""
    dice = stage.dice
    if instant is Instant.STARTING:
        await asyncio.sleep(dice.uniform(0.2, 3.0))
    elif instant is Instant.ANY:
        await asyncio.sleep(dice.uniform(0, 2))
    elif instant is Instant.FIRING:
        await asyncio.sleep(dice.uniform(0, 1))
    elif instant is Instant.JOURNALING:
        await _acknowledged(stage, dice.randint(1, 40))
    else:
        await _kept(stage, dice.randint(1, 30))


async def _acknowledged(stage: Stage, more: int) -> None:
    wanted = len(stage.load.acknowledged) + more
    with contextlib.suppress(TimeoutError):
        await stage.until(lambda: len(stage.load.acknowledged) >= wanted, PATIENCE)


async def _kept(stage: Stage, more: int) -> None:
    """The process is killed by the vendor's own hand, between keeping a message and answering."""
    left, reached = [more], asyncio.Event()

    def kept() -> None:
        left[0] -= 1
        if left[0] <= 0 and not reached.is_set():
            stage.service.strike()
            reached.set()

    stage.vendors.on_kept(kept)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(reached.wait(), PATIENCE)
    stage.vendors.on_kept(lambda: None)


async def letter(stage: Stage, number: int) -> None:
    """The admin writes to everybody, people and groups, in four lines of which each is brought after the one before."""
    for words in (f"thông báo Mời bà con họp, thư số {number}.", "1", "1", "1"):
        one = stage.load.writes(stage.district.admin, words)
        while one.number not in stage.load.acknowledged:
            await asyncio.sleep(0.02)
