"""The lexicon as one index: a phrase as somebody typed it -> what it can be. Built once, looked up for every word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import product

from handlers.understanding.fold import bare_key, has_marks, key
from handlers.understanding.meaning import FieldHint
from locales.lexicon import every_lexicon, phrases_of


class Kind(StrEnum):
    """What a phrase can be in a line about work; the order is the order of preference."""

    INDICATOR = "indicators"
    MAYBE = "maybe"
    ZERO = "zero_after"
    BLOCKER = "blockers"
    DAY = "days"
    NOT_A_COUNT = "not_counts"
    BEFORE = "before_number"
    UNIT = "units"
    NUMBER_WORD = "digits"
    LAST_DIGIT = "last_digits"
    SCALE = "scales"
    JOINT = "number_joints"
    AFTER = "after_number"
    COUNTER = "counters"
    VERB = "verbs"
    FILLER = "fillers"
    TITLE = "titles"
    MONEY = "money_words"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a phrase: `value` is the name it has in its table."""

    kind: Kind
    value: str
    length: int
    exact: bool
    """Typed with all its marks, or a phrase that has none."""


@cache
def _glued_places() -> frozenset[str]:
    """ "thôn3" has its number; "ban3" and "to3" are bản and tỏ with a mark left over."""
    words = [key(phrase) for phrase in phrases_of("before_number", "place") if " " not in phrase]
    return frozenset(form for word in words for form in (word, bare_key(word)) if len(form) > 3 or form == word)


class Index:
    """What phrases can mean, for the fields of one form."""

    def __init__(self, phrases: Sequence[tuple[str, Kind, str]]) -> None:
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._longest: dict[str, int] = {}
        for phrase, kind, value in phrases:
            self._add(phrase, kind, value)
        self.known = frozenset(word for phrase in self._entries for word in phrase.split(" "))
        counted = (Kind.INDICATOR, Kind.MAYBE, Kind.UNIT)
        self.countable = frozenset(
            phrase for phrase, entries in self._entries.items() if any(entry.kind in counted for entry in entries)
        ) | {"x", *_glued_places()}

    def at(self, keys: Sequence[str], start: int) -> Iterator[tuple[Entry, ...]]:
        """The meanings of the phrases that begin at a word, the longest phrase first.

        `keys` holds "" where a number or a sign stands: no phrase runs across it.
        """
        longest = self._longest.get(keys[start], 0)
        if not longest:
            return
        for length in range(min(longest, len(keys) - start), 0, -1):
            piece = keys[start] if length == 1 else " ".join(keys[start : start + length])
            entries = self._entries.get(piece)
            if entries is not None:
                yield entries

    def _add(self, phrase: str, kind: Kind, value: str) -> None:
        typed = [key(word) for word in split(phrase)]
        exact = " ".join(typed)
        for form in map(" ".join, product(*map(spellings, typed))):
            old = self._entries.get(form, ())
            entry = Entry(kind, value, len(typed), form == exact)
            if not any(each.kind is kind and each.value == value for each in old):
                self._entries[form] = tuple(sorted((*old, entry), key=_preference))
        self._longest[typed[0]] = max(self._longest.get(typed[0], 0), len(typed))
        for form in spellings(typed[0]):
            self._longest[form] = max(self._longest.get(form, 0), len(typed))


_ORDER = {kind: place for place, kind in enumerate(Kind)}


def _preference(entry: Entry) -> tuple[bool, int]:
    return not entry.exact, _ORDER[entry.kind]


_PIECES = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)*|\S")


def split(phrase: str) -> list[str]:
    """The words of a phrase of the lexicon; a lone sign ("?", an emoji) is a word too."""
    return _PIECES.findall(phrase)


@lru_cache(maxsize=8192)
def spellings(keyed: str) -> tuple[str, ...]:
    """The ways a word is typed: as it is, without marks, and, for longer words, with some of its marks.

    "nguời" and "ngươi" are understood as "người". Short words keep the two keys only: too many of them are
    other words when one mark is missing.
    """
    if not has_marks(keyed):
        return (keyed,)
    if len(bare_key(keyed).rstrip(_TONE_SIGNS)) < 4:
        return (keyed, bare_key(keyed))
    partial = (form for form in _partial(keyed) if form not in _well_typed())
    return tuple(dict.fromkeys((keyed, *partial, bare_key(keyed))))


@cache
def _well_typed() -> frozenset[str]:
    """All words of the lexicon with their marks: "chưa" is never "chữa" with a mark missing."""
    return frozenset(
        key(word)
        for each in every_lexicon()
        for name in each.tables
        for phrases in each.table(name).values()
        for phrase in phrases
        for word in split(phrase)
    )


