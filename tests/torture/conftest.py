"""Seeds that can be given again, and a table at the end.

TORTURE_ROUNDS: how often the service is killed (3). TORTURE_SEED: of the random instants; a failure shows its own.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.torture.rounds import Figures

_tables: list[tuple[str, Figures]] = []


@pytest.fixture(scope="session")
def rounds() -> int:
    return int(os.environ.get("TORTURE_ROUNDS") or 3)


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """Dice whose seed is shown where the test fails."""
    seed = int(os.environ.get("TORTURE_SEED") or random.SystemRandom().randrange(1_000_000))
    request.node.add_report_section("setup", "torture", f"again by: TORTURE_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def shown(request: pytest.FixtureRequest) -> Callable[[Figures], None]:
    """Keeps figures for the table at the end."""
    return lambda figures: _tables.append((request.node.name, figures))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a service lives."""
    (tmp_path / "data").mkdir()
    return tmp_path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name, figures in _tables:
        terminalreporter.section(name)
        terminalreporter.write_line(figures.table())
