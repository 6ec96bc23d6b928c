"""The demo's looks: what a reply becomes under another messenger's limits, done by the fitting that serves it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bot.channels.fitting import fit, units
from bot.channels.telegram.channel import LIMITS as TELEGRAM
from bot.channels.webchat import Look, WebChat
from bot.channels.webchat.incoming import Said, payload
from bot.channels.webchat.looks import limits
from bot.channels.zalo_bot.channel import LIMITS as ZALO_BOT
from storage.outbox import Lane
from storage.waiting import Due

NOW = datetime(2026, 11, 23, 0, 15, tzinfo=UTC)


def due(words: str, choices: tuple[tuple[str, str], ...] = (), media_id: int | None = None) -> Due:
    return Due(1, 2, "an", False, "open", Lane.REPLY, "reply", words, choices, "q", media_id, None, NOW)


def test_on_zalo_choices_are_numbers_in_the_text() -> None:
    (piece,) = fit([due("Bác muốn:", (("1", "Gửi"), ("2", "Thôi")))], limits(Look.ZALO))
    assert (piece.words, piece.buttons) == ("Bác muốn:\n1. Gửi\n2. Thôi", ())


def test_on_telegram_they_are_buttons_too() -> None:
    (piece,) = fit([due("Bác muốn:", (("1", "Gửi"),))], limits(Look.TELEGRAM))
    assert piece.buttons == (("1. Gửi", "q:1"),)


def test_what_zalo_splits_is_split() -> None:
    pieces = fit([due("Một câu dài. " * 300)], limits(Look.ZALO))
    assert len(pieces) > 1
    assert all(units(one.words) <= 2000 for one in pieces)


def test_a_picture_and_its_words_are_one_message() -> None:
    (piece,) = fit([due("x" * 2000, media_id=5)], limits(Look.ZALO))
    assert piece.media_id == 5


@pytest.mark.parametrize(("look", "theirs"), [(Look.ZALO, ZALO_BOT), (Look.TELEGRAM, TELEGRAM)])
def test_the_limits_are_the_messengers_own(look: Look, theirs: object) -> None:
    for name in ("text", "caption", "buttons", "button_label"):
        assert getattr(limits(look), name) == getattr(theirs, name)


@pytest.mark.parametrize(
    ("look", "text", "heard"),
    [
        (None, "vneid 3", True),
        (Look.TELEGRAM, "vneid 3", True),
        (Look.ZALO, "vneid 3", False),
        (Look.ZALO, "/report", False),
        (Look.ZALO, "@bot vneid 3", True),
    ],
)
def test_in_a_group_on_zalo_only_a_call_is_heard(look: Look | None, text: str, heard: bool) -> None:
    chat = WebChat(7, lambda: NOW)
    event = json.loads(payload(Said("e" * 16, "text", text), "g", "an", "An", True, NOW, look=look))
    assert (chat.read(event) is not None) is heard
    assert chat.said(event) is not None, "the page shows it all the same"


def test_in_private_everything_is_heard() -> None:
    assert b"unheard" not in payload(Said("e" * 16, "text", "vneid 3"), "an", "an", "An", False, NOW, look=Look.ZALO)
