"""Answers to an open question: a choice, a count, a yes, a name, a code. Each gives None when it is not an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.commands import escape as _escape
from handlers.understanding.commands import without_politeness
from handlers.understanding.fold import clean, fold, key, same_words
from handlers.understanding.keyboards import undone
from handlers.understanding.meaning import Command
from handlers.understanding.numbers import spoken
from handlers.understanding.words import Kind, index, split, table
from locales.lexicon import phrases_of

_NUMERAL = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,6}")
_COUNT_PIECES = re.compile(r"\d+(?:\.\d{3})+(?!\d)|\d+(?:[.,:/\-+%]+\d+)+|\d+%?|[^\W\d_]+|[^\w\s]|\n")
_SIGNS_AROUND = ".,!()[]:;…\"'“”*# "
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’\-]+[^\W\d_]+){0,6}\.?")
_DIGITS = re.compile(r"(.*?)(\+?\d[\d .\-]*)(\D*)", re.DOTALL)


def _keys(text: str) -> list[str]:
    """The keys of the words, politeness signs left out, keyboard leftovers undone."""
    return [key(word) for word in split(undone(text).strip(_SIGNS_AROUND)) if word not in '.,!…;:()"“”']


def _without_choosing(keys: Sequence[str]) -> Sequence[str]:
    """ "chọn số 2" -> "2"."""
    around = table("answers", "choose")
    while len(keys) > 1 and (found := around.opening(keys)) and found[1] < len(keys):
        keys = keys[found[1] :]
    return keys


def as_choice(text: str, count: int, labels: Sequence[str] = ()) -> int | None:
    """One of `count` numbered choices: "1", "số 1", "1.", "một", "chọn 2", or the words of its label."""
    keys = _without_choosing(_keys(text))
    keys = without_politeness(keys) if len(keys) > 1 else keys
    number = _whole_number(keys)
    if number is not None:
        return number if 1 <= number <= count else None
    return _by_label(text, labels[:count])


def _by_label(text: str, labels: Sequence[str]) -> int | None:
    said = clean(text).strip(_SIGNS_AROUND)
    exact = [place for place, label in enumerate(labels, start=1) if same_words(said, label)]
    if len(exact) == 1:
        return exact[0]
    if len(fold(said)) < 3:
        return None
    size = len(said.split())
    begun = [place for place, label in enumerate(labels, start=1) if same_words(said, " ".join(label.split()[:size]))]
    return begun[0] if len(begun) == 1 else None


def as_choices(text: str, count: int) -> tuple[int, ...] | None:
    """Several choices: "1 6", "1,6", "1 và 6", "tất cả". "1-3" is no answer: from 1 to 3, or 1 and 3?"""
    keys = _without_choosing(_keys(re.sub(r"[,;./+&)]", " ", text)))
    if table("answers", "all").get(without_politeness(keys)):
        return tuple(range(1, count + 1))
    chosen: list[int] = []
    joints = table("answers", "and", "choose")
    for word in without_politeness(keys):
        number = _whole_number([word])
        if number is None and joints.get([word]) is None:
            return None
        if number is not None and not 1 <= number <= count:
            return None
        if number is not None and number not in chosen:
            chosen.append(number)
    return tuple(chosen) or None


def as_count(text: str) -> int | None:
    """How many: "3", "3 người", "ba", "mười lăm ạ", "1.057"; không, ko, k, "không có ai" are 0.

    None for what is no single whole number ("1,5", "2-3", "khoảng 40") and for a line with an indicator ("vneid 3").
    """
    if table("answers", "zero").get(without_politeness(_keys(text))):
        return 0
    cleaned = undone(text).strip(_SIGNS_AROUND)
    return _whole_number(_without_unit(_around_count([key(piece) for piece in _COUNT_PIECES.findall(cleaned)])))


def _around_count(keys: Sequence[str]) -> Sequence[str]:
    around = table("answers", "count_around")
    while len(keys) > 1 and around.get(keys[:1]) and _whole_number(keys[:1]) is None:
        keys = keys[1:]
    while len(keys) > 1 and (around.get(keys[-1:]) or keys[-1] in ".,!"):
        keys = keys[:-1]
    return keys


def _without_unit(keys: Sequence[str]) -> Sequence[str]:
    """ "3 người dân" -> "3": a plain unit after the number counts the same thing."""
    units = index()
    number = spoken(keys, 0) if keys else None
    if number is not None and number.length == len(keys):
        return keys
    for length in range(len(keys) - 1, 0, -1):
        if _whole_number(keys[:length]) is None:
            continue
        for entries in units.at(keys, length):
            named = any(entry.kind in (Kind.UNIT, Kind.COUNTER) for entry in entries)
            if named and length + entries[0].length == len(keys):
                return keys[:length]
    return keys


def _whole_number(keys: Sequence[str]) -> int | None:
    if len(keys) == 1 and _NUMERAL.fullmatch(keys[0]):
        return int(keys[0].replace(".", ""))
    if not keys:
        return None
    number = spoken(keys, 0)
    if number is None and len(keys) == 1 and keys[0] in ("tư", "tu"):
        return 4
    return number.value if number and number.length == len(keys) and number.flaw is None else None


def as_yes_no(text: str) -> bool | None:
    """Yes or no, in the many ways people say them; None for anything else."""
    keys = _keys(text)
    for candidate in (keys, without_politeness(keys)):
        said = table("answers", "yes", "no").get(candidate)
        if said is not None:
            return said == "yes"
    return None


def is_skip(text: str) -> bool:
    """ "bỏ qua" and its kin: this question is left out."""
    keys = _keys(text)
    return any(table("answers", "skip").get(each) is not None for each in (keys, without_politeness(keys)))


def is_done(text: str) -> bool:
    """ "xong", "thôi": what was given is saved."""
    keys = _keys(text)
    return any(table("answers", "done").get(each) is not None for each in (keys, without_politeness(keys)))


def is_escape(text: str) -> Command | None:
    """What holds in every step but the one that asks for a name: hủy, thoát, trợ giúp, ?, "dừng nhắn tin"."""
    return _escape(text)


def as_code(text: str) -> str | None:
    """Six digits, with spaces or dots allowed between them, and "mã là" before them."""
    digits = _digits(text, "code_is")
    return digits if len(digits) == 6 else None


def _digits(text: str, lead: str) -> str:
    """The digits of an answer that holds nothing else but its lead words and politeness; "" otherwise."""
    found = _DIGITS.fullmatch(clean(text).strip(_SIGNS_AROUND))
    if found is None:
        return ""
    before, digits, after = found.groups()
    led = not _keys(before) or table("answers", lead).get(_keys(before)) is not None
    ended = not _keys(after) or table("polite", "after").get(_keys(after)) is not None
    return re.sub(r"\D", "", digits) if led and ended else ""


def as_name(text: str) -> str | None:
    """A person's name: "Huy", "Dũng", "Ba", "Sùng A Páo"; "em tên là" before it is dropped."""
    said = clean(text).strip(_SIGNS_AROUND)
    words = said.split()
    keys = [key(word.strip(_SIGNS_AROUND)) for word in words]
    if found := _longest_prefix(keys):
        words, keys = words[found:], keys[found:]
    while len(words) > 1 and (end := table("answers", "name_after").closing(keys)) and end[1] < len(words):
        words, keys = words[: -end[1]], keys[: -end[1]]
    name = " ".join(words).strip(_SIGNS_AROUND)
    if not name or len(name) > 60 or not _NAME.fullmatch(name) or _is_no_name(name):
        return None
    return name.title() if name in (name.lower(), name.upper()) else name


def _longest_prefix(keys: list[str]) -> int:
    found = table("answers", "name_is").opening(keys)
    return found[1] if found and found[1] < len(keys) else 0


def _is_no_name(name: str) -> bool:
    """Only when it was typed with its marks: "Huy" is a name, "hủy" is not."""
    keyed = " ".join(key(word) for word in name.split())
    return any(keyed == " ".join(map(key, split(phrase))) for phrase in _not_names())


def _not_names() -> tuple[str, ...]:
    return tuple(phrase for phrase in phrases_of("answers", "not_name") if not phrase.isascii() or phrase in _ENGLISH)


_ENGLISH = frozenset({"cancel", "help", "skip"})


def as_phone_tail(text: str) -> str | None:
    """The last three digits of a phone number, from three digits or from the whole number."""
    digits = _digits(text, "phone_is")
    return digits[-3:] if len(digits) in (3, 4) or 9 <= len(digits) <= 12 else None