_TONE_SIGNS = "\u0300\u0301\u0303\u0309\u0323"


def _partial(keyed: str) -> Iterator[str]:
    tone = keyed[-1] if keyed[-1] in _TONE_SIGNS else ""
    letters = keyed.removesuffix(tone) if tone else keyed
    choices = [(sign,) if sign.isascii() or sign == "đ" else (sign, bare_key(sign)) for sign in letters]
    for combination in product(*choices):
        yield "".join(combination) + tone
        yield "".join(combination)


_seen: dict[int, tuple[tuple[FieldHint, ...], Index]] = {}
"""The indexes of the tuples met last, by identity: the hash of a whole form would cost more than the look-up."""
_MOST_SEEN = 64


def index(fields: tuple[FieldHint, ...] = ()) -> Index:
    """The index for a form: only its fields are indicators. Without fields: all that the lexicon knows."""
    seen = _seen.get(id(fields))
    if seen is not None and seen[0] is fields:
        return seen[1]
    if len(_seen) >= _MOST_SEEN:
        _seen.clear()
    found = _index(fields)
    _seen[id(fields)] = (fields, found)
    return found


@lru_cache(maxsize=64)
def _index(fields: tuple[FieldHint, ...]) -> Index:
    codes = {hint.code for hint in fields}
    phrases = list(_lexicon_phrases(codes))
    for hint in fields:
        own = (hint.code, *hint.aliases)
        phrases += [(phrase, Kind.INDICATOR, hint.code) for phrase in own if not _is_unit(hint.code) and phrase != "tt"]
    return Index(phrases)


def _is_unit(code: str) -> bool:
    return code in ("buoi", "nguoi", "ho")


def _lexicon_phrases(codes: set[str]) -> Iterator[tuple[str, Kind, str]]:
    for each in every_lexicon():
        for kind in Kind:
            for value, phrases in each.table(kind.value).items():
                counts = kind in (Kind.INDICATOR, Kind.MAYBE, Kind.UNIT)
                if counts and codes and value not in codes:
                    continue
                for phrase in phrases:
                    yield phrase, kind, value


class Table:
    """Whole phrases -> a value: commands, answers. Typed with or without marks, never in part of a phrase."""

    def __init__(self, rows: Iterator[tuple[str, str]]) -> None:
        self._values: dict[str, str] = {}
        self._bare: dict[str, str] = {}
        self._firsts: dict[str, int] = {}
        self._lasts: dict[str, int] = {}
        for phrase, value in rows:
            typed = [key(word) for word in split(phrase)]
            self._values.setdefault(" ".join(typed), value)
            for form in map(" ".join, product(*map(spellings, typed))):
                self._bare.setdefault(form, value)
            for lengths, word in ((self._firsts, typed[0]), (self._lasts, typed[-1])):
                for form in spellings(word):
                    lengths[form] = max(lengths.get(form, 0), len(typed))

    def get(self, keys: Sequence[str]) -> str | None:
        """The value of exactly these words; full marks win over a phrase that only looks alike without them."""
        phrase = " ".join(keys)
        return self._values.get(phrase) or self._bare.get(phrase)

    def begins_with(self, word: str) -> bool:
        """Does some phrase begin with this word?"""
        return word in self._firsts

    def forms(self) -> Iterator[str]:
        """All the ways the phrases of this table are typed."""
        return iter(self._bare)

    def opening(self, keys: Sequence[str]) -> tuple[str, int] | None:
        """The value of the longest phrase that the words begin with, and how many words it takes."""
        longest = self._firsts.get(keys[0], 0) if keys else 0
        if not longest:
            return None
        for length in range(min(longest, len(keys)), 0, -1):
            value = self.get(keys[:length])
            if value is not None:
                return value, length
        return None

    def closing(self, keys: Sequence[str]) -> tuple[str, int] | None:
        """The same for the words at the end."""
        longest = self._lasts.get(keys[-1], 0) if keys else 0
        if not longest:
            return None
        for length in range(min(longest, len(keys)), 0, -1):
            value = self.get(keys[-length:])
            if value is not None:
                return value, length
        return None


@lru_cache(maxsize=64)
def table(name: str, *entries: str) -> Table:
    """A table of the lexicon, in every language; only some of its entries where those are named."""
    return Table(
        (phrase, value)
        for each in every_lexicon()
        for value, phrases in each.table(name).items()
        if not entries or value in entries
        for phrase in phrases
    )
