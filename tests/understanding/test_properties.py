"""Whatever is typed: nothing crashes, and no number is saved that nobody wrote."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding import (
    Correction,
    Report,
    as_choice,
    as_choices,
    as_code,
    as_count,
    as_name,
    as_phone_tail,
    as_yes_no,
    find_day,
    is_done,
    is_escape,
    is_skip,
    read,
)
from handlers.understanding.fold import clean, fold
from handlers.understanding.numbers import spoken
from handlers.understanding.tokens import tokens
from handlers.understanding.words import index
from tests.understanding.table import MEMBER, TODAY

TYPED = """
    vneid dvc tt hộ ho người nguoi buổi hồ_sơ giúp cài hôm_qua thứ thôn mức lần chị Tư Ba sáu sau năm nam ba mười
    hai chục trăm rưỡi không chưa mai tổng khoảng 3 12 5k 19h30 0912345678 20/11 2-3 1,5 1.057 3/5 80% , ; . ? :
    sửa nhầm thêm ghi_chú: hd báo_cáo nghỉ đến ngày ho65 hooj d9ie6m3 vneid3 ( ) - + của thành
"""
PIECES = st.sampled_from([*(piece.replace("_", " ") for piece in TYPED.split()), "\n"])
LINES = st.lists(PIECES, max_size=12).map(" ".join)
ANYTHING = st.one_of(LINES, st.text(max_size=60), LINES.map(lambda line: unicodedata.normalize("NFD", line)))


def readable(text: str) -> set[int]:
    """Every whole number that somebody could read in a text, in digits or in words."""
    plain = unicodedata.normalize("NFKC", clean(text))  # nobody sees what joins the 3 and the 0 of "3️⃣0"
    digits = {int(found.replace(".", "")) for found in re.findall(r"\d{1,3}(?:\.\d{3})+|\d+", plain)}
    words = index(MEMBER.fields)
    keys = [token.key for token in tokens(clean(text), words.known, words.countable)]
    said = (spoken(keys, at) for at in range(len(keys)))
    four = {4} & {4 for word in keys if word in ("tư", "tu")}
    return digits | {each.value for each in said if each is not None} | four | {0}


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_no_text_crashes_and_no_number_is_invented(text: str) -> None:
    meaning = read(text, MEMBER)
    if isinstance(meaning, Report | Correction):
        assert set(meaning.values.values()) <= readable(text)


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_no_answer_crashes(text: str) -> None:
    count = as_count(text)
    assert count is None or count in readable(text)
    choice = as_choice(text, 5, ("Gửi", "Sửa lời", "Thôi"))
    assert choice is None or 1 <= choice <= 5
    for answer in (as_code, as_name, as_phone_tail, as_yes_no, is_done, is_skip, is_escape, fold):
        answer(text)
    as_choices(text, 8)
    find_day(text, TODAY)
