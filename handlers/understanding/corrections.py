""" "sửa dvc 4", "nhầm, dvc 4 thôi", "sửa vneid 3 thành 4": new values for what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from handlers.understanding import days, notes, pairs
from handlers.understanding.commands import Line
from handlers.understanding.items import Role, items
from handlers.understanding.meaning import Context, Correction, Doubt, DoubtReason
from handlers.understanding.report import implausible
from handlers.understanding.tokens import Shape, Token, tokens
from handlers.understanding.words import Table, index, table


def read(text: str, context: Context, *, offered: bool) -> Correction | Doubt | None:
    """The new values in what follows "sửa" or "nhầm", None without any. A zero is kept: it takes a value away."""
    said = only_new(text)
    line = items(said, context)
    reading = pairs.read(line)
    values = {("tt" if code == "tt?" else code): number for code, number in reading.pairs}
    if not values:
        return None
    blocked = next((item.reason for item in line if item.role is Role.BLOCK and item.reason is not None), None)
    day = days.together([item.day for item in line if item.day is not None], context.today)
    if blocked is None and day is not None:
        blocked = day.doubt
    if blocked is None and not reading.plain:
        blocked = DoubtReason.TWO_MEANINGS
    if blocked is not None:
        return Doubt(blocked, None, tuple(values))
    return Correction(values, offered, day.day if day else None, implausible(values, context))


def begins(text: str) -> tuple[str, str] | None:
    """How a text begins that corrects or adds: ("offered" or "adds", the rest)."""
    line = Line.of(text)
    opening = table("corrections").opening(line.keys)
    if opening is None and len(line.keys) > 2:
        opening = _without_lead(line)
    if opening is None:
        return _ends_with_mistake(line)
    return opening[0], line.after(opening[1]).lstrip(" ,:;.-")


def _without_lead(line: Line) -> tuple[str, int] | None:
    """ "em ơi nhầm …", "dạ ý em là …"."""
    lead = table("polite", "before").opening(line.keys)
    found = table("corrections").opening(line.keys[lead[1] :]) if lead else None
    return (found[0], found[1] + lead[1]) if found and lead else None


def _ends_with_mistake(line: Line) -> tuple[str, str] | None:
    """ "dvc 4 em nhầm": the word may come last."""
    closing = table("corrections", "offered").closing(line.keys)
    if closing is None or closing[1] == len(line.keys):
        return None
    return closing[0], line.text[: line.starts[len(line.keys) - closing[1]]].rstrip(" ,;.-")


def without_admission(text: str, context: Context) -> str | None:
    """A line without the words that admit a mistake in the middle ("hôm qua em báo nhầm dvc là 3"), None without any.

    What stands in a note does not count: it is about something else.
    """
    line = Line.of(text)
    mistakes = table("mistakes")
    for at, word in enumerate(line.keys):
        found = mistakes.opening(line.keys[at:]) if mistakes.begins_with(word) else None
        if found is not None and line.starts[at] < len(notes.split(line.text, context).data):
            return f"{line.text[: line.starts[at]].rstrip(' ,:;.-')} {line.after(at + found[1]).lstrip(' ,:;.-')}"
    return None


def only_new(text: str) -> str:
    """The text without the numbers that no longer hold: "vneid 3 thành 4" -> "vneid 4"."""
    words = index()
    found = tokens(text, words.known, words.countable)
    numbers = sum(token.shape is Shape.NUMBER for token in found)
    for start, end in _outdated(found):
        if numbers > 1:
            text = text[:start] + " " * (end - start) + text[end:]
            numbers -= 1
    return text


def _outdated(found: Sequence[Token]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for at, token in enumerate(found):
        if token.shape is not Shape.NUMBER:
            continue
        before, after = _not_this(found, at), _becomes(found, at)
        if before or after:
            spans.append((found[at - before].start, found[at + after].end))
    return spans


def _not_this(found: Sequence[Token], at: int) -> int:
    """How many words before a number say that it does not hold ("chứ không phải 3")."""
    closing = _table("not_this").closing([token.key for token in found[max(0, at - 4) : at]])
    return closing[1] if closing else 0


def _becomes(found: Sequence[Token], at: int) -> int:
    """How many tokens lead from this number to the one that replaces it ("3 thành 4", "3 -> 4"), 0 if none do."""
    keys = [token.key for token in found[at + 1 : at + 4]]
    opening = _table("becomes").opening(keys)
    length = 1 if keys[:1] in (["→"], ["->"], ["=>"]) else opening[1] if opening else 0
    target = at + length + 1
    return length if length and target < len(found) and found[target].shape is Shape.NUMBER else 0


@cache
def _table(name: str) -> Table:
    return table("number_joints", name)
