"""The words people use, by language: lexicon.toml read once, as plain tables of phrases.

The tables hold words only; what they mean together is decided in `handlers.understanding`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from locales.catalogue import LANGUAGES

Phrases = tuple[str, ...]


class LexiconError(Exception):
    """A lexicon file is damaged. The message names the language, the table and the entry."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of one language: table -> name -> phrases."""

    language: str
    tables: Mapping[str, Mapping[str, Phrases]]

    def table(self, name: str) -> Mapping[str, Phrases]:
        """The phrases of one table by name; empty where this language has no such table."""
        return self.tables.get(name, {})

    def phrases(self, table: str, name: str) -> Phrases:
        return self.table(table).get(name, ())


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one language. Raises KeyError for an unknown language, LexiconError for a damaged file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    return parse(language, (files("locales") / language / "lexicon.toml").read_text(encoding="utf-8"))


def parse(language: str, text: str) -> Lexicon:
    """A lexicon from the text of its file. Raises LexiconError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"lexicon of {language}: {error}") from error
    return Lexicon(language, {table: dict(_entries(language, table, raw[table])) for table in raw})


@cache
def every_lexicon() -> tuple[Lexicon, ...]:
    """All languages, Vietnamese first: each text is tried in both."""
    return tuple(lexicon(language) for language in LANGUAGES)


def phrases_of(table: str, name: str) -> Phrases:
    """The phrases of one entry in every language."""
    return tuple(phrase for each in every_lexicon() for phrase in each.phrases(table, name))


def _entries(language: str, table: str, raw: object) -> Iterator[tuple[str, Phrases]]:
    if not isinstance(raw, dict):
        raise LexiconError(f"lexicon of {language}: [{table}] must be a table")
    for name, phrases in raw.items():
        if not isinstance(phrases, list) or not all(isinstance(phrase, str) and phrase.strip() for phrase in phrases):
            raise LexiconError(f"lexicon of {language}: [{table}] {name} must be a list of phrases")
        yield str(name), tuple(phrases)
