"""The benchmarks in a tiny form: what is run by hand only breaks unseen. The month has its own test (tests/zalo)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import broadcast, door, start
from benchmarks.__main__ import PARTS, USUALLY, run
from benchmarks.district import TOKEN, District, build
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_rules import FREE

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> District:
    return asyncio.run(build(tmp_path_factory.mktemp("bench") / "district"))


@pytest.fixture
async def telegram(district: District) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(FREE, TOKEN) as server:
        for user in district.users:
            server.person(user)
        yield server


@pytest.fixture
def copied(district: District, tmp_path: Path) -> District:
    """The same district in a folder of its own."""
    shutil.copytree(district.folder, tmp_path / "district")
    return replace(district, folder=tmp_path / "district")


async def test_the_start_is_measured(copied: District, telegram: FakeTelegram) -> None:
    seconds, megabytes = await start.measure(copied.folder, telegram.url)
    assert seconds > 0
    assert megabytes > 10


async def test_the_door_is_measured_to_the_last_receipt(
    copied: District, telegram: FakeTelegram, tmp_path: Path
) -> None:
    measured = await door.measure(copied, tmp_path / "door", telegram.url, events=60)
    assert 0 < measured.completed <= measured.acknowledged
    assert measured.bare > 0


async def test_a_broadcast_is_measured_to_the_last_arrival(copied: District) -> None:
    few = replace(copied, users=copied.users[:20])
    measured = await broadcast.measure(few, copied.folder)
    assert (measured.delivered, measured.floods) == (20, 0)


@pytest.mark.parametrize("words", [["moon"], ["month", "soon"], ["3", "4"], ["-1"]])
def test_what_is_no_part_is_one_line(words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"usage: python -m benchmarks"):
        run(words)


def test_a_bare_number_is_the_rounds_of_the_usual_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    async def lives(names: list[str], rounds: int) -> None:
        asked.extend((name, rounds) for name in names)

    monkeypatch.setattr("benchmarks.__main__.main", lives)
    assert run(["3"]) == 0
    assert asked == [(name, 3) for name in USUALLY]
    asked.clear()
    assert run(["start", "door"]) == 0
    assert asked == [("start", 5), ("door", 5)]
    assert set(USUALLY) <= set(PARTS)
