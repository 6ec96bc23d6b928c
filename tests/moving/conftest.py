"""A town that has lived for a while, and the commands that move its database."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests import postgres
from tests.town import Town

ROOT = Path(__file__).resolve().parents[2]

Types = Callable[..., Awaitable[tuple[int, str, str]]]


@pytest.fixture
def types(tmp_path: Path) -> Types:
    """Type a command in a process of its own; returns its exit code, what it printed and what it complained of."""

    async def type_(*words: str, **settings: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            cwd=tmp_path,
            env={**os.environ, "DATA_DIR": str(tmp_path / "data"), **settings, "PYTHONPATH": str(ROOT)},
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert b"Traceback" not in err, err.decode()
        return process.returncode or 0, out.decode(), err.decode()

    return type_


@pytest.fixture
async def lived(town: Town) -> Town:
    """People, check-ins with words and a correction, a picture, a conversation left open."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="0912345678")
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Bản Lềnh", "leader")
    await an.says("vneid 3 dvc 2 ghi chú: cụ Páo ở xa 😀")
    await an.says("sửa dvc 4")
    await hoa.sends("picture", pictures=["p1"])
    town.later(weeks=6)
    await an.says("vneid 1 hôm qua")
    await hoa.says("ghi việc")
    return town


@pytest.fixture
def server() -> postgres.Server:
    try:
        return postgres.started()
    except postgres.Missing as missing:
        pytest.skip(str(missing))
