"""Which kinds of work somebody names: by the numbers of a list, by a label, or in words."""

from __future__ import annotations

import re

from handlers.reading import context
from handlers.turn import Thinking, Turn
from handlers.understanding import Report, as_choice, as_choices, read

_BETWEEN = re.compile(r"[,;+]|\b(?:và|va|với|voi|cùng)\b", re.IGNORECASE)


def by_number(turn: Turn, text: str) -> list[str]:
    """ "1 6", or one indicator by its label, in full or short."""
    fields = turn.around.form.asked()
    chosen = as_choices(text, len(fields))
    if chosen is None:
        labels = [field.label(turn.reader.language) for field in fields]
        place = as_choice(text, len(fields), [label.full for label in labels])
        place = place or as_choice(text, len(fields), [label.short for label in labels])
        chosen = (place,) if place else ()
    return [fields[place - 1].code for place in chosen]


def by_words(turn: Turn, text: str) -> Thinking[list[str]]:
    """ "cài vneid, dvc": what would be a report with a number behind it names an indicator."""
    if any(sign.isdigit() for sign in text):
        return []
    facts = yield from context(turn)
    codes: list[str] = []
    for piece in filter(str.strip, _BETWEEN.split(text)):
        meaning = read(f"{piece} 1", facts)
        if not isinstance(meaning, Report) or meaning.note:
            return []
        codes += [code for code in meaning.values if code not in codes]
    return codes
