"""The wheel holds exactly the four packages, and everything they read at run time."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_carries_the_four_packages_with_their_files(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if not name.split("/")[0].endswith(".dist-info")}
    assert tops == {"bot", "handlers", "storage", "locales"}
    for needed in (
        "locales/vi/LC_MESSAGES/messages.po",
        "locales/en/LC_MESSAGES/messages.po",
        "locales/vi/lexicon.toml",
        "locales/vi/demo.toml",
        "locales/form.toml",
        "storage/migrations/env.py",
        "handlers/roster/van_chan_2022.csv",
    ):
        assert needed in names
    assert any(name.startswith("locales/vi/tutorials/") for name in names)
    assert any(name.endswith(".ttf") for name in names)
    assert any(name.startswith("bot/web/pages/") and name.endswith(".js") for name in names)
