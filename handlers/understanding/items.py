"""A line cut into what matters for a check-in: numbers, indicators, units, days, and what forbids saving.

This is where a number stops being one: in an hour, a phone number, "thứ 3", "lần 2", "chị Tư", "3 ngày".
"""

from __future__ import annotations

from handlers.understanding import numbers
from handlers.understanding.cursor import Cursor
from handlers.understanding.item import Item, Role
from handlers.understanding.meaning import Context, DoubtReason
from handlers.understanding.name_items import take_name
from handlers.understanding.number_items import take_number, take_number_word
from handlers.understanding.phrase_items import take_phrase
from handlers.understanding.sign_items import take_sign
from handlers.understanding.tokens import Shape, Token, tokens
from handlers.understanding.words import index

__all__ = ["Item", "Role", "items"]


def items(text: str, context: Context) -> list[Item]:
    """The items of a cleaned line, from left to right."""
    words = index(context.fields)
    line = Cursor(tokens(text, words.known, words.countable), words, context, text)
    while (token := line.token(line.at)) is not None:
        if token.shape is Shape.WORD:
            _take_word(line, token)
        elif token.shape is Shape.NUMBER:
            take_number(line, token)
        else:
            take_sign(line, token)
    return line.out


def _take_word(line: Cursor, token: Token) -> None:
    """Names first, then numbers, days and phrases; a number word left over is most likely a name."""
    if take_name(line, token) or take_number_word(line, token) or line.take_day() or take_phrase(line):
        return
    said = numbers.spoken(line.number_keys, line.at)
    if said is not None and said.sure:
        line.put(Role.LABEL, said.length, reason=DoubtReason.PERSON_NAME)
    else:
        line.put(Role.OTHER, 1)
