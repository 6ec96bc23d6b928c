"""A text cut into words, numbers and signs. Each number already knows its shape: a count, an hour, money…

Facts: in Vietnamese the dot groups thousands and the comma starts decimals (1.057 is one thousand and fifty-seven,
1,5 is one and a half).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from handlers.understanding import keyboards
from handlers.understanding.fold import bare_key, has_marks, key


class Shape(StrEnum):
    """What a piece of text looks like, before anything is known about its neighbours."""

    WORD = "word"
    NUMBER = "number"
    SIGN = "sign"
    BREAK = "break"
    """The end of a line or of a sentence."""
    DATE = "date"
    PAIR = "pair"
    """3/5: a date or a ratio."""
    SPAN = "span"
    """10-15: a range or a date."""
    HOUR = "hour"
    MONEY = "money"
    PERCENT = "percent"
    PHONE = "phone"
    FRACTION = "fraction"
    ABOUT = "about"
    SUM = "sum"
    OPAQUE = "opaque"
    """A link, an address, "4G": nothing that can be counted."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    key: str
    shape: Shape
    start: int
    end: int
    value: int = -1


_PATTERN = re.compile(
    r"""
    (?P<opaque>https?://\S+|www\.\S+|[^\s@]{1,64}@[^\s@]{1,255}\.\w+|@\w+|\d+[gG]\b)
  | (?P<date>\d{1,2}([/.\-])\d{1,2}\3\d{2,4}(?!\d))
  | (?P<phone>(?:\+84|\b84|\b0)(?:[ .\-]?\d){8,10}(?![\d])|\b0\d{2,}\b|\d{5,}
      |\d{3,4}[ .]\d{3}[ .]\d{3,4}[ .]?\d{3}\b|\d*[x*]{2,}\d+\b|\d{2,}[x*]{2,}\d*)
  | (?P<hour>\d{1,2}[hH:]\d{2}(?!\d)|\d{1,2}[gG]\d{2}(?!\d)|\d{1,2}[hH](?!\w))
  | (?P<money>\d+(?:[.,]\d+)*\s?(?:k|K|đ|Đ|₫|\$|vnd|VND|vnđ|VNĐ|VNđ|tr|Tr|TR)\d{0,3}(?!\w)|[$₫]\s?\d+(?:[.,]\d+)*)
  | (?P<percent>\d+(?:[.,]\d+)?\s?%)
  | (?P<pair>\d+\s?/\s?\d+)
  | (?P<span>\d+(?:[-–—~])\d+)
  | (?P<sum>\d+\s?\+\s?\d+(?:\s?\+\s?\d+)*|\d+\s?[xX*×]\s?\d+)
  | (?P<grouped>\d{1,3}(?:\.\d{3})+(?![\d.,]*\d))
  | (?P<fraction>\d+(?:[.,]\d+)+|[½⅓¼¾⅔])
  | (?P<arrow>[-=]>|→)
  | (?P<about>[~≈><≥≤]\s?\d+|\d+\+(?!\s?\d))
  | (?P<number>\d+)
  | (?P<word>[^\W_]+(?:['’][^\W\d_]+)*)
  | (?P<break>\n|[.!?…;]+)
  | (?P<sign>[^\w\s]|_)
    """,
    re.VERBOSE,
)
_SHAPES = {
    "opaque": Shape.OPAQUE,
    "date": Shape.DATE,
    "phone": Shape.PHONE,
    "hour": Shape.HOUR,
    "money": Shape.MONEY,
    "percent": Shape.PERCENT,
    "pair": Shape.PAIR,
    "span": Shape.SPAN,
    "sum": Shape.SUM,
    "fraction": Shape.FRACTION,
    "about": Shape.ABOUT,
    "break": Shape.BREAK,
    "arrow": Shape.SIGN,
    "sign": Shape.SIGN,
}
_INNER_DIGIT = re.compile(r"[^\W\d_]\d+[^\W\d_]")
_PARTS = re.compile(r"\d+|[^\W\d_]+")


