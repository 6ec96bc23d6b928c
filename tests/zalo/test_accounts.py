"""Accounts that an operator adds by command, and those that the environment names."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.cli import main, opening
from bot.settings import load
from tests.fakes.zalo_oa import APP_ID, APP_SECRET
from tests.zalo.doors import Home, ZaloOaDoor, house

TOKEN, OTHER = "111:secret-one", "222:secret-two"
Types = Callable[..., tuple[int, str, str]]


@pytest.fixture
def types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Types]:
    """Type a command; returns its exit code, what it printed and what it complained of."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("ZALO_BOT_TOKENS", "ZALO_OA_APP_ID", "TELEGRAM_BOT_TOKEN", "WEBCHAT"):
        monkeypatch.delenv(name, raising=False)
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
        assert "secret" not in said.out + said.err.replace("ZALO_OA_APP_SECRET", "")
        return code, said.out, said.err

    yield type_
    opening.settings.cache_clear()


def in_service(types: Types) -> dict[str, bool]:
    return {one["account"]: one["enabled"] for one in json.loads(types("channel", "list", "--json")[1])}


def starts(folder: Path, **settings: str) -> list[str]:
    """The service starts and stops; returns which accounts it served."""
    return asyncio.run(_starts(folder, **settings))


async def _starts(folder: Path, **settings: str) -> list[str]:
    app = App(load(_env_file=None, data_dir=folder / "data", http_port=0, jobs="off", **settings))
    try:
        await app.open()
        return sorted(channel.account for channel in app.channels.values())
    finally:
        await app.close()


def test_a_bot_added_by_command_stays_though_the_environment_never_named_it(types: Types, tmp_path: Path) -> None:
    assert types("channel", "add", "zalo-bot", "tule1", TOKEN)[:2] == (0, "tule1: added\n")
    assert starts(tmp_path) == ["tule1"]
    assert starts(tmp_path, zalo_bot_tokens=f"tule2={OTHER}") == ["tule1", "tule2"]
    assert starts(tmp_path) == ["tule1"]
    assert in_service(types) == {"tule1": True, "tule2": False}


def test_once_the_environment_has_named_it_the_environment_rules(types: Types, tmp_path: Path) -> None:
    types("channel", "add", "zalo-bot", "tule1", TOKEN)
    assert starts(tmp_path, zalo_bot_tokens=f"tule1={TOKEN}") == ["tule1"]
    assert starts(tmp_path) == []
    assert types("channel", "add", "zalo-bot", "tule1", TOKEN)[0] == 0
    assert starts(tmp_path) == ["tule1"]


def test_what_is_left_of_a_month_is_listed(types: Types) -> None:
    types("channel", "add", "zalo-bot", "tule1", TOKEN)
    _, out, _ = types("channel", "list")
    assert "people 0/50  groups 0/3  in 0  out 0 of 3000: 3000 left, 2700 of them for posts" in out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("zalo-bot", "tule1", "no-colon"), "name=123456:abc"),
        (("zalo-bot", "xã Tú Lệ", TOKEN), "letters, digits"),
        (("zalo-bot", "tule1", OTHER), "another account is called tule1"),
        (("zalo-oa", "--refresh-token", "x"), "ZALO_OA_APP_ID"),
    ],
    ids=lambda one: " ".join(one[:2]) if isinstance(one, tuple) else "",
)
def test_what_cannot_be_added_is_one_line(types: Types, words: tuple[str, ...], line: str) -> None:
    types("channel", "add", "zalo-bot", "tule1", TOKEN)
    code, out, err = types("channel", "add", *words)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert line in err


def test_a_refresh_token_is_taken_once(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZALO_OA_APP_ID", APP_ID)
    monkeypatch.setenv("ZALO_OA_APP_SECRET", APP_SECRET)
    give = ("channel", "add", "zalo-oa", "--refresh-token", "from-the-console")
    assert types(*give)[:2] == (0, "zalo-oa: refresh token kept\n")
    code, _, err = types(*give)
    assert (code, err.count("\n")) == (1, 1)
    assert "given before" in err


async def test_the_refresh_token_of_the_settings_is_taken_at_the_first_start_only(
    tmp_path: Path, zalo_oa: ZaloOaDoor, database_kind: str
) -> None:
    async with house(tmp_path, zalo_oa) as home:
        await _talks(home)
        settings = home.app.settings
    assert zalo_oa.fake.oauth.renewals == 1
    app = App(settings.model_copy(update={"http_port": 0, "public_base_url": ""}), zalo_oa.clock)
    try:
        await app.open()
        (channel,) = app.channels.values()
        assert await channel.meet() != ""  # type: ignore[attr-defined]
    finally:
        await app.close()
    assert zalo_oa.fake.oauth.renewals == 1, "a refresh token works once: the kept pair goes on"


async def test_the_keys_are_tended_while_nobody_writes(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    await zalo_oa.wait_for(lambda: zalo_oa.fake.oauth.renewals == 1, 5)


async def _talks(home: Home) -> None:
    await home.enrol("Lò Văn An")
