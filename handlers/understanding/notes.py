"""What is said beside the numbers: "ghi chú: …", what follows ";", what stands in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.understanding.commands import Line
from handlers.understanding.items import Item, Role, items
from handlers.understanding.meaning import Context, Note, NoteKind
from handlers.understanding.words import table

_DATA = frozenset(
    {
        Role.NUMBER,
        Role.INDICATOR,
        Role.UNIT,
        Role.COUNTER,
        Role.ZERO,
        Role.DAY,
        Role.VERB,
        Role.FILLER,
        Role.COMMA,
        Role.BREAK,
    }
)
_BRACKETS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Split:
    """The part of a message that holds data, and the note beside it, as typed."""

    data: str
    note: str = ""


def split(text: str, context: Context) -> Split:
    """Data and note of a cleaned message."""
    marked = _marked_note(text)
    data, notes = (marked.data, [marked.note]) if marked else (text, [])
    if ";" in data:
        data, after = _after_semicolon(data, context)
        notes = [*after, *notes]
    if "(" in data:
        data, inside = _brackets(data, context)
        notes = [*inside, *notes]
    return Split(data, "; ".join(note for note in notes if note))


def listed(text: str) -> Note | None:
    """ "kiến nghị: …", "khó khăn: …" as the whole message: for the lead's open list."""
    line = Line.of(text)
    opening = table("notes", "difficulty", "proposal").opening(line.keys)
    if opening is None:
        return None
    said = line.after(opening[1]).lstrip(" :-–")
    return Note(NoteKind(opening[0]), said) if said else None


def _marked_note(text: str) -> Split | None:
    """ "… ghi chú: …" anywhere; "… khó khăn: …" too, kept with its first words so that its kind stays readable."""
    if ":" not in text and not _MAY_BE_NOTE.search(text):
        return None
    line = Line.of(text)
    for at in range(len(line.keys)):
        opening = table("notes").opening(line.keys[at:])
        if opening is None:
            continue
        kind, length = opening
        after = at + length
        begins = line.starts[after] if after < len(line.starts) else len(line.text)
        colon = ":" in line.text[line.starts[after - 1] : begins]
        if not colon and not (kind == "note" and length > 1):
            continue
        note = line.after(after) if kind == "note" else line.text[line.starts[at] :]
        return Split(line.text[: line.starts[at]].rstrip(" ,;.-"), note.strip())
    return None


_MAY_BE_NOTE = re.compile(r"ghi|chú", re.IGNORECASE)


def _after_semicolon(text: str, context: Context) -> tuple[str, list[str]]:
    """What follows ";" is data if it holds only indicators, numbers, units and fillers; else it is a note."""
    first, *rest = text.split(";")
    data: list[str] = [first]
    notes: list[str] = []
    for piece in rest:
        if not notes and _is_data(items(piece.strip(), context)):
            data.append(piece)
        else:
            notes.append(piece.strip())
    return ";".join(data), notes


def _is_data(found: list[Item]) -> bool:
    return any(item.role in (Role.NUMBER, Role.ZERO) for item in found) and all(item.role in _DATA for item in found)


def _brackets(text: str, context: Context) -> tuple[str, list[str]]:
    """ "vneid 3 (2 nữ)": a remark, unless it holds an indicator, only a number, or something that forbids saving."""
    notes: list[str] = []

    def keep(found: re.Match[str]) -> str:
        inside = items(found.group(1), context)
        roles = {item.role for item in inside}
        if roles & {Role.INDICATOR, Role.BLOCK, Role.DAY} or roles == {Role.NUMBER} or not roles:
            return found.group()
        notes.append(found.group(1).strip())
        return " "

    return _BRACKETS.sub(keep, text).strip(), notes
