"""docs/channels.md says what the channels declare."""

from __future__ import annotations

import re
from pathlib import Path

from typer.testing import CliRunner

from bot.capabilities import ALL, bots_for, table
from bot.cli.main import app as tocds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"
COMMUNES = ((50, 1), (110, 9), (110, 12), (300, 20), (1057, 25))
"""(members, groups); the last is the whole of the first site."""


def between(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, f"the page has no place for: {mark}"
    return found[1].strip() + "\n"


def estimate() -> str:
    rows = [f"| {members} | {groups} | {bots_for(members, groups)} |" for members, groups in COMMUNES]
    return "\n".join(("| members | groups | free bots |", "| --- | --- | --- |", *rows)) + "\n"


def test_the_table_is_what_the_channels_declare() -> None:
    assert between("table") == table()
    assert CliRunner().invoke(tocds, ["channel", "limits"]).stdout == table()


def test_the_estimate_is_calculated() -> None:
    assert between("bots") == estimate()


def test_a_bot_is_needed_for_every_fifty_people_and_every_three_groups() -> None:
    assert [bots_for(*one) for one in ((1, 0), (50, 3), (51, 3), (50, 4), (0, 0))] == [1, 1, 2, 2, 1]


def test_every_messenger_is_on_the_page() -> None:
    for one in ALL:
        assert f"- **{one.name}**:" in PAGE.read_text("utf-8")
