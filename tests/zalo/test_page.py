"""docs/channels.md says what the channels declare."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from bot.capabilities import ALL, table
from bot.channels.base import Pictures
from bot.cli.main import app as tocds
from bot.estimate import estimate
from bot.estimate import table as estimates

PAGE = Path(__file__).resolve().parents[2] / "docs" / "channels.md"
COMMUNES = ((50, 1), (110, 9), (110, 12), (300, 20), (1057, 25))
"""(members, groups); the last is the whole of the first site."""


def between(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n(.*?)<!-- /{mark} -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found, f"the page has no place for: {mark}"
    return found[1].strip() + "\n"


def test_the_table_is_what_the_channels_declare() -> None:
    assert between("table") == table()
    assert CliRunner().invoke(tocds, ["channel", "limits"]).stdout == table()


def test_every_command_that_the_page_names_is_there_with_its_options() -> None:
    named = set(re.findall(r"`tocds ([^`]+)`", re.sub(r"\s+", " ", PAGE.read_text("utf-8"))))
    assert len(named) > 15
    for words in (shlex.split(one.replace("[", "").replace("]", "")) for one in named):
        at: Any = typer.main.get_command(tocds)
        while words and words[0] in getattr(at, "commands", {}):
            at = at.commands[words.pop(0)]
        assert not hasattr(at, "commands"), f"{words} is no command"
        known = {option for parameter in at.params for option in parameter.opts}
        most = sum(parameter.param_type_name == "argument" for parameter in at.params)
        given = [word for word in words if word.startswith("--")]
        assert set(given) <= known, words
        assert len(words) <= most + 2 * len(given), words


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("text", 1999),
        ("caption", 0),
        ("buttons", 3),
        ("pictures", Pictures.NONE),
        ("in_flight", 2),
        ("per_second", 5.0),
        ("per_chat_interval", 2.0),
        ("per_group_minute", 7),
    ],
)
def test_the_page_is_wrong_as_soon_as_a_limit_changes(monkeypatch: pytest.MonkeyPatch, name: str, change: Any) -> None:
    changed = replace(ALL[0], limits=replace(ALL[0].limits, **{name: change}))
    monkeypatch.setattr("bot.capabilities.ALL", (changed, *ALL[1:]))
    assert between("table") != table()


@pytest.mark.parametrize("what", ["people", "groups", "messages"])
def test_so_it_is_with_what_a_month_allows(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    changed = replace(ALL[0], month={**ALL[0].month, what: 7})
    monkeypatch.setattr("bot.capabilities.ALL", (changed, *ALL[1:]))
    assert between("table") != table()


def test_the_estimate_is_calculated() -> None:
    assert between("bots") == estimates([estimate(*one) for one in COMMUNES])


def test_a_bot_is_needed_for_every_fifty_people_and_every_three_groups() -> None:
    assert [estimate(*one).bots for one in ((1, 0), (50, 3), (51, 3), (50, 4), (0, 0))] == [1, 1, 2, 2, 1]


def test_the_estimate_can_be_asked_for() -> None:
    asked = ["channel", "estimate", "--members", "110", "--groups", "9"]
    assert CliRunner().invoke(tocds, asked).stdout == estimates([estimate(110, 9)])
    found = json.loads(CliRunner().invoke(tocds, [*asked, "--json"]).stdout)
    assert (found["bots"], found["quota"], found["messages"]) == (3, 9000, estimate(110, 9).messages)
    assert CliRunner().invoke(tocds, ["channel", "estimate", "--members", "-1"]).exit_code == 2


def test_the_page_says_which_benchmark_measured_it_and_what() -> None:
    said = between("month")
    assert len(re.findall(r"^tule\d .* yes$", said, re.MULTILINE)) == 3
    assert "one-line check-in" in said


def test_every_messenger_is_on_the_page() -> None:
    for one in ALL:
        assert f"- **{one.name}**:" in PAGE.read_text("utf-8")
