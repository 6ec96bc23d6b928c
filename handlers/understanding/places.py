"""Names of villages and of people in a text, so that "thôn 3" and "Lò Văn Ba" are not numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache

from handlers.understanding.fold import bare_key, has_marks, key
from handlers.understanding.tokens import Shape, Token
from handlers.understanding.words import spellings, split
from locales.lexicon import phrases_of


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
    """The names that matter to one speaker, by the first word without marks."""

    rows: dict[str, tuple[tuple[tuple[str, ...], Named], ...]]
    own: frozenset[tuple[str, ...]]

    def at(self, found: Sequence[Token], start: int) -> Named | None:
        """The longest name that begins at a token."""
        for keys, named in self.rows.get(bare_key(found[start].key), ()):
            window = found[start : start + len(keys)]
            if len(window) == len(keys) and all(map(_same, window, keys)) and _looks_like_name(window, keys):
                return named
        return None


@lru_cache(maxsize=512)
def names(own: str, others: tuple[str, ...], people: tuple[str, ...]) -> Names:
    """The names of one speaker's world, ready for looking up."""
    rows: list[tuple[tuple[str, ...], Named]] = []
    own_forms = frozenset(_forms(own)) if own else frozenset()
    for form in own_forms:
        rows.append((form, Named(Whose.OWN_VILLAGE, own, len(form))))
    for other in others:
        rows += [
            (form, Named(Whose.OTHER_VILLAGE, other, len(form))) for form in _forms(other) if form not in own_forms
        ]
    for person in people:
        rows += [(form, Named(Whose.PERSON, person, len(form))) for form in _person_forms(person)]
    rows.sort(key=lambda row: -len(row[0]))
    grouped: dict[str, tuple[tuple[tuple[str, ...], Named], ...]] = {}
    for keys, named in rows:
        first = bare_key(keys[0])
        grouped[first] = (*grouped.get(first, ()), (keys, named))
    return Names(grouped, own_forms)


def _forms(village: str) -> Iterator[tuple[str, ...]]:
    """The whole name, and the name without "thôn", "bản"; with another such word before it, it is still the same."""
    keys = tuple(key(word) for word in split(village))
    yield keys
    if len(keys) > 1 and keys[0] in place_words():
        core = keys[1:]
        for prefix in _PREFIXES:
            yield (prefix, *core)
        if not core[0].isdecimal():
            yield core
    elif keys and not keys[0].isdecimal():
        for prefix in _PREFIXES:
            yield (prefix, *keys)


_PREFIXES = tuple(key(word) for word in ("thôn", "bản", "xóm", "làng"))


@cache
def place_words() -> frozenset[str]:
    """thôn, bản, xóm, tổ … as they are typed."""
    return frozenset(
        form for phrase in phrases_of("before_number", "place") if " " not in phrase for form in spellings(key(phrase))
    )


def _person_forms(person: str) -> Iterator[tuple[str, ...]]:
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


def _looks_like_name(window: Sequence[Token], keys: tuple[str, ...]) -> bool:
    """One word alone is a name only when it is written as one: "Sáu", not "sáu"."""
    return len(keys) > 1 or (window[0].text[:1].isupper() and window[0].key == keys[0])
