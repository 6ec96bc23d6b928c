"""Numbers in words: "mười hai", "hai mươi mốt", "trăm rưỡi", "2 chục".

The two keys hold here as everywhere: "sáu" is six, "sau" may be, "sâu" is not. Whether a word that may be a
number is one depends on its neighbours; that is decided in `handlers.understanding.items`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from handlers.understanding.fold import key
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.words import spellings
from locales.lexicon import every_lexicon


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number in words: its value, how many words it takes, and what keeps it from being one plain number."""

    value: int
    length: int
    sure: bool
    """Nothing else is written like this: marks were typed, or there is no other word without them."""
    flaw: DoubtReason | None = None
    as_written: bool = True
    """Spelt as numbers are, with their marks; "sau" for sáu is not."""


@dataclass(frozen=True, slots=True)
class _Words:
    digits: Mapping[str, int]
    last: Mapping[str, int]
    scales: Mapping[str, int]
    ten: frozenset[str]
    linh: frozenset[str]
    half: frozenset[str]
    exact: frozenset[str]


@cache
def _words() -> _Words:
    exact = {
        key(phrase)
        for each in every_lexicon()
        for name in _TABLES
        for row in each.table(name).values()
        for phrase in row
    }
    return _Words(
        digits=_values("digits"),
        last=_values("last_digits"),
        scales=_values("scales"),
        ten=_joint("ten"),
        linh=_joint("linh"),
        half=_joint("half"),
        exact=frozenset(exact - _LOOK_ALIKE),
    )


_TABLES = ("digits", "last_digits", "scales", "number_joints")
_LOOK_ALIKE = frozenset({"ba"})
"""A word without marks in either spelling that is far more often something else (father, a name)."""


def _values(table: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in every_lexicon():
        for value, phrases in each.table(table).items():
            for phrase in phrases:
                for form in spellings(key(phrase)):
                    found.setdefault(form, int(value))
    return found


def _joint(name: str) -> frozenset[str]:
    return frozenset(
        form
        for each in every_lexicon()
        for phrase in each.phrases("number_joints", name)
        for form in spellings(key(phrase))
    )


def spoken(keys: Sequence[str], start: int) -> Spoken | None:
    """The number whose words begin here, or None. `keys` may hold digits for the first word ("2 chục")."""
    words = _words()
    first = keys[start]
    if not (first in words.digits or first in words.scales or first.isdecimal()):
        return None
    reader = _Reader(keys, start, words)
    value = reader.hundreds()
    if value is None or reader.at == start:
        return None
    taken = keys[start : reader.at]
    sure = all(word in words.exact or word.isdecimal() for word in taken) or (len(taken) > 1 and not first.isdecimal())
    as_written = all(word in words.exact or word in _LOOK_ALIKE or word.isdecimal() for word in taken)
    return Spoken(value, len(taken), sure, reader.flaw, as_written)


class _Reader:
    """Reads one number from left to right; `flaw` tells what was strange about it."""

    def __init__(self, keys: Sequence[str], start: int, words: _Words) -> None:
        self.keys, self.at, self.words = keys, start, words
        self.flaw: DoubtReason | None = None

    def hundreds(self) -> int | None:
        value = self._below_hundred()
        if self._scale() == 100:
            self.at += 1
            value = 100 * (1 if value is None else value) + self._after_hundred()
        if value is not None and self._scale() == 1000:
            self.at += 1
            self.flaw = DoubtReason.MONEY  # thousands of people are nobody's day; thousands of đồng are
        if value is not None and self._take(self.words.half):
            self.flaw = self.flaw or DoubtReason.FRACTION
        return value

    def _after_hundred(self) -> int:
        if self._take(self.words.half):
            return 50
        if self._take(self.words.linh):
            return self._digit() or 0
        if self._peek().isdecimal():
            return 0
        rest = self._below_hundred()
        if rest is not None and rest < 10:
            self.flaw = DoubtReason.TWO_MEANINGS  # "trăm hai": 120 to most, 102 to some
        return rest if rest is not None else 0

    def _below_hundred(self) -> int | None:
        word = self._peek()
        if word in self.words.ten:
            self.at += 1
            return 10 + (self._digit(last=True) or 0)
        if self._scale() == 10:
            self.at += 1
            self.flaw = DoubtReason.APPROXIMATE  # "chục người": ten or so
            return 10
        digit = self._numeral() if word.isdecimal() else self._digit()
        if digit is None:
            return None
        if self._scale() == 10:
            self.at += 1
            return digit * 10 + (self._digit(last=True) or 0)
        return digit if word.isdecimal() else self._second(digit)

    def _second(self, digit: int) -> int:
        """After one digit: "ba lăm" is 35, "hai ba" is two or three."""
        word = self._peek()
        if word in self.words.last and word in self.words.exact:
            self.at += 1
            return digit * 10 + self.words.last[word]
        if self._is_another(word, digit):
            self.at += 1
            self.flaw = DoubtReason.RANGE
            if self._scale() == 10:
                self.at += 1
        return digit

    def _is_another(self, word: str, digit: int) -> bool:
        """Is the next word a number for certain, or the one that follows ("hai ba", "nam sau")?"""
        value = self.words.digits.get(word)
        return value is not None and (word in self.words.exact or word in _LOOK_ALIKE or value == digit + 1)

    def _numeral(self) -> int | None:
        """Digits count here only before a word of scale: "2 chục"."""
        following = self.keys[self.at + 1] if self.at + 1 < len(self.keys) else ""
        if following not in self.words.scales and following not in self.words.half:
            return None
        value = int(self._peek())
        self.at += 1
        return value

    def _digit(self, *, last: bool = False) -> int | None:
        word = self._peek()
        found = self.words.digits.get(word)
        if last and (found is None or found == 5):  # fifteen is "mười lăm"; "mười năm" is ten years
            found = self.words.last.get(word)
        if found is not None:
            self.at += 1
        return found

    def _take(self, words: frozenset[str]) -> bool:
        if self._peek() in words:
            self.at += 1
            return True
        return False

    def _scale(self) -> int:
        return self.words.scales.get(self._peek(), 0)

    def _peek(self) -> str:
        return self.keys[self.at] if self.at < len(self.keys) else ""
