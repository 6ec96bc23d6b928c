"""A part of a reply, as Telegram wants it."""

from __future__ import annotations

import pytest
from telegram import InputFile

from bot.channels.base import Button, Part
from bot.channels.telegram.outgoing import Picture, Words, call, rowed


def test_text_goes_as_it_is_and_is_never_read_as_markup() -> None:
    shown = call(Part("1001", group=False, text="Thôn_*[<&>`"))
    assert shown == Words("1001", "Thôn_*[<&>`", None)


def test_half_an_emoji_is_replaced_instead_of_breaking_the_message() -> None:
    shown = call(Part("1001", group=False, text="Chào \ud83d"))
    assert isinstance(shown, Words)
    assert shown.text == "Chào ?"


def test_a_picture_is_uploaded_with_its_words_beside_it() -> None:
    shown = call(Part("1", False, "Tuần 47", picture=b"\xff\xd8\xff", picture_type="image/jpeg"))
    assert isinstance(shown, Picture)
    assert isinstance(shown.photo, InputFile)
    assert (shown.photo.filename, shown.photo.mimetype, shown.caption) == ("picture.jpg", "image/jpeg", "Tuần 47")


def test_a_picture_by_address_stays_an_address_and_no_words_are_no_caption() -> None:
    shown = call(Part("1", False, picture_url="https://xa.vn/t.png"))
    assert isinstance(shown, Picture)
    assert (shown.photo, shown.caption) == ("https://xa.vn/t.png", None)


def buttons(*labels: str) -> list[Button]:
    return [Button(label, f"q:{n}") for n, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        ([], []),
        (["1", "2", "3", "4", "5", "6", "7"], [6, 1]),
        (["1. Đồng ý", "2. Không", "3. Đọc kỹ"], [2, 1]),
        (["1. Ghi việc đã làm hôm nay", "2. Xem bài hướng dẫn"], [1, 1]),
        (["một nhãn dài hơn cả một hàng của màn hình nhỏ"], [1]),
    ],
)
def test_short_buttons_share_a_row_and_long_ones_do_not(labels: list[str], rows: list[int]) -> None:
    assert [len(row) for row in rowed(buttons(*labels))] == rows


def test_a_button_that_telegram_would_refuse_does_not_take_the_message_with_it() -> None:
    kept = Button("Gửi", "q" * 64)
    refused = [Button(" ", "q:1"), Button("Sửa", ""), Button("Thôi", "ế" * 33)]
    assert rowed([kept, *refused]) == [[kept]]
