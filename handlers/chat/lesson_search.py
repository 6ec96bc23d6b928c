"""Which lesson is meant by words, and whether that is sure enough to answer without a question.

`topics.find` is generous, as a search should be. Words that nobody called a search ("thuế đất lên cao quá") are
answered with a lesson only when they say nothing but the topic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise

from handlers.turn import Turn
from handlers.understanding import fold, keyboards, topics
from locales import lessons
from locales.lessons import Lesson

_AT_MOST = 5
_SHORT = range(2, 9)
"""So many telling words may together name a topic that is spelt nowhere in this way ("mất nick zalo")."""


@dataclass(frozen=True, slots=True)
class Found:
    """The lessons that words may mean, best first. `sure`: the first is meant, and nothing but it."""

    lessons: tuple[Lesson, ...] = ()
    sure: bool = False


def meant(turn: Turn, text: str) -> Found:
    """The lessons that words may mean today, for this reader."""
    return search(text, turn.reader.language, turn.today)


def names_anything(text: str) -> bool:
    """Whether words hold more than "em không biết làm thế nào"."""
    return bool(_telling(text))


@lru_cache(maxsize=512)
def search(text: str, language: str, day: date) -> Found:
    """The lessons of a day that a text may mean."""
    found = topics.find(text, lessons.offered(language, day), _AT_MOST)
    return Found(found, bool(found) and _says_only(text, found))


def _says_only(text: str, found: tuple[Lesson, ...]) -> bool:
    for reading in (text, keyboards.undone(text)):
        said = _telling(reading)
        if "".join(said) in _phrases(found[0]):
            return True
        if len(found) == 1 and len(said) in _SHORT and _words(found[0]).issuperset(said):
            marked = any(map(fold.has_marks, fold.words(reading)))
            if marked or len(said) > 2 or said in _pairs(found[0]):
                return True
    return False


@cache
def _phrases(lesson: Lesson) -> frozenset[str]:
    """Title and topics, each without fillers, marks and spaces."""
    return frozenset("".join(_telling(phrase)) for phrase in (lesson.title, *lesson.topics)) - {""}


@cache
def _pairs(lesson: Lesson) -> frozenset[tuple[str, ...]]:
    """Words that stand side by side: without marks, two that do not may be any words ("hop to" of "tích hợp giấy
    tờ" is more often "họp tổ")."""
    return frozenset(pair for phrase in (lesson.title, *lesson.topics) for pair in pairwise(_telling(phrase)))


@cache
def _words(lesson: Lesson) -> frozenset[str]:
    return frozenset(word for phrase in (lesson.title, *lesson.topics) for word in _telling(phrase))


def _telling(text: str) -> tuple[str, ...]:
    keyed = [fold.key(word) for word in fold.words(text)]
    unmarked = not any(map(fold.has_marks, keyed))
    bare = [fold.bare_key(word) for word in keyed]
    return tuple(
        plain
        for word, plain in zip(keyed, bare, strict=True)
        if word not in _fillers() and not (unmarked and plain in _bare_fillers())
    )


@cache
def _fillers() -> frozenset[str]:
    return frozenset(map(fold.key, lessons.fillers("vi")))


@cache
def _bare_fillers() -> frozenset[str]:
    return frozenset(map(fold.bare_key, _fillers()))
