"""One table: what was measured, beside what, and what was hoped for; as Markdown, and as JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `beside`: the yardstick of the same run; `ratio` and `goal` are empty where nothing was promised."""

    what: str
    ours: str
    beside: str = ""
    ratio: str = ""
    goal: str = ""


def markdown(lines: Iterable[Line]) -> str:
    rows = [("what", "ours", "beside it", "ratio", "goal"), ("---",) * 5]
    rows += [(line.what, line.ours, line.beside, line.ratio, line.goal) for line in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def keep(name: str, rounds: int, lines: list[Line]) -> Path:
    """Write the lines down; returns the file."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    file = RESULTS / f"{name}-{now:%Y%m%d-%H%M%S}.json"
    document = {"at": now.isoformat(), "medians_of": rounds, "lines": [asdict(line) for line in lines]}
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    return file
