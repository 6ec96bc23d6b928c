"""From the text of one Markdown file to a Lesson.

A file is TOML front matter between two `+++` lines, one line that says what the lesson is for, numbered steps, and
one `>` line where money, codes or identity papers are near. The file's name is the lesson's slug.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from locales.lesson import Lesson, Skill, Status

Kind = TypeVar("Kind", bound=StrEnum)
_STEP = re.compile(r"(\d+)\. (\S.*)")


class LessonError(Exception):
    """A lesson cannot be read. Names the file and the field; the file has to be mended before the service starts."""

    def __init__(self, file: str, field: str, problem: str) -> None:
        super().__init__(f"{file}: {field}: {problem}")
        self.file, self.field, self.problem = file, field, problem


def parse(file: str, text: str) -> Lesson:
    """One file's text as a lesson. Raises LessonError with the file and the field that is missing or wrong."""
    header, body = _halves(file, text)
    front = _Front(file, header)
    purpose, steps, warning = _body(file, body)
    reviewed_on, retire_on = front.day("reviewed_on"), front.day("retire_on")
    status = front.one_of("status", Status)
    if status is Status.OFFERED and retire_on <= reviewed_on:
        raise LessonError(file, "retire_on", f"{retire_on} is not after reviewed_on {reviewed_on}")
    return Lesson(
        number=front.count("number"),
        slug=file.removesuffix(".md"),
        title=front.words("title"),
        skill=front.one_of("skill", Skill),
        topics=front.list("topics"),
        purpose=purpose,
        steps=steps,
        warning=warning,
        source=front.words("source"),
        version=front.count("version"),
        owner=front.words("owner"),
        reviewed_on=reviewed_on,
        retire_on=retire_on,
        status=status,
        reason=front.words("reason") if status is Status.RETIRED else "",
        replaced_by=front.count("replaced_by") if "replaced_by" in front.values else None,
    )


class _Front:
    """The front matter, asked field by field, so that an error names the field."""

    def __init__(self, file: str, values: Mapping[str, object]) -> None:
        self.file, self.values = file, values

    def words(self, field: str) -> str:
        value = self._value(field)
        if not isinstance(value, str) or not value.strip():
            raise LessonError(self.file, field, "wants words")
        return value.strip()

    def count(self, field: str) -> int:
        value = self._value(field)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise LessonError(self.file, field, "wants a whole number from 1")
        return value

    def day(self, field: str) -> date:
        value = self._value(field)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise LessonError(self.file, field, "wants a date like 2027-11-30, without quotes")
        return value

    def list(self, field: str) -> tuple[str, ...]:
        value = self._value(field)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise LessonError(self.file, field, "wants a list of words")
        return tuple(value)

    def one_of(self, field: str, kinds: type[Kind]) -> Kind:
        value = self.words(field)
        if value not in list(kinds):
            raise LessonError(self.file, field, f"{value!r} is none of {', '.join(kinds)}")
        return kinds(value)

    def _value(self, field: str) -> object:
        if field not in self.values:
            raise LessonError(self.file, field, "is missing")
        return self.values[field]


def _halves(file: str, text: str) -> tuple[Mapping[str, object], str]:
    before, _, rest = text.partition("+++\n")
    header, mark, body = rest.partition("\n+++\n")
    if before.strip("\ufeff\n ") or not mark:
        raise LessonError(file, "front matter", "wants to stand between two +++ lines, first in the file")
    try:
        return tomllib.loads(header), body
    except tomllib.TOMLDecodeError as error:
        raise LessonError(file, "front matter", str(error)) from error


def _body(file: str, text: str) -> tuple[str, tuple[str, ...], str]:
    """Purpose, steps, warning: in this order, a line each."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    warning = lines.pop().removeprefix(">").strip() if lines and lines[-1].startswith(">") else ""
    if not lines or _STEP.fullmatch(lines[0]):
        raise LessonError(file, "purpose", "is missing: one line before the steps says what the lesson is for")
    purpose, *steps = lines
    return purpose, _steps(file, steps), warning


def _steps(file: str, lines: Iterable[str]) -> tuple[str, ...]:
    steps: list[str] = []
    for place, line in enumerate(lines, start=1):
        step = _STEP.fullmatch(line)
        if step is None or int(step[1]) != place:
            raise LessonError(file, "steps", f"wants step {place} as “{place}. …”, found “{line[:40]}”")
        steps.append(step[2])
    if not steps:
        raise LessonError(file, "steps", "are missing")
    return tuple(steps)
