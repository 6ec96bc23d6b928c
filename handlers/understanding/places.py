"""Names of villages and of people in a text, so that "thôn 3" and "Lò Văn Ba" are not numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from handlers.understanding.fold import bare_key, has_marks, key
from handlers.understanding.tokens import Shape, Token
from handlers.understanding.words import spellings, split
from locales.lexicon import phrases_of

Form = tuple[str, ...]
"""The keys of the words of a name."""


class Whose(Enum):
    OWN_VILLAGE = "own"
    OTHER_VILLAGE = "other"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Named:
    """A name found in a text: whose, the name as we know it, and how many tokens it takes."""

    whose: Whose
    name: str
    length: int


@dataclass(frozen=True, slots=True)
class Names:
    """The names that matter to one speaker, by their words without marks."""

    rows: Mapping[tuple[str, ...], tuple[tuple[Form, Named], ...]]
    lengths: Mapping[str, tuple[int, ...]]
    """How many words the names have that begin with a word, the most first."""

    def at(self, found: Sequence[Token], start: int) -> Named | None:
        """The longest name that begins at a token."""
        lengths = self.lengths.get(bare_key(found[start].key))
        for length in lengths or ():
            window = found[start : start + length]
            for keys, named in self.rows.get(tuple(bare_key(token.key) for token in window), ()):
                if all(map(_same, window, keys)) and _looks_like_name(window, keys):
                    return named
        return None


@lru_cache(maxsize=512)
def names(own: str, others: tuple[str, ...], people: tuple[str, ...]) -> Names:
    """The names of one speaker's world, ready for looking up.

    One village's full name goes before another's with "bản" in the place of "thôn"; of two names that are equally
    well said, one's own goes first.
    """
    villages = [(Whose.OWN_VILLAGE, own), *((Whose.OTHER_VILLAGE, other) for other in others)]
    known: dict[Form, _Row] = {}
    for loose in (False, True):
        for whose, name in villages:
            for bare, row in _village_rows(name, whose, loose):
                known.setdefault(row[0], (bare, row))
    rows = [*known.values(), *(row for person in people for row in _rows(_person_forms(person), Whose.PERSON, person))]
    return _indexed(rows)


_Row = tuple[Form, tuple[Form, Named]]
"""The words of a form without marks, the form itself, and what it names."""


@lru_cache(maxsize=8192)
def _village_rows(name: str, whose: Whose, loose: bool) -> tuple[_Row, ...]:
    """Kept, since the neighbours of a village all know the same names."""
    return _rows(_forms(name) if loose else _full(name), whose, name)


def _rows(forms: Iterable[Form], whose: Whose, name: str) -> tuple[_Row, ...]:
    return tuple((tuple(map(bare_key, form)), (form, Named(whose, name, len(form)))) for form in forms)


def _indexed(rows: Iterable[_Row]) -> Names:
    grouped: dict[Form, tuple[tuple[Form, Named], ...]] = {}
    lengths: dict[str, tuple[int, ...]] = {}
    for bare, row in rows:
        grouped[bare] = (*grouped.get(bare, ()), row)
        known = lengths.get(bare[0], ())
        if len(bare) not in known:
            lengths[bare[0]] = tuple(sorted((*known, len(bare)), reverse=True))
    return Names(grouped, lengths)


def _full(village: str) -> Iterator[Form]:
    keys = _keys(village)
    if keys and not (len(keys) == 1 and keys[0].isdecimal()):
        yield keys


def _forms(village: str) -> Iterator[Form]:
    """The name without "thôn", "bản", and with another such word before it: it is still the same."""
    keys = _keys(village)
    kind = next((length for length in (3, 2, 1) if keys[:length] in _kinds() and len(keys) > length), 0)
    for core in _spelt(keys[kind:]):
        for prefix in _PREFIXES:
            yield (*prefix, *core)
            if core[0].isdecimal():
                yield (*prefix, key("số"), *core)
            elif kind:
                yield (*prefix, *keys)
        if keys and not keys[kind].isdecimal():
            yield core


def _keys(village: str) -> Form:
    """ "Thôn 03" is Thôn 3."""
    return tuple(str(int(word)) if word.isdecimal() else key(word) for word in split(village))


def _spelt(core: Form) -> Iterator[Form]:
    """ "3", and "ba" too."""
    if not core:
        return
    yield core
    if len(core) == 1 and core[0].isdecimal():
        yield from ((key(word),) for word in phrases_of("digits", core[0]))


_PREFIXES = tuple((key(word),) for word in ("thôn", "bản", "xóm", "làng", "tổ"))


@cache
def _kinds() -> frozenset[Form]:
    """What villages are called before their names: "thôn", "tổ dân phố"."""
    return frozenset(tuple(map(key, split(phrase))) for phrase in phrases_of("before_number", "place"))


@cache
def place_words() -> frozenset[str]:
    """thôn, bản, xóm, tổ … as they are typed."""
    return frozenset(
        form for phrase in phrases_of("before_number", "place") if " " not in phrase for form in spellings(key(phrase))
    )


def _person_forms(person: str) -> Iterator[Form]:
    keys = tuple(key(word) for word in split(person))
    if len(keys) > 1:
        yield keys
        yield keys[-2:]
    if keys:
        yield keys[-1:]


def _same(token: Token, known: str) -> bool:
    if token.key == known:
        return True
    return token.shape is Shape.WORD and not has_marks(token.key) and token.key == bare_key(known)


def _looks_like_name(window: Sequence[Token], keys: Form) -> bool:
    """One word alone is a name only when it is written as one: "Sáu", not "sáu"."""
    return len(keys) > 1 or (window[0].text[:1].isupper() and window[0].key == keys[0])
