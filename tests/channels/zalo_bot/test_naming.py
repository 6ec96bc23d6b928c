"""The bot's own name in what people write."""

from __future__ import annotations

import unicodedata

import pytest

from bot.channels.zalo_bot.naming import Me, without_name

NAME = "Bot Tổ CĐS Tú Lệ"
ME = Me("1", (NAME, "bot.AbCdEfGhI"))

NAMED = [
    (f"@{NAME} nhóm Tú Lệ", "nhóm Tú Lệ"),
    (f"@{NAME}\u00a0nhóm Tú Lệ", "nhóm Tú Lệ"),
    (f"@{NAME} \u200bnhóm", "nhóm"),
    (f"  @{NAME}, báo cáo", "báo cáo"),
    (f"@{NAME}: /nhom", "/nhom"),
    (f"@{NAME}\nvneid 3", "vneid 3"),
    (f"@{NAME}", ""),
    ("@bot tổ cđs tú lệ vneid 3", "vneid 3"),
    ("@Bot  Tổ CĐS  Tú Lệ vneid 3", "vneid 3"),
    ("@bot.AbCdEfGhI vneid 3", "vneid 3"),
    (f"vneid 3 @{NAME}", "vneid 3"),
    (f"nhờ @{NAME} ghi giúp", f"nhờ @{NAME} ghi giúp"),
    ("@Hoa vneid 3", "@Hoa vneid 3"),
    ("an@botnet.vn vneid 3", "an@botnet.vn vneid 3"),
    ("vneid 3", "vneid 3"),
    ("@", "@"),
]


@pytest.mark.parametrize(("said", "left"), NAMED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_bots_name_is_taken_off(said: str, left: str, form: str) -> None:
    typed = unicodedata.normalize(form, said)  # type: ignore[arg-type]
    assert unicodedata.normalize("NFC", without_name(typed, ME, group=True)) == left


def test_of_two_bots_with_one_beginning_the_longer_name_goes() -> None:
    two = Me("1", ("Bot Tú Lệ", "Bot Tú Lệ 2"))
    assert without_name("@Bot Tú Lệ 2 báo cáo", two, group=True) == "báo cáo"


GUESSED = [
    ("@Bot Tổ CĐS Tú Lệ nhóm Tú Lệ", "nhóm Tú Lệ"),
    ("@Bot vneid 3", "vneid 3"),
    ("@Bot Tú Lệ, 3 hộ", "3 hộ"),
    ("@Bot", ""),
    ("@Bothata nhóm", "@Bothata nhóm"),
    ("nhờ @Bot Tú Lệ", "nhờ @Bot Tú Lệ"),
]


@pytest.mark.parametrize(("said", "left"), GUESSED)
@pytest.mark.parametrize("me", [Me(), Me("1", ("Bot cũ",))])
def test_an_unknown_name_is_guessed_in_a_group(said: str, left: str, me: Me) -> None:
    assert without_name(said, me, group=True) == left


def test_privately_nothing_is_guessed() -> None:
    assert without_name("@Bot Tú Lệ vneid 3", Me(), group=False) == "@Bot Tú Lệ vneid 3"


def test_who_we_are_is_learned_from_whatever_the_vendor_tells() -> None:
    whole = {"id": "12", "account_name": "bot.x", "display_name": f" {NAME} ", "can_join_groups": False}
    assert Me("11", ("Bot cũ",)).told(whole) == Me("12", (NAME, "bot.x"))
    assert Me().told(whole).joins_groups is False
    assert Me().told({"id": 2**60, "account_name": "bot.x"}) == Me(str(2**60), ("bot.x",))
    assert Me("12", (NAME,)).told({"id": "12", "account_name": "bot.x"}) == Me("12", (NAME, "bot.x"))
    odd: tuple[object, ...] = (None, [], {}, {"id": [], "display_name": 5})
    assert [Me("12", (NAME,)).told(one) for one in odd] == [Me("12", (NAME,))] * 4


def test_what_storage_remembers_is_one_line_there_and_back() -> None:
    assert Me("12", (NAME, "bot.x")).remembered == f"12 {NAME}"
    assert Me.recalled(f"12 {NAME}") == Me("12", (NAME,))
    assert Me.recalled(NAME) == Me("", (NAME,))
    assert Me.recalled("12") == Me("12")
    assert Me.recalled("") == Me() == Me.recalled(Me().remembered)
