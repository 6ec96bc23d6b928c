"""A part of a reply, as Zalo wants it."""

from __future__ import annotations

import pytest

from bot.channels.base import Part, SendFailed, Why
from bot.channels.zalo_bot.outgoing import PICTURE_ANSWER, Call, call

URL = "https://xa.vn/p/1.png"
PNG = b"\x89PNG\r\n\x1a\n"

SHOWN = [
    ("plain words, never markup", Part("an", False, "Thôn_*{red}[<&>`"),
     Call("sendMessage", {"chat_id": "an", "text": "Thôn_*{red}[<&>`"})),
    ("letters are composed", Part("an", False, "Tu\u0301"), Call("sendMessage", {"chat_id": "an", "text": "Tú"})),
    ("half an emoji is replaced", Part("an", False, "Chào \ud83d\x00"),
     Call("sendMessage", {"chat_id": "an", "text": "Chào ?"})),
    ("a picture with its words", Part("an", False, "Tuần 47", picture=PNG, picture_url=URL),
     Call("sendPhoto", {"chat_id": "an", "photo": URL, "caption": "Tuần 47"}, PICTURE_ANSWER)),
    ("a picture without words has no caption", Part("an", False, "  ", picture_url=URL),
     Call("sendPhoto", {"chat_id": "an", "photo": URL}, PICTURE_ANSWER)),
    ("without a public address the words go alone", Part("an", False, "Tuần 47", picture=PNG),
     Call("sendMessage", {"chat_id": "an", "text": "Tuần 47"})),
    ("the longest text", Part("an", False, "ế" * 2000), Call("sendMessage", {"chat_id": "an", "text": "ế" * 2000})),
    ("a long text of loose letters", Part("an", False, "e\u0302\u0301" * 2000),
     Call("sendMessage", {"chat_id": "an", "text": "ế" * 2000})),
]  # fmt: skip


@pytest.mark.parametrize(("part", "shown"), [row[1:] for row in SHOWN], ids=[row[0] for row in SHOWN])
def test_what_is_sent(part: Part, shown: Call) -> None:
    assert call(part) == shown


IMPOSSIBLE = [
    ("a picture that nobody can fetch", Part("an", False, picture=PNG)),
    ("nothing", Part("an", False, " \n")),
    ("no chat", Part("", False, "Chào bác")),
    ("a text that is too long", Part("an", False, "😀" * 1001)),
    ("words beside a picture that are too long", Part("an", False, "ế" * 2001, picture_url=URL)),
]


@pytest.mark.parametrize("part", [row[1] for row in IMPOSSIBLE], ids=[row[0] for row in IMPOSSIBLE])
def test_what_zalo_would_refuse_is_not_even_asked(part: Part) -> None:
    with pytest.raises(SendFailed) as caught:
        call(part)
    assert (caught.value.why, caught.value.retryable) == (Why.MALFORMED, False)
