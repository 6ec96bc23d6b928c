"""Fitting a text into its room: how long it is for any reader, and what gives way first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from locales import FORMS_OF_ADDRESS, LANGUAGES, Reader, Text, _, listed, render

_READERS = tuple(Reader(language, max(FORMS_OF_ADDRESS, key=len)) for language in LANGUAGES)


def first_that_fits(versions: Iterable[Text], limit: int) -> Text:
    """The first version under the limit. Versions come from the fullest to the barest; the barest must always fit."""
    return _fitting(versions, limit)[0]


def words_that_fit(versions: Iterable[Text], limit: int, reader: Reader) -> str:
    """The same in the words of one reader, which were written already to see whether they fit."""
    text, written = _fitting(versions, limit)
    return written[reader] if reader in written else render(text, reader)


def _fitting(versions: Iterable[Text], limit: int) -> tuple[Text, dict[Reader, str]]:
    text: Text = ""
    written: dict[Reader, str] = {}
    for text in versions:
        written = _written(text)
        if all(len(words) < limit for words in written.values()):
            break
    return text, written


def _written(text: Text) -> dict[Reader, str]:
    return {one: render(text, one) for one in _READERS}


def clip(words: str, most: int) -> str:
    """At most so many characters, with an ellipsis where something was cut; one line, whatever was typed."""
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def villages(names: Sequence[str], most: int, name: int = 40) -> Text:
    """Names of villages with commas, the rest as a count."""
    return shortlist([clip(each, name) for each in names], most)


def shortlist(pieces: Sequence[Text], most: int) -> Text:
    """Pieces about villages with commas, the rest as a count."""
    shown, more = listed(pieces[:most]), len(pieces) - most
    return _("{villages} and {more} more villages", villages=shown, more=more) if more > 0 else shown
