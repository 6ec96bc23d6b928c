"""A CSV or XLSX file as rows of text, each with the number that a spreadsheet shows beside it."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from handlers.roster.vocabulary import vocabulary

Row = tuple[int, list[str]]

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", ";", "\t")
_BLANKS_AT_THE_END = 1000
_HEADER_WITHIN = 20


class Unreadable(ValueError):
    """The file as a whole cannot be read. `row` says where, if a place can be named."""

    def __init__(self, reason: str, row: int | None = None) -> None:
        self.reason, self.row = reason, row
        super().__init__(reason if row is None else f"row {row}: {reason}")


@dataclass(frozen=True, slots=True)
class Table:
    """The header row and the rows below it."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(path: Path) -> Table:
    """The table in a file, CSV (comma, semicolon or tab; UTF-8 or UTF-16) or XLSX, told apart by content.

    The header may stand below a few title lines. Raises Unreadable with what to do about it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"cannot open {path}: {error.strerror or error}") from error
    if content.startswith(_OLD_EXCEL):
        raise Unreadable(f"{path.name} is an old Excel file or has a password; save it as .xlsx without one")
    rows = list(_xlsx_rows(content) if content.startswith(_ZIP) else _csv_rows(content))
    return _below_header(rows)


def _below_header(rows: list[Row]) -> Table:
    header = max(rows[:_HEADER_WITHIN], key=lambda row: (_recognised(row[1]), -row[0]), default=(0, []))
    if _recognised(header[1]) < 2:
        seen = ", ".join(cell for cell in (rows[0][1] if rows else []) if cell)[:120]
        raise Unreadable(
            f"no header row with columns such as commune, village, name (xã, thôn, họ tên); it begins: {seen}"
            if seen
            else "the file is empty"
        )
    return Table(tuple(header[1]), tuple(row for row in rows if row[0] > header[0] and any(row[1])))


def _recognised(cells: list[str]) -> int:
    return len({column for cell in cells if (column := vocabulary().header(cell))})


def _csv_rows(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    first = text[: text.find("\n")].strip() if "\n" in text else text.strip()
    said = first[4:] if first.lower().startswith("sep=") and len(first) == 5 else None
    delimiter = said or max(_DELIMITERS, key=lambda one: _headers_with(text, one))
    number = 0
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True), start=1
        ):
            if said is None or number > 1:
                yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise Unreadable(f"a quotation mark is not closed, or stands inside a cell ({error})", number + 1) from error


def _headers_with(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    try:
        return max((_recognised(cells) for cells, _ in zip(reader, range(_HEADER_WITHIN), strict=False)), default=0)
    except csv.Error:
        return 0


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode(content, "utf-16", "UTF-16")
    if b"\0" in content:
        raise Unreadable("the text holds zero bytes; in Excel choose Save As, 'CSV UTF-8', and import that file")
    return _decode(content, "utf-8-sig", "UTF-8")


def _decode(content: bytes, encoding: str, said: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        wrong = content[error.start]
        raise Unreadable(
            f"byte {error.start} (0x{wrong:02X}) is not {said}; nothing was imported. "
            "In Excel choose Save As, 'CSV UTF-8', and import that file",
            row=content[: error.start].count(b"\n") + 1,
        ) from error


def _xlsx_rows(content: bytes) -> Iterator[Row]:
    try:
        with warnings.catch_warnings(action="ignore"):  # openpyxl warns of every decoration it does not keep
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                yield from _sheet_rows(book.worksheets[0])
            finally:
                book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as error:
        raise Unreadable(f"this is not an Excel workbook that can be read ({error}); save it again as .xlsx") from error


def _sheet_rows(sheet: Any) -> Iterator[Row]:
    sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
    blanks = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        cells = [_as_text(value) for value in values]
        blanks = 0 if any(cells) else blanks + 1
        if blanks > _BLANKS_AT_THE_END:
            return
        yield number, cells


def _as_text(value: object) -> str:
    """Excel keeps a phone as the number 912345678 and shows 912345678.0 to nobody."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
