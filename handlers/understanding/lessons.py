""" "hướng dẫn …", "cách …", "bài 5": somebody wants to learn."""

from __future__ import annotations

import re

from handlers.understanding.commands import Line
from handlers.understanding.meaning import LessonWanted
from handlers.understanding.words import table

_NUMBER = re.compile(r"(?:số\s*|so\s*)?(\d{1,3})[.!]?", re.IGNORECASE)
_END = " ?.!,…"


def lesson_wanted(text: str) -> LessonWanted | None:
    """A wish for a lesson, by number or by words; the words are searched by the caller."""
    line = Line.of(text)
    lead = table("polite", "before").opening(line.keys)
    for skipped in (0, lead[1] if lead else 0):
        opening = table("opening", "tutorial", "how").opening(line.keys[skipped:])
        if opening is not None and skipped + opening[1] < len(line.keys):
            return _wanted(line, skipped + opening[1])
    if _asks_how(line):
        return LessonWanted(line.text.strip(_END))
    return None


def _wanted(line: Line, words: int) -> LessonWanted | None:
    number = _NUMBER.fullmatch(line.after(words))
    if number is not None:
        return LessonWanted(number=int(number.group(1)))
    topic = _topic(line, words)
    return LessonWanted(topic) if topic else None


def _topic(line: Line, words: int) -> str:
    """The words from a place on, without the politeness at the end."""
    keys = line.keys[words:]
    after = table("polite", "after")
    while len(keys) > 1 and (found := after.closing(keys)) and found[1] < len(keys):
        keys = keys[: -found[1]]
    end = words + len(keys)
    until = line.starts[end] if end < len(line.starts) else len(line.text)
    return line.text[line.starts[words] : until].strip(_END) if words < len(line.starts) else ""


def _asks_how(line: Line) -> bool:
    """ "cài vneid thế nào ạ", "em không biết cách nộp hồ sơ"."""
    asks = table("lesson_signs")
    return any(asks.opening(line.keys[at:]) is not None for at in range(len(line.keys)))