@lru_cache(maxsize=512)
def tokens(text: str, known: frozenset[str], countable: frozenset[str]) -> tuple[Token, ...]:
    """The tokens of a cleaned text (kept for a while: one message is looked at from several sides).

    `known` are the keys of all words of the lexicon: they are never taken for keyboard leftovers.
    `countable` are those after which a number may follow without a space ("vneid3").
    """
    vni_typist = _types_vni(text, known)
    found: list[Token] = []
    for match in _PATTERN.finditer(text):
        group = match.lastgroup or "sign"
        start, end = match.span()
        piece = match.group()
        if group == "word":
            found.extend(_word(piece, start, known, countable, vni_typist))
        elif group in ("number", "grouped"):
            found.append(_number(piece, start))
        else:
            found.append(Token(piece, piece, _SHAPES[group], start, end))
    return tuple(found)


def _number(piece: str, start: int) -> Token:
    value = int(piece.replace(".", ""))
    return Token(piece, str(value), Shape.NUMBER, start, start + len(piece), value)


def _word(piece: str, start: int, known: frozenset[str], countable: frozenset[str], vni_typist: bool) -> list[Token]:
    end = start + len(piece)
    if not piece.isalpha() and any(sign.isdecimal() for sign in piece):
        return _mixed(piece, start, known, countable, vni_typist)
    keyed = key(piece)
    if keyed not in known:
        keyed = keyboards.telex(piece) or keyed
    return [Token(piece, keyed, Shape.WORD, start, end)]


def _mixed(piece: str, start: int, known: frozenset[str], countable: frozenset[str], vni_typist: bool) -> list[Token]:
    """Letters and digits in one: a VNI leftover, "vneid3", or a name such as "A4"."""
    whole = Token(piece, key(piece), Shape.OPAQUE, start, start + len(piece))
    if whole.key in known:
        return [Token(piece, whole.key, Shape.WORD, start, whole.end)]
    parts = [(part.group(), start + part.start()) for part in _PARTS.finditer(piece)]
    meant = keyboards.vni(piece) if piece[0].isalpha() else None
    if meant is not None and (vni_typist or len(parts) > 2 or _surely_vni(parts, meant, known, countable)):
        return [Token(piece, meant, Shape.WORD, start, whole.end)]
    letters = [key(part) for part, _ in parts if part.isalpha()]
    if not letters or not all(each in countable for each in letters):
        return _leading_number(parts, whole, known)
    return [
        _number(part, at) if part.isdecimal() else Token(part, key(part), Shape.WORD, at, at + len(part))
        for part, at in parts
    ]


def _surely_vni(parts: list[tuple[str, int]], meant: str, known: frozenset[str], countable: frozenset[str]) -> bool:
    """ "ho65" and "so7" are words; "ho3" and "nguoi2" are a word and its number."""
    letters = key(parts[0][0])
    return meant in known and has_marks(meant) and (letters not in countable or len(parts[1][0]) == 2)


def _leading_number(parts: list[tuple[str, int]], whole: Token, known: frozenset[str]) -> list[Token]:
    """ "3người", "2hs": the number and its unit, where the unit is a word that we know."""
    if len(parts) == 2 and parts[0][0].isdecimal() and key(parts[1][0]) in known:
        (digits, at), (letters, word_at) = parts
        return [_number(digits, at), Token(letters, key(letters), Shape.WORD, word_at, whole.end)]
    return [whole]


def _types_vni(text: str, known: frozenset[str]) -> bool:
    """Does some word carry its mark digits in the middle ("d9ie6m3")? Then those at the ends are marks too."""
    if not _INNER_DIGIT.search(text):
        return False
    for match in re.finditer(r"[^\W\d_]\w*\d[^\W\d_]\w*", text):
        meant = keyboards.vni(match.group())
        if meant is not None and bare_key(meant) != key(match.group()):
            return True
    return False
