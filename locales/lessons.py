"""The lessons on the shelf: `locales/<locale>/tutorials/*.md`, read once, offered by day."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from locales.lesson import Lesson, Skill, Status
from locales.lesson_file import LessonError, parse

__all__ = ["Lesson", "LessonError", "Skill", "Status", "by_number", "every", "fillers", "offered", "parse", "read"]

FALLBACK = "vi"


def offered(locale: str, on: date) -> tuple[Lesson, ...]:
    """The lessons people may be given that day, by number. A locale without lessons has the Vietnamese ones."""
    return tuple(lesson for lesson in every(locale) if lesson.offered_on(on))


def by_number(number: int, locale: str, on: date) -> Lesson | None:
    """The lesson to give for this number: itself, or what replaces it once it is retired; None for neither."""
    known = {lesson.number: lesson for lesson in every(locale)}
    lesson, seen = known.get(number), set[int]()
    while lesson and not lesson.offered_on(on) and lesson.number not in seen:
        seen.add(lesson.number)
        lesson = known.get(lesson.replaced_by or 0)
    return lesson if lesson and lesson.offered_on(on) else None


@cache
def every(locale: str) -> tuple[Lesson, ...]:
    """Every lesson of a locale, the retired ones too, by number. Raises LessonError when a file is damaged."""
    own = read(files("locales") / locale / "tutorials")
    return own or (every(FALLBACK) if locale != FALLBACK else ())


@cache
def fillers(locale: str) -> frozenset[str]:
    """Words that say nothing about the topic ("em ơi, chỉ bác cách … với"), as they are written in the language."""
    file = files("locales") / locale / "tutorials" / "fillers.toml"
    if not file.is_file():
        return fillers(FALLBACK) if locale != FALLBACK else frozenset()
    return frozenset(tomllib.loads(file.read_text("utf-8"))["words"])


def read(folder: Traversable) -> tuple[Lesson, ...]:
    """The lessons of one folder by number; none when there is no such folder. Raises LessonError."""
    if not folder.is_dir():
        return ()
    found = [parse(file.name, _text(file)) for file in folder.iterdir() if file.name.endswith(".md")]
    lessons = tuple(sorted(found, key=lambda lesson: (lesson.number, lesson.slug)))
    _refuse_twins(lessons)
    return lessons


def _text(file: Traversable) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise LessonError(file.name, "file", "is not UTF-8") from error


def _refuse_twins(lessons: Iterable[Lesson]) -> None:
    seen: dict[int, Lesson] = {}
    for lesson in lessons:
        if twin := seen.get(lesson.number):
            raise LessonError(f"{lesson.slug}.md", "number", f"{lesson.number} is already that of {twin.slug}.md")
        seen[lesson.number] = lesson
    for lesson in seen.values():
        if lesson.replaced_by is not None and lesson.replaced_by not in seen:
            raise LessonError(f"{lesson.slug}.md", "replaced_by", f"there is no lesson {lesson.replaced_by}")
