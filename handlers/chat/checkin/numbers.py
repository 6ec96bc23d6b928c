"""Numbers in words: "VNeID 3 người, hồ sơ trực tuyến 2"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from handlers.reports.indicators import as_typed
from handlers.turn import Turn
from locales import Text, dates, listed

EVER = 550
"""A village has about this many people: more of anything is asked twice (voice.md §2)."""


def items(turn: Turn, values: Mapping[str, int]) -> Text:
    """All numbers, in the order given."""
    return listed(item(turn, code, number) for code, number in values.items())


def item(turn: Turn, code: str, number: int) -> str:
    """One number with its label and what it counts, unless the label says that already."""
    name = label(turn, code)
    return " ".join((name, written(number, turn.reader.language), *_unit(turn, code)))


def change(turn: Turn, code: str, before: int, after: int) -> str:
    """ "VNeID 3 → 4 người"."""
    language = turn.reader.language
    return " ".join((label(turn, code), written(before, language), "→", written(after, language), *_unit(turn, code)))


def written(number: int, language: str) -> str:
    """A number as people write it. Below a thousand all languages agree, so the slow way is spared."""
    return str(number) if number < 1000 else dates.number(number, language)


def label(turn: Turn, code: str) -> str:
    """The short name of an indicator; one that the form no longer has is called by its code."""
    field = turn.around.form.by_code.get(code)
    return field.label(turn.reader.language).short if field else code


def typed(turn: Turn, code: str) -> str:
    """How an indicator is typed: "buổi", "tích hợp" from its label where that is the code with marks."""
    return as_typed(code, label(turn, code))


def full_label(turn: Turn, code: str) -> str:
    field = turn.around.form.by_code.get(code)
    return field.label(turn.reader.language).full if field else code


def counted_in(turn: Turn, code: str) -> str:
    field = turn.around.form.by_code.get(code)
    return field.label(turn.reader.language).counted_in if field else ""


def in_form_order(turn: Turn, values: Mapping[str, int]) -> dict[str, int]:
    """Values as read from storage, in the order of the form."""
    order = [field.code for field in turn.around.form.fields]
    return {code: values[code] for code in sorted(values, key=lambda one: order.index(one) if one in order else 99)}


def too_big(
    turn: Turn, values: Mapping[str, int], totals: Mapping[str, int], sure: Mapping[str, int]
) -> tuple[str, ...]:
    """Codes whose number of the day is unusual and was not confirmed often enough yet."""
    return tuple(
        code
        for code, number in values.items()
        if sure.get(code, 0) < _questions(turn, code, number, totals.get(code, 0))
    )


def _questions(turn: Turn, code: str, number: int, before: int) -> int:
    """How often a number has to be confirmed before it is saved. A day that was unusual before has been asked about."""
    if number > EVER:
        return 2
    field = turn.around.form.by_code.get(code)
    usual = min(field.asks_above, EVER) if field else EVER
    return 1 if number > usual or before <= usual < before + number else 0


def _unit(turn: Turn, code: str) -> Iterable[str]:
    unit = counted_in(turn, code)
    return () if not unit or unit.lower() in label(turn, code).lower() else (unit,)


def first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]


def described(turn: Turn, values: Mapping[str, int], sentence_start: bool = False) -> Text:
    """All numbers as a plain string, with a capital where a sentence begins."""
    words = turn.render(items(turn, values))
    return first_upper(words) if sentence_start else words
