"""The clock strikes in several processes, and an operator fires by hand beside them: posted once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

import bot.firing
from bot.firing import Fired
from storage.media import media
from storage.occurrences import occurrences
from storage.outbox import owed
from tests.clock.clockwork import MONDAY_TALLY, Clockwork
from tests.leases.conftest import town_at


@pytest.fixture
async def clocks(url: str) -> AsyncIterator[list[Clockwork]]:
    """The same town, seen by three processes."""
    made = [Clockwork(await town_at(url)) for _ in range(3)]
    yield made
    for one in made:
        await one.town.database.close()


@pytest.fixture
def all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody writes before all three have read what has been fired, and have drawn their pictures."""
    barrier, draw = threading.Barrier(3, timeout=20), bot.firing._draw

    def drawn(posts):  # type: ignore[no-untyped-def]
        found = draw(posts)
        barrier.wait()
        return found

    monkeypatch.setattr(bot.firing, "_draw", drawn)


async def _once(clocks: list[Clockwork], fired: list[Fired], places: int) -> None:
    assert sum(one.done for one in fired) == places
    town = clocks[0].town
    posts = [row for row in await town.rows(owed) if row.lane == 1]
    rows = [row for row in await town.rows(occurrences) if row.job == "weekly-tally"]
    assert len({row.address_id for row in posts}) == len(posts) == places
    assert len({row.unit_id for row in rows}) == len(rows) == places
    assert {row.id for row in await town.rows(media)} == {row.media_id for row in rows}, "a picture is left over"


async def _groups(clock: Clockwork, number: int) -> None:
    for one in range(number):
        an = await clock.town.person("Lò Văn An", f"Xã {one}/Thôn {one}")
        await an.says("vneid 3")
        await clock.group(f"Nhóm {one}", f"Xã {one}")


@pytest.mark.usefixtures("all_drawn")
async def test_two_clocks_and_a_hand_post_once(clocks: list[Clockwork]) -> None:
    await _groups(clocks[0], 4)
    for one in clocks:
        one.town.clock.move_to(MONDAY_TALLY)
    first, second, by_hand = clocks
    ticks = await asyncio.gather(
        first.firings.tick(), second.firings.tick(), by_hand.run("weekly-tally", MONDAY_TALLY, "2026-W47")
    )
    tallies = [one for tick in ticks[:2] for one in tick if one.job == "weekly-tally"]
    await _once(clocks, [*tallies, ticks[2]], 4)


@pytest.mark.usefixtures("all_drawn")
async def test_what_was_skipped_is_made_good_once_by_many_hands(clocks: list[Clockwork]) -> None:
    await _groups(clocks[0], 2)
    for one in clocks:
        one.town.clock.move_to(MONDAY_TALLY.replace(day=25))
    (late,) = [one for one in await clocks[0].firings.tick() if one.job == "weekly-tally"]
    assert (late.done, late.skipped) == (0, 2)
    fired = await asyncio.gather(*(one.run("weekly-tally", None, "2026-W47") for one in clocks))
    await _once(clocks, list(fired), 2)
