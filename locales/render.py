"""From a marked sentence to the words its reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from locales import dates
from locales.catalogue import translations
from locales.sentence import Joined, Sentence, Text

FORMS_OF_ADDRESS = ("bác", "anh", "chị", "cô", "chú")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who will read: the language, and how Vietnamese texts address them (bác, anh, chị)."""

    language: str = "vi"
    address: str = "bác"


def render(text: Text, reader: Reader) -> str:
    """The words. A sentence that the catalogue lacks is said in English (a test keeps the catalogues complete)."""
    if isinstance(text, str):
        return text
    if isinstance(text, Joined):
        return text.by.join([one if isinstance(one, str) else render(one, reader) for one in text.pieces])
    words = translations(reader.language).get(text.msgid, text.msgid)
    return words.format_map(_Values(text, reader)) if "{" in words else words


class _Values(dict[str, str]):
    """Placeholders by name, written for the reader on first use."""

    def __init__(self, sentence: Sentence, reader: Reader) -> None:
        super().__init__()
        self._sentence, self._reader = sentence, reader

    def __missing__(self, name: str) -> str:
        if name in self._sentence.values:
            value = self._sentence.values[name]
            return value if isinstance(value, str) else _written(value, self._reader)
        if name == "you":
            return self._reader.address
        if name == "You":
            return self._reader.address.capitalize()
        raise KeyError(name)


def _written(value: object, reader: Reader) -> str:
    if isinstance(value, (int, float)):
        if isinstance(value, bool):
            raise TypeError("a truth value is no word for people")
        return dates.number(value, reader.language)
    if isinstance(value, (Sentence, Joined)):
        return render(value, reader)
    if isinstance(value, datetime):
        return dates.clock(value)
    if isinstance(value, date):
        return dates.day(value, reader.language)
    if isinstance(value, dates.Week):
        return str(value.number)
    raise TypeError(f"no words for {type(value).__name__}")
