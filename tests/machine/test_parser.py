"""Whatever is typed: understanding never falls over, never invents a number, and never takes long."""

from __future__ import annotations

import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding import (
    Correction,
    Doubt,
    Report,
    as_choice,
    as_choices,
    as_code,
    as_count,
    as_name,
    as_phone_tail,
    as_yes_no,
    find_day,
    holds_report,
    is_done,
    is_escape,
    is_skip,
    read,
    until,
)
from handlers.understanding.fold import clean, fold, strip_marks
from tests.machine.effort import effort
from tests.machine.lines import ANYTHING, LINES, PHRASES, Plain, plain_lines, readable
from tests.understanding.table import MEMBER, TODAY, WHO

ANYBODY = st.sampled_from([*WHO.values(), replace(MEMBER, fields=()), replace(MEMBER, own_village="")])


@effort(400)
@given(ANYTHING, ANYBODY)
def test_no_text_is_too_odd_and_no_number_is_invented(text: str, who: object) -> None:
    meaning = read(text, who)
    holds_report(text, who)
    found = meaning if isinstance(meaning, Report | Correction) else getattr(meaning, "candidate", None)
    if found is not None:
        assert set(found.values.values()) <= readable(text)
        assert all(number > 0 for number in found.values.values()) or isinstance(found, Correction)


@effort(300)
@given(ANYTHING)
def test_no_answer_is_too_odd(text: str) -> None:
    count = as_count(text)
    assert count is None or count in readable(text)
    choice = as_choice(text, 8, ("Gửi", "Sửa lời", "Thôi"))
    assert choice is None or 1 <= choice <= 8
    assert all(1 <= one <= 8 for one in as_choices(text, 8) or ())
    for answer in (as_code, as_name, as_phone_tail, as_yes_no, is_done, is_skip, is_escape, fold):
        answer(text)
    find_day(text, TODAY)
    until(text, TODAY)


@effort(300)
@given(plain_lines())
def test_a_plain_line_gives_exactly_its_numbers(line: Plain) -> None:
    meaning = read(line.text, MEMBER)
    assert isinstance(meaning, Report), (line.text, meaning)
    assert meaning.values == line.values, line.text


@effort(150)
@given(plain_lines())
def test_a_plain_line_without_its_marks_or_decomposed_says_the_same(line: Plain) -> None:
    said = read(line.text, MEMBER)
    assert read(unicodedata.normalize("NFD", line.text), MEMBER) == said
    bare = read(strip_marks(line.text), MEMBER)
    assert isinstance(bare, Doubt) or (isinstance(bare, Report) and bare.values == line.values), (line.text, bare)


@effort(100)
@given(plain_lines(), st.sampled_from(["sửa {}", "nhầm, {}", "ý là {}", "sửa lại {}"]))
def test_a_correction_never_becomes_a_report(line: Plain, said: str) -> None:
    meaning = read(said.format(line.bare), MEMBER)
    assert not isinstance(meaning, Report), meaning
    if isinstance(meaning, Correction):
        assert meaning.values == line.values


DAY_WORDS = """
    nghỉ đến từ hết ngày thứ chủ_nhật tuần tháng mai hôm_nay sau này tới 3 7 31 20/11 31/2 5/1 1/1/2027 hai sáu
"""
DAYS = st.lists(st.sampled_from([word.replace("_", " ") for word in DAY_WORDS.split()]), max_size=8).map(" ".join)


@effort(300)
@given(DAYS | ANYTHING)
def test_an_absence_never_ends_before_it_begins(text: str) -> None:
    found = until(text, TODAY)
    if found is not None and found.unsure is None:
        assert found.last is not None, text
        assert found.last >= TODAY, text
        assert found.begins is None or TODAY <= found.begins <= found.last, text


BLOCKERS = [
    "chưa {}",
    "không {}",
    "ngày mai {}",
    "sẽ {}",
    "{} à?",
    "chỉ tiêu {}",
    "kế hoạch {}",
    "lũy kế {}",
    "tổng cả thôn {}",
]


@effort(150)
@given(plain_lines(), st.sampled_from(BLOCKERS))
def test_nothing_is_saved_from_a_line_that_forbids_it(line: Plain, blocker: str) -> None:
    text = blocker.format(line.bare)
    assert not isinstance(read(text, MEMBER), Report), text


LONGEST = 4000


def _took(text: str) -> float:
    clean.cache_clear()
    started = time.process_time()
    read(text, MEMBER)
    holds_report(text, MEMBER)
    as_count(text)
    as_choice(text, 5, ("Gửi", "Sửa lời", "Thôi"))
    as_choices(text, 8)
    as_name(text)
    as_code(text)
    as_phone_tail(text)
    find_day(text, TODAY)
    until(text, TODAY)
    return time.process_time() - started


@effort(15)
@given(st.lists(st.sampled_from([*PHRASES, "3", "12", ",", ";", "20/11", "-", "/", "1.", "x"]), min_size=1, max_size=3))
def test_no_text_takes_long(pieces: list[str]) -> None:
    text = (" ".join(pieces) + " ") * LONGEST
    assert _took(text[:LONGEST]) < 1.0, pieces
    text = "".join(pieces) * LONGEST
    assert _took(text[:LONGEST]) < 1.0, pieces


@effort(10)
@given(LINES.filter(lambda line: len(line) > 20))
def test_no_line_said_over_and_over_takes_long(line: str) -> None:
    text = ((line + "\n") * LONGEST)[:LONGEST]
    assert _took(text) < 1.0, line


RUNS = ["1", "a", " ", "1.", "1/", "-", "+1", "0 ", "x", "1x", "*", "ă", "\u0301", "1:", "'a", "@a",
        "a1", ";", "\n", "(",
        "http://", "vneid 3 ", "tt 3 ", "3 người ", "giúp ", "ghi chú: ", "sửa ", "hộ ", "1.000",
        "hai ba ", "mười "]  # fmt: skip


@pytest.mark.parametrize("run", RUNS, ids=ascii)
def test_a_run_of_one_thing_takes_no_long(run: str) -> None:
    for text in (run * LONGEST, "vneid 3 " + run * LONGEST):
        assert _took(text[:LONGEST]) < 1.0
