"""One cell at a time: what was written, mended where a spreadsheet spoils it, refused with a reason."""

from __future__ import annotations

import re

from storage import names

_MOBILE, _LANDLINE = re.compile(r"0[35789]\d{8}"), re.compile(r"02\d{9}")
_WRITTEN_BETWEEN = re.compile(r"[\s.\-–()/]+")
_RUNS_IN_A_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 200


def clean(text: str) -> str:
    """NFC, without stray spaces, and without the apostrophe that `guarded` sets."""
    cell = names.clean(text)
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_RUNS_IN_A_SPREADSHEET) else cell


def guarded(text: str) -> str:
    """What a CSV may hold: an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{text}" if text.startswith(_RUNS_IN_A_SPREADSHEET) else text


def code(text: str) -> str:
    """An official code of five digits; "4630" lost its zero to a spreadsheet. Raises ValueError."""
    digits = text.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit() and 3 <= len(digits) <= 5):
        raise ValueError(f"{text!r} is not a commune code of five digits")
    return digits.zfill(5)


def phone(text: str) -> str:
    """A phone number as +84…: from 0912.345.678, +84 912 345 678, 84912345678, 912345678. Raises ValueError.

    A number of another country is kept if it is written with +.
    """
    bare = _WRITTEN_BETWEEN.sub("", text.removesuffix(".0"))
    digits = bare.removeprefix("+")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"{text!r} is not a phone number")
    if bare.startswith("+") and not digits.startswith("84"):
        if 8 <= len(digits) <= 15:
            return bare
        raise ValueError(f"{text!r} is not a phone number")
    for national in _as_national(digits, plus=bare.startswith("+")):
        if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national):
            return f"+84{national[1:]}"
    raise ValueError(f"{text!r} is not a Vietnamese phone number: ten digits that begin with 03, 05, 07, 08 or 09")


def _as_national(digits: str, *, plus: bool) -> tuple[str, ...]:
    if plus:
        return (f"0{digits[2:].removeprefix('0')}",)
    if digits.startswith("0084"):
        return (f"0{digits[4:]}",)
    if digits.startswith("0"):
        return (digits,)
    without_zero = f"0{digits}"
    return (without_zero, f"0{digits[2:].removeprefix('0')}") if digits.startswith("84") else (without_zero,)


def national(phone_number: str) -> str:
    """A phone number as people write it: +84912345678 -> 0912345678."""
    return f"0{phone_number[3:]}" if phone_number.startswith("+84") else phone_number


def words(text: str, what: str) -> str:
    """A name with at least one letter or digit that fits its column. Raises ValueError."""
    if not names.fold(text):
        raise ValueError(f"{text!r} is not a {what}")
    if len(text) > LONGEST:
        raise ValueError(f"the {what} is longer than {LONGEST} characters: {text[:40]}…")
    return text
