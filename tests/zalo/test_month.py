"""The benchmark's month, in short: a few days of a smaller commune, so that it cannot rot."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.month import live, per_check_in


async def test_the_days_are_frugal_and_the_books_agree_with_the_vendor(tmp_path: Path) -> None:
    """Sunday the first to the second Monday: people join, a Friday with its reminders, a Monday with its tallies."""
    lived = await live(tmp_path, days=9, members=40)
    assert lived.faults() == []
    assert any(one.planned.twice for one in lived.lines), "something must come twice, or the books are not tried"
    assert len(lived.lines) >= 10
    assert per_check_in(lived.lines) == 2.0
    kinds = sum((one.kinds for one in lived.bots), start=Counter[str]())
    assert kinds["weekly-tally"] == 9, "one message for each of nine groups"
    assert kinds["remind-members"] > 0
    assert kinds["admin-digest"] == 2
    assert kinds["joined"] <= 2 * 5, "a day's newcomers are one message to each officer"
    assert kinds["not in our books"] == 0
