"""What a doubt hands on, so that one question is enough: which villages, which indicator, what was said besides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.understanding import Correction, Doubt, DoubtReason, Report, read
from tests.understanding.table import MEMBER

PLACES = ("thôn 3", "Thôn 3", "thon 3", "THÔN 3", "thôn ba", "thôn số 3", "thôn3", "bản 3", "xóm 3", "(thôn 3)")
LINES = ("{place} vneid 4 dvc 2", "vneid 4 {place} dvc 2", "vneid 4 dvc 2 {place}", "vneid 4, dvc 2, ở {place}")
COLLEAGUE = replace(MEMBER, own_village="Thôn 3", other_villages=("Bản Lềnh", "Thôn 4"))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("line", LINES)
def test_another_village_is_always_asked_with_what_would_be_saved(line: str, place: str) -> None:
    meaning = read(line.format(place=place), MEMBER)
    assert isinstance(meaning, Doubt)
    assert meaning.reason is DoubtReason.OTHER_VILLAGE
    assert meaning.options == ("Bản Lềnh", "Thôn 3")
    assert meaning.candidate is not None
    assert meaning.candidate.values == {"vneid": 4, "dvc": 2}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("line", LINES)
def test_ones_own_village_is_passed_over_wherever_it_stands(line: str, place: str) -> None:
    meaning = read(line.format(place=place), COLLEAGUE)
    assert isinstance(meaning, Report)
    assert meaning.values == {"vneid": 4, "dvc": 2}


def test_a_village_of_that_very_name_goes_before_ones_own_called_otherwise() -> None:
    speaker = replace(MEMBER, own_village="Thôn 2", other_villages=("Tổ 2",))
    assert isinstance(read("thôn 2 vneid 4", speaker), Report)
    meaning = read("tổ 2 vneid 4", speaker)
    assert isinstance(meaning, Doubt)
    assert meaning.options == ("Thôn 2", "Tổ 2")


def test_nothing_in_another_village_is_asked_and_in_ones_own_is_heard() -> None:
    meaning = read("Nậm Cưởm tuần này không phát sinh", MEMBER)
    assert isinstance(meaning, Doubt)
    assert meaning.options == ("Bản Lềnh", "Nậm Cưởm")


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("vneid 10-15", "vneid", None),
        ("10 đến 15 người", "nguoi", None),
        ("chừng 10 15 người", "nguoi", None),
        ("dvc 2, vneid khoảng 10-15 người", "vneid", {"dvc": 2}),
        ("tt 2-3", "tt", None),
    ],
)
def test_a_range_says_which_number_to_ask_for(text: str, code: str, rest: dict[str, int] | None) -> None:
    meaning = read(text, MEMBER)
    assert isinstance(meaning, Doubt)
    assert (meaning.reason, meaning.options) == (DoubtReason.RANGE, (code,))
    assert (meaning.candidate.values if meaning.candidate else None) == rest


def test_a_range_of_tomorrow_is_asked_as_what_is_to_come() -> None:
    meaning = read("mai cài vneid 10-15 người", MEMBER)
    assert isinstance(meaning, Doubt)
    assert meaning.reason is DoubtReason.FUTURE


@pytest.mark.parametrize("text", ["lại nhầm, dvc là 3", "ôi nhầm dvc 3", "hôm nay em lại báo nhầm, dvc là 3"])
def test_a_mistake_admitted_anywhere_is_offered_as_a_correction(text: str) -> None:
    meaning = read(text, MEMBER)
    assert isinstance(meaning, Correction)
    assert meaning.offered
    assert meaning.values == {"dvc": 3}
