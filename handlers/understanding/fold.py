"""Texts made comparable: cleaned for keeping, folded for searching, keyed for understanding.

Facts: Vietnamese letters carry a quality mark (â ă ê ô ơ ư đ) and a tone (à á ả ã ạ). Phones send composed or
decomposed text, old editors a mixture, and đ does not decompose at all, so it is mapped by hand.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TONES = "\u0300\u0301\u0303\u0309\u0323"

_ODD_SPACES = re.compile(r"[\t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
_LINE_ENDS = re.compile(r" *(?:\r\n|\r|\n|\u2028|\u2029) *")
_INVISIBLE = dict.fromkeys(
    (
        *(0x00AD, 0x034F, 0x061C, 0x20E3, 0xFEFF, 0x7F),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0xFE00, 0xFE10),
        *range(0x00, 0x09),
        *range(0x0E, 0x20),
    )
)
_LOOKALIKES = str.maketrans({"ð": "đ", "Ð": "Đ", "ɖ": "đ", "Ɖ": "Đ"})
_NOT_KEPT = re.compile(r"(?<=\d)[.,/:\-](?=\d)|(?<=\d)%|(?:[^\w\s]|_)")
_SPACES = re.compile(r"\s+")
_LONE_Y = re.compile(r"\A([bcdđghklmnpqrstvx]*)y\Z")


@lru_cache(maxsize=512)
def clean(raw: str) -> str:
    """What somebody typed, in composed form, without invisible characters and odd spaces. Line breaks stay."""
    text = unicodedata.normalize("NFC", raw.translate(_INVISIBLE)).translate(_LOOKALIKES)
    text = _ODD_SPACES.sub(" ", text)
    return _LINE_ENDS.sub("\n", text).strip()


def fold(text: str) -> str:
    """Lower-case letters without marks, digits, and the signs that matter inside numbers; for searching only.

    "Điểm danh, 20/11!" -> "diem danh 20/11". Leftovers of Telex and VNI are not undone here: see
    `handlers.understanding.keyboards.undone`.
    """
    plain = strip_marks(unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).lower())
    return _SPACES.sub(" ", _NOT_KEPT.sub(_keep_signs, plain)).strip()


def _keep_signs(found: re.Match[str]) -> str:
    sign = found.group()
    before = found.string[found.start() - 1 : found.start()]
    after = found.string[found.end() : found.end() + 1]
    inside_number = before.isdigit() and (after.isdigit() or sign == "%")
    return sign if inside_number and sign in ".,/:-%" else " "


def strip_marks(text: str) -> str:
    """The same letters without any mark; đ becomes d."""
    if text.isascii():
        return text
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return bare.translate(_D_BY_HAND)


_D_BY_HAND = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


@lru_cache(maxsize=16384)
def key(word: str) -> str:
    """One word as it is compared: lower case, its tone moved to the end, a lone y written i.

    "Hoà" and "hòa" have one key, "kỹ" and "kĩ" too; "hộ", "hồ" and "họ" keep three different ones.
    The key of a word typed without marks is the word itself.
    """
    lower = unicodedata.normalize("NFC", word).lower().translate(_LOOKALIKES)
    if lower.isascii():
        return _LONE_Y.sub(r"\1i", lower)
    letters, tone = split_tone(lower)
    return _LONE_Y.sub(r"\1i", letters) + tone


def split_tone(word: str) -> tuple[str, str]:
    """The letters with their quality marks, and the tone mark ("" for the level tone)."""
    tone = ""
    letters = []
    for sign in unicodedata.normalize("NFD", word):
        if sign in TONES:
            tone = sign
        else:
            letters.append(sign)
    return unicodedata.normalize("NFC", "".join(letters)), tone


@lru_cache(maxsize=16384)
def bare_key(keyed: str) -> str:
    """The key of the same word typed without any mark."""
    return strip_marks(keyed)


def has_marks(keyed: str) -> bool:
    """Was the word typed with diacritics (or with đ)?"""
    return not keyed.isascii()


def same_word(typed: str, known: str) -> bool:
    """The two keys: a word typed with marks is compared with marks, only a word typed without is compared folded.

    `same_word("ho", "hộ")` is true, `same_word("hồ", "hộ")` is not.
    """
    mine, other = key(typed), key(known)
    return mine == other or (not has_marks(mine) and mine == bare_key(other))


def same_words(typed: str, known: str) -> bool:
    """The two keys, word by word, for whole phrases and names."""
    mine, others = words(typed), words(known)
    return len(mine) == len(others) and all(map(same_word, mine, others))


_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words and numbers of a text, in lower case, signs left out."""
    return _WORD.findall(clean(text).lower())
