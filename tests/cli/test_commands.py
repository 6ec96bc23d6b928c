"""The command line: help everywhere, exit codes 0, 2 and 1, one human line on stderr, documents as promised."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
import pytest
import typer

from bot.cli import main, opening
from bot.cli.main import app as tocds
from tests.databases import POSTGRESQL, apart, databases

ROSTER = """xã;thôn;họ tên;điện thoại;vai trò
Tú Lệ;Bản Lềnh;Lò Văn An;0912345678;tổ trưởng
Tú Lệ;Thôn 3;Vàng A Páo;0912345677;tổ viên
"""
NAMES = ("DATA_DIR", "DATABASE_URL", "TELEGRAM_BOT_TOKEN", "PUBLIC_BASE_URL", "WEBCHAT", "HTTP_PORT", "TIMEZONE")

Types = Callable[..., tuple[int, str, str]]


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Types]:
    """Type a command; returns its exit code, what it printed and what it complained of."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def type_(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["tocds", *words])
        opening.settings.cache_clear()
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    yield type_
    opening.settings.cache_clear()


@pytest.fixture
def settled(types: Types, tmp_path: Path, database_kind: str, monkeypatch: pytest.MonkeyPatch) -> Types:
    """A commune with two villages."""
    if database_kind == POSTGRESQL:
        monkeypatch.setenv("DATABASE_URL", apart(databases.make(tmp_path)))
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert types("roster", "import", "roster.csv")[0] == 0
    return types


