"""The lexicon files: words only, and a damaged one is named."""

from __future__ import annotations

import pytest

from handlers.understanding import CommandName
from handlers.understanding.words import Kind
from locales.lexicon import LexiconError, every_lexicon, lexicon, parse


def test_both_languages_are_read_with_vietnamese_first() -> None:
    assert [each.language for each in every_lexicon()] == ["vi", "en"]


def test_every_command_can_be_typed_with_a_slash_and_in_words() -> None:
    vi = lexicon("vi")
    names = {name.value for name in CommandName}
    assert set(vi.table("slash")) == names
    assert set(vi.table("whole")) == names


def test_every_table_of_the_reading_has_words() -> None:
    vi = lexicon("vi")
    assert [kind for kind in Kind if not vi.table(kind.value)] == []


def test_no_phrase_stands_twice_in_one_entry() -> None:
    twice = [
        (each.language, table, name, phrase)
        for each in every_lexicon()
        for table in each.tables
        for name, phrases in each.table(table).items()
        for phrase in set(phrases)
        if phrases.count(phrase) > 1
    ]
    assert twice == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[answers\n", "lexicon of vi"),
        ("[answers]\nyes = 3\n", r"\[answers\] yes"),
        ('[answers]\nyes = ["có", ""]\n', r"\[answers\] yes"),
        ('answers = "có"\n', r"\[answers\]"),
    ],
)
def test_a_damaged_file_is_named(text: str, named: str) -> None:
    with pytest.raises(LexiconError, match=named):
        parse("vi", text)


def test_an_unknown_language_has_no_lexicon() -> None:
    with pytest.raises(KeyError):
        lexicon("fr")
