"""Texts made comparable: folding, keys, and what keyboards leave behind."""

from __future__ import annotations

import unicodedata

import pytest

from handlers.understanding.fold import clean, fold, key, same_word, same_words
from handlers.understanding.keyboards import undone


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Điểm danh, 20/11!", "diem danh 20/11"),
        ("ĐIỂM  DANH", "diem danh"),
        ("\u00d0i\u1ec3m danh", "diem danh"),
        ("vneid 3, dvc: 2.", "vneid 3 dvc 2"),
        ("1.057 người; 1,5; 80%; 10-15; 19:30", "1.057 nguoi 1,5 80% 10-15 19:30"),
        ("Bản\u00a0Lềnh\u200b", "ban lenh"),
        ("e\u0302\u0323", "e"),
    ],
)
def test_folding_keeps_letters_digits_and_the_signs_inside_numbers(typed: str, folded: str) -> None:
    assert fold(typed) == folded
    assert fold(unicodedata.normalize("NFD", typed)) == folded


def test_cleaning_keeps_lines_and_marks() -> None:
    assert clean(" vneid\u00a03 \r\n dvc\t2\u200b ") == "vneid 3\ndvc 2"
    assert clean(unicodedata.normalize("NFD", "Lềnh")) == "Lềnh"


def test_tone_placement_and_a_lone_y_make_no_difference() -> None:
    assert key("hoà") == key("hòa")
    assert key("kỹ") == key("kĩ")
    assert key("Thuỷ") == key("thủy")


@pytest.mark.parametrize("other", ["hồ", "họ", "hỗ", "hố"])
def test_a_word_typed_with_marks_is_compared_with_marks(other: str) -> None:
    assert not same_word(other, "hộ")
    assert same_word("ho", other)


def test_phrases_are_compared_word_by_word() -> None:
    assert same_words("ban Lềnh", "Bản Lềnh")
    assert not same_words("bản lênh", "Bản Lềnh")
    assert not same_words("bản", "Bản Lềnh")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddieemr danh", "điểm danh"),
        ("d9ie6m3 danh", "điểm danh"),
        ("ddax giups 3 hooj caif vneid", "đã giúp 3 hộ cài vneid"),
        ("nguwowif nguoiwf ngu7o7i2", "người người người"),
        ("khoong phats sinh", "không phát sinh"),
        ("vneid 3 dvc 2 sim danh", "vneid 3 dvc 2 sim danh"),
    ],
)
def test_what_the_keyboard_left_is_undone(typed: str, meant: str) -> None:
    assert undone(typed) == meant