def every_command() -> list[tuple[str, ...]]:
    def below(command: object, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        for name, one in getattr(command, "commands", {}).items():
            yield from below(one, (*path, name))

    return list(below(typer.main.get_command(tocds), ()))


def test_the_commands_are_those_that_were_promised() -> None:
    promised = {
        ("demo",), ("run",), ("db", "upgrade"), ("db", "backup"),
        ("db", "restore"), ("db", "copy"), ("roster", "sample"), ("roster", "import"), ("roster", "export"),
        ("invite",), ("channel", "list"), ("channel", "disable"), ("job", "list"), ("job", "run"), ("tally",),
    }  # fmt: skip
    assert promised <= set(every_command())


@pytest.mark.parametrize("path", every_command(), ids=" ".join)
def test_every_command_has_help(types: Types, path: tuple[str, ...]) -> None:
    code, out, err = types(*path, "--help")
    assert (code, err) == (0, "")
    assert "Usage: " in click.unstyle(out)
    assert len(out.splitlines()) > 5


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("run", "--fast"),
        ("job", "run"),
        ("job", "run", "no-such-job"),
        ("job", "run", "weekly-tally", "--week", "2026-47"),
        ("job", "run", "weekly-tally", "--week", "2026-W60"),
        ("job", "run", "weekly-tally", "--at", "tomorrow"),
        ("tally",),
        ("tally", "--week", "last"),
        ("channel", "disable"),
        ("demo", "--port", "eighty"),
    ],
    ids=" ".join,
)
def test_wrong_arguments_are_2(types: Types, words: tuple[str, ...]) -> None:
    code, out, err = types(*words)
    assert (code, out) == (2, "")
    assert "Usage: " in click.unstyle(err)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("channel", "disable", "nobody"), "no account is called nobody"),
        (("tally", "--week", "2026-W47", "--unit", "Nowhere"), "Nowhere"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_cannot_be_done_is_1_and_one_line(settled: Types, words: tuple[str, ...], line: str) -> None:
    code, out, err = settled(*words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert line in err


def test_without_a_place_there_is_no_tally(types: Types) -> None:
    code, out, err = types("tally", "--week", "2026-W47", "--json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "import a roster first" in err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TIMEZONE", "Asia/Tu_Le"),
        ("HTTP_PORT", "eighty"),
        ("DATABASE_URL", "mysql://x"),
        ("TELEGRAM_BOT_TOKEN", "very-secret-part"),
    ],
)
@pytest.mark.parametrize("words", [("run",), ("channel", "list")], ids=" ".join)
def test_a_wrong_setting_is_named_in_one_line(
    types: Types, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = types(*words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith(f"tocds: {name}: ")
    assert "very-secret-part" not in err


def test_a_folder_that_cannot_be_written_is_one_line(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", "/proc/tocds")
    code, out, err = types("channel", "list")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "DATA_DIR" in err
    assert "/proc/tocds" in err


def test_a_database_that_does_not_answer_is_named_without_its_password(
    types: Types, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://tocds:very-secret@127.0.0.1:1/tocds")
    code, out, err = types("tally", "--week", "2026-W47")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert err.startswith("tocds: DATABASE_URL, DATA_DIR: the database cannot be used")
    assert "very-secret" not in err


def test_a_file_that_is_no_database_is_one_line(types: Types, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tocds.db").write_text("not a database, whoever put it there " * 40)
    code, out, err = types("job", "list")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "not a database" in err
    assert "DATABASE_URL" in err


def test_a_schema_is_made_and_made_again_without_harm(types: Types) -> None:
    assert re.fullmatch(r"schema: empty -> \w+\n", types("db", "upgrade")[1])
    assert re.fullmatch(r"schema: (\w+) -> \1\n", types("db", "upgrade")[1])


def test_jobs_are_listed_with_their_next_time_and_their_last_firing(settled: Types) -> None:
    code, out, err = settled("job", "list", "--json")
    assert (code, err) == (0, "")
    jobs = {job["name"]: job for job in json.loads(out)}
    assert list(jobs) == ["remind-members", "remind-groups", "weekly-tally", "lead-digest", "admin-digest"]
    assert {job["last"] for job in jobs.values()} == {None}
    times = {name: datetime.fromisoformat(job["next"]) for name, job in jobs.items()}
    assert {f"{at:%z}" for at in times.values()} == {"+0700"}
    assert f"{times['weekly-tally']:%a %H:%M}" == "Mon 07:30"
    assert f"{times['remind-groups']:%a %H:%M}" == "Fri 18:30"
    assert settled("job", "run", "weekly-tally", "--week", "2026-W40")[0] == 0
    last = next(job for job in json.loads(settled("job", "list", "--json")[1]) if job["name"] == "weekly-tally")["last"]
    assert (last["period"], last["state"]) == ("2026-W40", "done")
    assert set(last) >= {"period", "state", "reason"}


def test_a_tally_is_a_tree_of_places(settled: Types) -> None:
    code, out, err = settled("tally", "--week", "2026-W47", "--json")
    assert (code, err) == (0, "")
    root = json.loads(out)
    assert (root["week"], root["villages"], root["checkins"]) == ("2026-W47", {"expected": 2, "reported": 0}, 0)
    (commune,) = root["units"]
    assert commune["unit"] == "Tú Lệ"
    assert {
        unit["unit"]: unit["villages"]["expected"] for unit in commune["units"] if unit["villages"]["expected"]
    } == {
        "Bản Lềnh": 1,
        "Thôn 3": 1,
    }
    assert commune["missing"] == [], "where nobody has enrolled, nobody is missed"
    assert all(unit["units"] == [] for unit in commune["units"])
    keys = {"week", "unit", "villages", "checkins", "indicators", "previous", "tutorials", "missing", "units"}
    assert keys <= set(root)
    assert keys <= set(commune["units"][0])
    assert json.loads(settled("tally", "--week", "2026-W47", "--unit", "Tú Lệ", "--json")[1])["unit"] == "Tú Lệ"


def test_accounts_are_listed_with_what_is_used_of_them(settled: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(settled("channel", "list", "--json")[1]) == []
    assert "no account yet" in settled("channel", "list")[1]
    monkeypatch.setenv("WEBCHAT", "on")
    monkeypatch.setenv("HTTP_PORT", "8080")
    _, out, _ = settled("invite", "--unit", "Tú Lệ/Bản Lềnh", "--role", "member", "--json")
    (link,) = json.loads(out)["links"]
    assert (link["channel"], link["account"]) == ("webchat", "webchat")
    (account,) = json.loads(settled("channel", "list", "--json")[1])
    assert account == {
        "channel": "webchat", "account": "webchat", "enabled": True, "people": 0, "people_limit": None, "groups": 0,
        "groups_limit": None, "messages_in": 0, "messages_out": 0, "messages_limit": None, "seats_reserved": 0,
        "messages_counted": 0, "token_refused": False, "unit": None, "holder": None,
    }  # fmt: skip


def test_an_invite_from_a_shell_without_the_token_disables_nothing(
    settled: Types, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBCHAT", "on")
    settled("invite", "--unit", "Tú Lệ/Bản Lềnh", "--role", "member")
    monkeypatch.setenv("WEBCHAT", "off")
    settled("invite", "--unit", "Tú Lệ/Bản Lềnh", "--role", "member")
    (account,) = json.loads(settled("channel", "list", "--json")[1])
    assert account["enabled"] is True


def test_a_disabled_account_gets_no_link(settled: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBCHAT", "on")
    invite = ("invite", "--unit", "Tú Lệ/Bản Lềnh", "--role", "member", "--json")
    assert len(json.loads(settled(*invite)[1])["links"]) == 1
    assert settled("channel", "disable", "webchat")[:2] == (0, "webchat: disabled\n")
    assert json.loads(settled(*invite)[1])["links"] == []
