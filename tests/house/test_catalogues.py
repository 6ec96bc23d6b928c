"""Every sentence exists in every language, with the placeholders of its literal, and none of the words we never say."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from locales import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("bot", "handlers", "storage", "locales")
OF_THE_READER = {"you", "You"}
NEVER_SAID = re.compile(r"\b(bạn|cú pháp|lệnh|hợp lệ|hệ thống|nhập|sai định dạng)\b", re.IGNORECASE)
"""voice.md §3: words that put people off."""


def marked() -> set[str]:
    """Every literal that the code marks with _()."""
    found: set[str] = set()
    for floor in FLOORS:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / floor, method_map=[("**.py", "python")], keywords={"_": None}
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found


def entries(language: str) -> dict[str, str]:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    return {str(one.id): str(one.string) for one in catalogue if one.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    known = {msgid for msgid, words in entries(language).items() if words}
    assert marked() - known == set(), "sentences without a translation"
    assert set(entries(language)) - marked() == set(), "translations that nothing says any more"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_stands_twice_in_a_catalogue(language: str) -> None:
    text = (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    assert text.count("\nmsgid ") == len(catalogue) + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language: str) -> None:
    wrong = {
        msgid: words
        for msgid, words in entries(language).items()
        if placeholders(words) - OF_THE_READER != placeholders(msgid) - OF_THE_READER
    }
    assert wrong == {}


def test_vietnamese_texts_avoid_the_words_that_put_people_off() -> None:
    assert {words for words in entries("vi").values() if NEVER_SAID.search(words)} == set()


def test_vietnamese_texts_are_composed_letters() -> None:
    import unicodedata

    assert {words for words in entries("vi").values() if unicodedata.normalize("NFC", words) != words} == set()


def test_vietnamese_texts_are_short() -> None:
    """Most messages fit a cheap phone's screen; the few longer ones are lists and the full consent text."""
    long = [words for words in entries("vi").values() if len(words) > 300]
    assert len(long) <= 6, [words[:60] for words in long]
