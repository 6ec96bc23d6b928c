"""Names inside a line: people whose name is a number too, one's own village and the others."""

from __future__ import annotations

from handlers.understanding import neighbours, places
from handlers.understanding.cursor import Cursor
from handlers.understanding.item import Role
from handlers.understanding.meaning import DoubtReason
from handlers.understanding.place_items import place_length
from handlers.understanding.tokens import Shape, Token


def take_name(line: Cursor, token: Token) -> bool:
    """Take a person or a place that begins here."""
    return _title(line, token) or _name(line, token) or _place(line, token)


def _title(line: Cursor, token: Token) -> bool:
    """ "anh Ba", "chị Tư", "ông Sáu", "em Mai": a person, whatever the word means elsewhere."""
    following = line.token(line.at + 1)
    if following is None or following.shape is not Shape.WORD:
        return False
    strength = neighbours.title_strength(token.key)
    if strength is None:
        return False
    capital = following.text[:1].isupper() and not line.shouting
    may_be_number = following.key in neighbours.name_like()
    if strength == "strong" and (may_be_number or (capital and not line.countable(line.at + 1))):
        line.put(Role.FILLER, 1)
        _named_people(line)
        return True
    if strength == "weak" and capital and may_be_number:
        line.put(Role.FILLER, 1)
        _named_people(line)
        return True
    return False


def _named_people(line: Cursor) -> None:
    """The name after a title, with the capitals that follow it ("ông Lò Văn Ba")."""
    length = 1
    while (token := line.token(line.at + length)) is not None and token.shape is Shape.WORD:
        if line.shouting or not token.text[:1].isupper() or line.countable(line.at + length):
            break
        length += 1
    line.put(Role.LABEL, length, reason=DoubtReason.PERSON_NAME)


def _name(line: Cursor, token: Token) -> bool:
    named = line.names.at(line.found, line.at)
    if named is None:
        return False
    after = line.at + named.length
    if named.whose is places.Whose.PERSON:
        if named.length == 1 and line.countable(after):
            return False
        line.put(Role.LABEL, named.length, reason=DoubtReason.PERSON_NAME)
    elif named.whose is places.Whose.OWN_VILLAGE:
        has = line.token(after)
        population = has is not None and has.key in neighbours.has()
        line.put(Role.FILLER, named.length)
        if population and not _had_verb(line):
            line.put(Role.BLOCK, 1, reason=DoubtReason.POPULATION)
    else:
        line.put(Role.BLOCK, named.length, code=named.name, reason=DoubtReason.OTHER_VILLAGE)
    return True


def _had_verb(line: Cursor) -> bool:
    return any(item.role is Role.VERB for item in line.out)


def _place(line: Cursor, token: Token) -> bool:
    """ "thôn 3", "tổ 2", "bản Khe": not one's own, else its name would have been found."""
    length = place_length(line, line.at) if token.key in places.place_words() else 0
    return bool(length) and _other_place(line, length)


def _other_place(line: Cursor, length: int) -> bool:
    name = " ".join(token.text for token in line.found[line.at : line.at + length])
    line.put(Role.BLOCK, length, code=name, reason=DoubtReason.OTHER_VILLAGE)
    return True
