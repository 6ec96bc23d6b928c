"""Places inside a line: "thôn 3", "tổ số 2", "bản Khe", and whether "3 thôn" counts villages or not."""

from __future__ import annotations

from handlers.understanding import numbers, places
from handlers.understanding.cursor import Cursor
from handlers.understanding.fold import key
from handlers.understanding.item import Role
from handlers.understanding.tokens import Shape
from handlers.understanding.words import spellings

_OWNERS = (Role.INDICATOR, Role.UNIT)
_BESIDE = (Role.FILLER, Role.VERB)


def place_length(line: Cursor, at: int) -> int:
    """How many tokens name a place that begins at one, 0 where none does. "thôn em", "bản mình" are none."""
    named = line.names.at(line.found, at)
    if named is not None and named.whose is not places.Whose.PERSON:
        return named.length
    token = line.token(at)
    if token is None or token.key not in places.place_words():
        return 0
    numbered = _numbered(line, at)
    return numbered or _spoken(line, at) or _written_as_name(line, at)


def _numbered(line: Cursor, at: int) -> int:
    """ "thôn 3", "thôn số 3", "tổ dân phố 3", "thôn: 3"."""
    for skipped in range(1, 4):
        token = line.token(at + skipped)
        if token is None:
            return 0
        if token.shape is Shape.NUMBER:
            return skipped + 1
        if token.key not in _BEFORE_ITS_NUMBER:
            return 0
    return 0


_BEFORE_ITS_NUMBER = frozenset(form for word in ("số", "dân", "phố") for form in spellings(key(word))) | {":", "-", "."}


def _spoken(line: Cursor, at: int) -> int:
    """ "thôn ba"; "thôn ba người" are three people."""
    token = line.token(at + 1)
    said = numbers.spoken(line.number_keys, at + 1) if token is not None and token.shape is Shape.WORD else None
    if said is None or not said.sure or line.countable(at + 1 + said.length):
        return 0
    return 1 + said.length


def _written_as_name(line: Cursor, at: int) -> int:
    """ "bản Khe Kẹn": capitals that are no other word of ours."""
    length = 1
    while (token := line.token(at + length)) is not None and token.shape is Shape.WORD:
        if line.shouting or not token.text[:1].isupper() or line.entries(at + length):
            break
        length += 1
    return length if length > 1 else 0


def counts_places(line: Cursor, at: int) -> bool:
    """Does a number before the place word here count places ("2 thôn 5 vneid"), or does the word begin a name?

    In "vneid 3 thôn 5" the number belongs to what stands before it.
    """
    token = line.token(at)
    length = place_length(line, at) if token is not None and token.key in places.place_words() else 0
    if length == 0:
        return True
    last = line.token(at + length - 1)
    numbered = last is not None and last.shape is Shape.NUMBER
    return numbered and line.countable(at + length) and not owned(line)


def owned(line: Cursor) -> bool:
    """Does an indicator or a unit right before wait for the number here?"""
    roles = [item.role for item in line.out if item.role not in _BESIDE][-2:]
    return bool(roles) and roles[-1] in _OWNERS and roles[0] is not Role.NUMBER
