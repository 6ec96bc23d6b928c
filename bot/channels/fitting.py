"""From what is owed to what a messenger can show: numbered choices, split text, a picture beside its words or alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.channels.base import Limits, Pictures
from storage.outbox import TO_PASTE
from storage.parcels import Piece
from storage.waiting import Due

_SENTENCE_ENDS = re.compile(r"(?<=[^\d\s][.!?…])\s+|\n+")
"""A dot after a digit ends no sentence: mostly it stands between a choice's number and its label."""


def units(text: str) -> int:
    """Length as messengers count it: UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def fit(due: Sequence[Due], limits: Limits) -> tuple[Piece, ...]:
    """The messages in which things owed to one chat leave, in order. At most one of them has choices: the last."""
    words = "\n\n".join(filter(None, (_with_numbers(one) for one in due)))
    buttons = _buttons(due[-1], limits)
    pictures = [one.media_id for one in due if one.media_id is not None and limits.pictures is not Pictures.NONE]
    if len(pictures) == 1 and words and units(words) <= limits.caption and not buttons:
        return (Piece(words, (), pictures[0]),)
    texts = list(split(words, limits.text)) if words else []
    pieces = [Piece(text) for text in texts[:-1]]
    if texts:
        pieces.append(Piece(texts[-1], buttons))
    pieces.extend(Piece("", (), media_id) for media_id in pictures)
    return tuple(pieces)


def can_join(first: Due, then: Due) -> bool:
    """Whether two things owed to one chat may leave together: the earlier may not ask anything, and a text that is
    meant to be copied stands alone."""
    return not first.choices and TO_PASTE not in (first.kind, then.kind)


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` UTF-16 units, cut after a sentence or a line where there is one, else after a word."""
    rest = text.strip()
    while units(rest) > limit:
        cut = _cut(rest, limit)
        yield rest[:cut].rstrip()
        rest = rest[cut:].lstrip()
    if rest:
        yield rest


def _cut(text: str, limit: int) -> int:
    window = _prefix(text, limit)
    ends = [match.start() for match in _SENTENCE_ENDS.finditer(window)]
    if ends and ends[-1] > len(window) // 3:
        return ends[-1]
    space = window.rfind(" ")
    return space if space > len(window) // 3 else len(window)


def _prefix(text: str, limit: int) -> str:
    """The longest beginning of at most `limit` units."""
    window = text[:limit]
    while units(window) > limit:
        window = window[: len(window) - max(1, (units(window) - limit) // 2)]
    return window


def _with_numbers(due: Due) -> str:
    return "\n".join([due.words, *(f"{key}. {label}" for key, label in due.choices)])


def _buttons(due: Due, limits: Limits) -> tuple[tuple[str, str], ...]:
    if not due.choices or len(due.choices) > limits.buttons:
        return ()
    return tuple(
        (f"{key}. {label}"[: limits.button_label], f"{due.question or ''}:{key}") for key, label in due.choices
    )
