"""Names compared: what counts as the same name, and the folded form kept beside it for searching."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")  # huyền, sắc, ngã, hỏi, nặng
_MARKS = re.compile("[\u0300-\u036f]")
_NOT_WORDS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"(\d+)")


def clean(text: str) -> str:
    """NFC, odd and doubled spaces evened out, invisible characters gone. Keeps letters and marks as they were."""
    if not text.isprintable():
        text = "".join(
            letter for letter in text if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf")
        )
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Lower case, without marks or punctuation, đ as d: "Bản Lềnh" -> "ban lenh". This is what `name_folded` holds."""
    letters = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return _NOT_WORDS.sub(" ", _MARKS.sub("", letters)).strip()


def key(text: str) -> str:
    """Equal for two spellings of one name: case, spaces and the place of the tone mark do not matter, marks do.

    "HOÀ  bình" and "Hòa Bình" agree; "Bản Lềnh" and "Bản Lệnh" do not.
    """
    letters = unicodedata.normalize("NFD", _NOT_WORDS.sub(" ", clean(text).casefold()))
    return " ".join(map(_tone_last, letters.split()))


@lru_cache(maxsize=4096)  # a country has a Thôn 2 in every commune
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sorting key that puts "Thôn 2" before "Thôn 10"."""
    return tuple((int(piece), "") if piece.isdigit() else (-1, piece) for piece in _DIGITS.split(fold(text)) if piece)


def _tone_last(word: str) -> str:
    tones = _TONES.findall(word)
    return _TONES.sub("", word) + "".join(tones) if tones else word
