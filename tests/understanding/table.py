"""The table of phrases: a text as people type it, and what it must mean, in a notation short enough to read."""

from __future__ import annotations

import csv
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from handlers.understanding import (
    Command,
    Context,
    Correction,
    Doubt,
    DoubtReason,
    FieldHint,
    LessonWanted,
    Meaning,
    Note,
    NothingThisWeek,
    Report,
)

TODAY = date(2026, 11, 23)
FORM = tuple(
    FieldHint(code, asks_above)
    for code, asks_above in {
        "buoi": 3,
        "nguoi": 120,
        "ho": 40,
        "vneid": 40,
        "tichhop": 60,
        "dvc": 20,
        "tt": 30,
        "cks": 30,
        "antoan": 120,
        "tmdt": None,
        "bdhv": None,
        "etax": None,
        "sim": None,
        "khac": None,
    }.items()
)
MEMBER = Context(
    today=TODAY,
    fields=FORM,
    own_village="Bản Lềnh",
    other_villages=("Thôn 3", "Nậm Cưởm", "Thôn Pá Hu"),
    people=("Lò Văn Ba", "Hà Thị Sáu", "Sùng A Páo", "Hoàng Văn Tư"),
)
WHO = {
    "": MEMBER,
    "official": replace(MEMBER, official=True),
    "group": replace(MEMBER, group=True),
    "tt": replace(MEMBER, tt_means="tt"),
    "thôn 3": replace(MEMBER, own_village="Thôn 3", other_villages=("Bản Lềnh", "Thôn 5", "Tổ 2")),
    "session": replace(MEMBER, tt_means="buoi", official=True),
}


@dataclass(frozen=True)
class Phrase:
    text: str
    expected: str
    who: str

    @property
    def context(self) -> Context:
        return WHO[self.who]


def phrases() -> list[Phrase]:
    """The rows of phrases.tsv. "\\n" is a new line; "nfd:" marks a text that arrives decomposed."""
    with (Path(__file__).parent / "phrases.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row and row[0][:1] != "#"]
    return [Phrase(_typed(text), expected, rest[0] if rest else "") for text, expected, *rest in rows]


def _typed(text: str) -> str:
    if text.startswith("nfd:"):
        return unicodedata.normalize("NFD", text.removeprefix("nfd:"))
    return text.replace("\\n", "\n")


def described(meaning: Meaning) -> str:
    """A meaning in the notation of the table."""
    match meaning:
        case Report():
            return _joined("report", _values(meaning), *_report_marks(meaning))
        case NothingThisWeek():
            return _joined("nothing", f"@{meaning.day}" if meaning.day_said else "")
        case Correction():
            day = f"@{meaning.day}" if meaning.day else ""
            return _joined("correction", _values(meaning), day, "offered" if meaning.offered else "")
        case Command():
            return _joined("command", meaning.name.value, f"| {meaning.argument}" if meaning.argument else "")
        case LessonWanted():
            return _joined("lesson", meaning.topic if meaning.number is None else f"#{meaning.number}")
        case Note():
            return _joined("note", meaning.kind.value, meaning.text)
        case Doubt():
            candidate = meaning.candidate
            asked = [f"for:{code}" for code in meaning.options] if meaning.reason is DoubtReason.RANGE else []
            return _joined("doubt", meaning.reason.value, _values(candidate) if candidate else "", *asked)
        case _:
            return "unknown"


def _report_marks(report: Report) -> list[str]:
    return [
        f"@{report.day}" if report.day_said else "",
        "adds" if report.adds else "",
        *(f"!{code}" for code in report.implausible),
        f"note:{report.note}" if report.note else "",
    ]


def _values(holder: Report | Correction) -> str:
    return " ".join(f"{code}={number}" for code, number in holder.values.items())


def _joined(*pieces: str) -> str:
    return " ".join(piece for piece in pieces if piece)


def agrees(meaning: Meaning, expected: str) -> bool:
    """A doubt is described with or without its candidate; "doubt any" leaves the reason open."""
    said = described(meaning)
    if expected == "doubt any":
        return isinstance(meaning, Doubt)
    if isinstance(meaning, Doubt) and expected.count(" ") == 1:
        return said.split(" ")[:2] == expected.split(" ")
    return said == expected


def invented(meaning: Meaning, expected: str) -> set[str]:
    """Numbers that would be saved though the table does not expect them."""
    if not isinstance(meaning, Report | Correction):
        return set()
    pieces = expected.split(" ") if expected.startswith(("report", "correction")) else []
    return {f"{code}={number}" for code, number in meaning.values.items()} - set(pieces)
