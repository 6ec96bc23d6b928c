"""The operator's side of a pool: whose a bot is, what it may take, where an invite leads, where its people go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.zalo.doors import ROSTER
from tests.zalo.test_accounts import Types
from tests.zalo.test_accounts import types as types

ONE, TWO = "111:secret-one", "222:secret-two"
INVITE = ("invite", "--unit", "Tú Lệ/Bản Lềnh", "--role", "member")


@pytest.fixture
def operator(types: Types, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Types:
    """A commune with two people and one bot; the vendor does not answer."""
    monkeypatch.setenv("ZALO_BOT_API_BASE_URL", "http://127.0.0.1:9")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    assert types("roster", "import", "roster.csv")[0] == 0
    assert types("channel", "add", "zalo-bot", "tule1", ONE, "--unit", "Tú Lệ")[:2] == (0, "tule1: added\n")
    return types


def document(types: Types, *words: str) -> Any:
    code, out, err = types(*words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_an_invite_reserves_as_many_seats_as_it_has_uses_and_the_list_shows_it(operator: Types) -> None:
    made = document(operator, *INVITE, "--uses", "12")
    assert [(one["account"], one["seats"]) for one in made["links"]] == [("tule1", 12)]
    (row,) = document(operator, "channel", "list")
    assert (row["people"], row["seats_reserved"], row["unit"], row["token_refused"]) == (0, 12, "Tú Lệ", False)
    assert "people 0/50 (+12 promised)" in operator("channel", "list")[1]


def test_an_invite_that_names_no_uses_reserves_for_those_who_have_not_joined(operator: Types) -> None:
    made = document(operator, *INVITE)
    assert (made["uses"], made["links"][0]["seats"]) == (50, 2)


def test_a_link_that_the_messenger_did_not_tell_is_said_to_be_missing(operator: Types) -> None:
    code, out, err = operator(*INVITE)
    assert (code, err) == (0, "")
    assert out.splitlines()[1].startswith("zalo-bot tule1: no link, the messenger did not say")


def test_a_full_pool_still_prints_the_code_and_says_so_in_a_line(operator: Types) -> None:
    operator("channel", "limits", "tule1", "--people", "3")
    assert operator(*INVITE, "--uses", "3")[0] == 0
    code, out, err = operator(*INVITE, "--uses", "1")
    assert (code, err) == (0, "")
    first, second = out.splitlines()
    assert "member of Tú Lệ/Bản Lềnh, 1 uses" in first
    assert second == "zalo-bot: the pool of Tú Lệ is full: make another bot, docs/channels.md"


def test_limits_are_changed_one_by_one_and_shown(operator: Types) -> None:
    change = ("channel", "limits", "tule1")
    assert operator(*change)[1] == "tule1: people 50  groups 3  messages 3000  counting both\n"
    assert operator(*change, "--people", "60", "--counts", "out")[0] == 0
    assert operator(*change, "--messages", "0")[1] == "tule1: people 60  groups 3  messages no limit  counting out\n"
    assert operator("channel", "limits")[1].startswith("|  | zalo-bot |")


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (("channel", "limits", "nobody", "--people", "5"), 1, "no account is called nobody"),
        (("channel", "limits", "--people", "5"), 2, "name it"),
        (("channel", "limits", "tule1", "--people", "-1"), 2, "--people"),
        (("channel", "limits", "tule1", "--counts", "in"), 2, "--counts"),
        (("channel", "assign", "nobody", "Tú Lệ"), 1, "no account is called nobody"),
        (("channel", "assign", "tule1", "Mường Xa"), 1, "There is no place"),
        (("channel", "add", "zalo-bot", "tule2", TWO, "--unit", "Mường Xa"), 1, "There is no place"),
        (("channel", "move", "nobody"), 1, "no account is called nobody"),
        (("channel", "move", "tule1"), 1, "tule1 works"),
    ],
)
def test_what_cannot_be_done_is_said(operator: Types, words: tuple[str, ...], code: int, line: str) -> None:
    ended, out, err = operator(*words)
    assert (ended, out) == (code, "")
    assert line in err
    assert [one["account"] for one in document(operator, "channel", "list")] == ["tule1"]


def test_a_bot_is_given_to_a_unit_and_back_to_everybody(operator: Types) -> None:
    assert operator("channel", "assign", "tule1")[1] == "tule1: everybody's\n"
    assert document(operator, "channel", "list")[0]["unit"] is None
    assert operator("channel", "assign", "tule1", "Tú Lệ/Bản Lềnh")[1] == "tule1: of Tú Lệ/Bản Lềnh\n"
    assert document(operator, "invite", "--unit", "Tú Lệ", "--role", "commune_lead")["links"] == []


def test_a_disabled_bot_without_people_has_nobody_to_move(operator: Types) -> None:
    assert operator("channel", "disable", "tule1")[1] == "tule1: disabled\n"
    assert operator("channel", "move", "tule1")[1] == "tule1: everybody has another door, there is nobody to move\n"
    assert document(operator, "channel", "move", "tule1") == []
