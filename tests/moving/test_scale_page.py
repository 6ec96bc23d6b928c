"""docs/scale.md: its commands, in its order, against a server of our own."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import postgres
from tests.moving.conftest import ROOT
from tests.town import Town

PAGE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.S | re.M)
TOCDS = '#!/bin/sh\nexec "{python}" -m bot "$@"\n'


def shown(name: str) -> str:
    """A value that the page shows and the reader replaces."""
    found = re.search(rf'^export {name}="(.*)"$', PAGE, re.M)
    assert found is not None, name
    return found.group(1)


@pytest.mark.only("sqlite")
async def test_its_commands_do_what_it_says(lived: Town, tmp_path: Path, server: postgres.Server) -> None:
    assert lived.database.file is not None
    (tmp_path / "data").mkdir()
    lived.database.file.rename(tmp_path / "data" / "tocds.db")
    for tail in ("-wal", "-shm"):
        beside = Path(f"{lived.database.file}{tail}")
        if beside.exists():
            beside.rename(tmp_path / "data" / f"tocds.db{tail}")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tocds").write_text(TOCDS.format(python=sys.executable))
    (tmp_path / "bin" / "tocds").chmod(0o755)
    script = "\n".join(BLOCKS)
    for name, real in (
        ("NEW", server.url("tocds")),
        ("SERVER", server.url().replace("+asyncpg", "")),
        ("SPARE", server.url("tocds_restored").replace("+asyncpg", "")),
    ):
        script = script.replace(shown(name), real)
    done = await asyncio.to_thread(_bash, script, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("  equal\n") > 30
    assert "copied and verified" in done.stdout
    assert re.search(r"schema: (\d+) -> \1", done.stdout)

    reader = server.url("tocds").replace(f"{postgres.USER}@", "tocds_reader@")
    tally = "tocds tally --week 2026-W47 --json"
    read = await asyncio.to_thread(_bash, f'DATABASE_URL="{reader}" {tally} | diff - new.json', tmp_path)
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")
    wrote = await asyncio.to_thread(_bash, f'DATABASE_URL="{reader}" tocds channel disable plain', tmp_path)
    assert (wrote.returncode, wrote.stderr.count("\n")) == (1, 1)
    restored = await asyncio.to_thread(
        _bash, f'DATABASE_URL="{server.url("tocds_restored")}" {tally} | diff - new.json', tmp_path
    )
    assert (restored.returncode, restored.stdout, restored.stderr) == (0, "", "")


def _bash(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{folder / 'bin'}:{postgres.programs()}:{os.environ['PATH']}"
    return subprocess.run(
        ("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
