"""Indicators in words: their short labels, and this week beside the last. Never added to each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from handlers.reports.room import clip
from handlers.understanding.fold import fold
from locales import Joined, Text, _, listed
from locales.lexicon import phrases_of
from storage.tally import Tally

_COMMA_AFTER = 12
"""A comma nearer to the start than this belongs to the label ("Cài, kích hoạt VNeID")."""


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of a week. `before` is None where the week before is not known at all."""

    label: str
    value: int
    before: int | None


def short_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels without what stands in brackets or after a comma; kept whole where two would become the same."""
    short = {code: _short(label) for code, label in labels.items()}
    twins = {label for label, times in Counter(short.values()).items() if times > 1}
    return {code: labels[code] if label in twins else label for code, label in short.items()}


def rows(tally: Tally, labels: Mapping[str, str]) -> tuple[Row, ...]:
    """This week's indicators in the order of the form, then those the form does not know."""
    short = short_labels(labels)
    codes = [code for code in labels if code in tally.indicators]
    codes += [code for code in tally.indicators if code not in labels]
    return tuple(
        Row(short.get(code, code), tally.indicators[code], tally.previous.get(code, 0) if tally.previous else None)
        for code in codes
    )


def under_each_other(found: tuple[Row, ...], most: int, label: int) -> Iterator[Text]:
    """Bullet lines; the first says what the number in brackets is."""
    for place, row in enumerate(found[:most]):
        name = clip(row.label, label)
        if row.before is None:
            yield _("• {label}: {value}", label=name, value=row.value)
        elif place == 0:
            yield _("• {label}: {value} (last week {before})", label=name, value=row.value, before=row.before)
        else:
            yield _("• {label}: {value} ({before})", label=name, value=row.value, before=row.before)


def in_one_line(found: tuple[Row, ...], most: int, label: int) -> Text:
    """The same after each other, for digests; a label may hold a comma of its own."""
    shown = (_inline(row, clip(row.label, label), first=place == 0) for place, row in enumerate(found[:most]))
    return Joined(tuple(shown), by="; ")


def codes(values: Mapping[str, int], labels: Mapping[str, str], most: int) -> Text:
    """By the words people type, in the order of the form: "buổi 1, vneid 3"."""
    ordered = [*(code for code in labels if code in values), *(code for code in values if code not in labels)]
    pieces: list[Text] = [
        _("{code} {value}", code=as_typed(code, labels.get(code, "")), value=values[code]) for code in ordered[:most]
    ]
    return listed([*pieces, "…"] if len(ordered) > most else pieces)


@lru_cache(maxsize=256)
def as_typed(code: str, label: str) -> str:
    """How a code is written to people: the first words of its label that begin like the code, with marks, and are
    understood when typed ("buổi" for buoi, "tích hợp", "an toàn mạng"); else the code as it is (dvc)."""
    known = {*phrases_of("indicators", code), *phrases_of("units", code)}
    words = label.lower().replace(",", " ").replace("(", " ").split()
    pieces = (words[first : first + size] for size in (1, 2, 3) for first in range(len(words) - size + 1))
    return next((" ".join(each) for each in pieces if " ".join(each) in known and _spells(each, code)), code)


def _spells(words: list[str], code: str) -> bool:
    return fold("".join(words)).startswith(code)


def _inline(row: Row, label: str, *, first: bool) -> Text:
    if row.before is None:
        return _("{label} {value}", label=label, value=row.value)
    if first:
        return _("{label} {value} (last week {before})", label=label, value=row.value, before=row.before)
    return _("{label} {value} ({before})", label=label, value=row.value, before=row.before)


@lru_cache(maxsize=256)
def _short(label: str) -> str:
    short = label.partition(" (")[0].strip()
    comma = short.find(",")
    return short[:comma].strip() if comma >= _COMMA_AFTER else short
