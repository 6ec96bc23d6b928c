"""What is understood follows the form in force and the person who speaks."""

from __future__ import annotations

from dataclasses import replace

from handlers.understanding import Doubt, DoubtReason, FieldHint, Report, Unknown, read
from tests.understanding.table import MEMBER, TODAY


def test_a_field_that_an_operator_added_is_understood_by_its_own_words() -> None:
    context = replace(MEMBER, fields=(*MEMBER.fields, FieldHint("camera", 5, ("camera an ninh", "lắp camera"))))
    meaning = read("lắp camera 2 hộ, vneid 3", context)
    assert meaning == Report({"camera": 2, "vneid": 3}, TODAY)


def test_an_indicator_that_the_form_does_not_have_is_not_counted() -> None:
    context = replace(MEMBER, fields=(FieldHint("vneid", 40), FieldHint("nguoi", 120)))
    assert read("vneid 3", context) == Report({"vneid": 3}, TODAY)
    assert isinstance(read("etax 3", context), Unknown)
    assert isinstance(read("vneid 3 etax 2", context), Doubt)


def test_without_a_form_all_of_the_lexicon_is_understood() -> None:
    assert read("etax 3", replace(MEMBER, fields=())) == Report({"etax": 3}, TODAY)


def test_the_limit_of_the_form_makes_a_number_implausible() -> None:
    context = replace(MEMBER, fields=(FieldHint("vneid", 2),))
    assert read("vneid 3", context) == Report({"vneid": 3}, TODAY, implausible=("vneid",))


def test_a_village_is_ones_own_or_anothers_by_who_speaks() -> None:
    at_home = replace(MEMBER, own_village="Thôn 3", other_villages=("Bản Lềnh",))
    assert read("thôn 3 vneid 2", at_home) == Report({"vneid": 2}, TODAY)
    abroad = read("Bản Lềnh vneid 2", at_home)
    assert isinstance(abroad, Doubt)
    assert abroad.reason is DoubtReason.OTHER_VILLAGE
    assert abroad.options == ("Thôn 3", "Bản Lềnh")
    assert abroad.candidate == Report({"vneid": 2}, TODAY)


def test_two_readings_are_offered_by_their_codes() -> None:
    doubt = read("cài vneid và nộp dvc cho 5 người", MEMBER)
    assert isinstance(doubt, Doubt)
    assert set(doubt.options) == {"vneid", "dvc"}
    assert doubt.reason is DoubtReason.TWO_MEANINGS


def test_a_lesson_or_work_is_asked_with_both_ways_open() -> None:
    doubt = read("hd vneid 3", MEMBER)
    assert isinstance(doubt, Doubt)
    assert doubt.options == ("report", "lesson")
