"""Rows to a file: CSV that Excel opens with its diacritics, or XLSX with every cell as text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from handlers.roster import cells

_WIDTH = 22


class UnknownFormat(ValueError):
    """The file's name ends neither in .csv nor in .xlsx."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name}: the name must end in .csv or .xlsx")


def write_table(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a table, by the extension of the file; returns how many rows. Raises UnknownFormat, OSError."""
    writers = {".csv": _write_csv, ".xlsx": _write_xlsx}
    if path.suffix.lower() not in writers:
        raise UnknownFormat(path)
    lines = [list(row) for row in rows]
    writers[path.suffix.lower()](path, [list(headers), *lines])
    return len(lines)


def _write_csv(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([cells.guarded(cell) for cell in line] for line in lines)


def _write_xlsx(path: Path, lines: list[list[str]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Roster")
    sheet.freeze_panes = "A2"
    for place in range(len(lines[0])):
        sheet.column_dimensions[get_column_letter(place + 1)].width = _WIDTH
    for number, line in enumerate(lines):
        sheet.append([_text_cell(sheet, cell, heading=number == 0) for cell in line])
    book.save(path)


def _text_cell(sheet: Any, text: str, *, heading: bool) -> Any:
    """Text even when it looks like a number or begins like a formula."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    if heading:
        cell.font = Font(bold=True)
    return cell
