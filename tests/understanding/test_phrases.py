"""What people type, and what it must mean: phrases.tsv, one test a row, and two promises over the whole table."""

from __future__ import annotations

import pytest

from handlers.understanding import read
from tests.understanding.table import Phrase, agrees, described, invented, phrases

PHRASES = phrases()


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: f"{phrase.text}|{phrase.who}")
def test_people_are_understood(phrase: Phrase) -> None:
    meaning = read(phrase.text, phrase.context)
    assert agrees(meaning, phrase.expected), f"{phrase.text!r}: wanted {phrase.expected}, heard {described(meaning)}"


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(PHRASES) >= 320
    assert len({(phrase.text, phrase.who) for phrase in PHRASES}) == len(PHRASES)


def test_at_least_95_percent_of_the_table_is_understood() -> None:
    right = sum(agrees(read(phrase.text, phrase.context), phrase.expected) for phrase in PHRASES)
    assert right / len(PHRASES) >= 0.95


def test_no_number_of_the_table_is_ever_invented() -> None:
    wrong = {phrase.text: invented(read(phrase.text, phrase.context), phrase.expected) for phrase in PHRASES}
    assert {text: numbers for text, numbers in wrong.items() if numbers} == {}
