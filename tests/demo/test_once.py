"""One simulated week through the real program."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, float]:
    """What `tocds demo --once` printed, the folder it ran in, and how long it took."""
    folder = tmp_path_factory.mktemp("demo")
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once"], cwd=folder, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout, folder, time.monotonic() - began


def test_three_commune_groups_hear_the_week(lived: tuple[str, Path, float]) -> None:
    printed, _, _ = lived
    groups = printed.split("===== The group of ")[1:]
    assert len(groups) == 3
    for group in groups:
        assert "– TUẦN 47 (16–22/11)" in group
        assert re.search(r"Có tin: \d+/\d+ thôn", group)
        assert len(max(group.split("\n\n"), key=len)) < 1000


def test_about_six_of_ten_members_check_in_and_nothing_fails(lived: tuple[str, Path, float]) -> None:
    printed, _, _ = lived
    figures = printed.split("===== The week in figures =====")[1]
    reported, villages = map(int, re.search(r"villages reported (\d+) of (\d+)", figures).groups())  # type: ignore[union-attr]
    assert villages == 199
    assert 150 <= reported <= 199
    assert int(re.search(r"check-ins in force (\d+)", figures)[1]) > 500  # type: ignore[index]
    assert int(re.search(r"reminders (\d+)", figures)[1]) > 0  # type: ignore[index]
    assert int(re.search(r"lessons given (\d+)", figures)[1]) > 0  # type: ignore[index]
    owed, sent = map(int, re.search(r"messages owed (\d+): sent (\d+), failed 0\n", figures).groups())  # type: ignore[union-attr]
    assert owed == sent


def test_every_commune_has_its_picture(lived: tuple[str, Path, float]) -> None:
    _, folder, _ = lived
    pictures = sorted((folder / "demo-out").glob("*.png"))
    assert len(pictures) == 24
    for picture in pictures:
        with Image.open(picture) as image:
            assert image.width >= 700
        assert picture.stat().st_size < 100_000


def test_the_demo_leaves_nothing_else_behind(lived: tuple[str, Path, float]) -> None:
    _, folder, _ = lived
    assert [path.name for path in folder.iterdir()] == ["demo-out"]
