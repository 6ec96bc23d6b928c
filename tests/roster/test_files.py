"""The files people have: encodings, delimiters, headers further down, what Excel does to numbers."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook

from tests.roster.conftest import HEADERS, Office

ROW = "04630,Tú Lệ,Bản Lềnh,village,Lò Văn An,0912345678,leader"
CSV = f"{','.join(HEADERS)}\n{ROW}\n"
VIETNAMESE = "Mã xã;Xã;Thôn;Tổ;Họ tên;Điện thoại;Vai trò\n04630;Tú Lệ;Bản Lềnh;thôn;Lò Văn An;0912345678;tổ trưởng\n"


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        CSV.encode("utf-8-sig"),
        CSV.encode("utf-16"),
        b"\xfe\xff" + CSV.encode("utf-16-be"),
        CSV.replace(",", ";").encode(),
        CSV.replace(",", "\t").encode(),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("\n", "\r").encode(),
        ("sep=;\n" + CSV.replace(",", ";")).encode(),
        unicodedata.normalize("NFD", CSV).encode(),
        VIETNAMESE.encode(),
        unicodedata.normalize("NFD", VIETNAMESE).upper().encode(),
        f"DANH SÁCH TỔ CĐS XÃ TÚ LỆ,,,,,,\n,,,,,,\n{CSV}".encode(),
        f"{CSV},,,,,,\n\n".encode(),
        workbook(list(HEADERS), ROW.split(",")),
        workbook(["DANH SÁCH TỔ CĐS"], [], list(HEADERS), ROW.split(",")),
        workbook(list(HEADERS), [4630, "Tú Lệ", "Bản Lềnh", None, "Lò Văn An", 912345678, "leader"]),
        workbook(list(HEADERS), [4630.0, "Tú Lệ", "Bản Lềnh", None, "Lò Văn An", 912345678.0, "leader"]),
    ],
    ids=range(18),
)
async def test_the_same_person_whatever_the_file(office: Office, content: bytes) -> None:
    result = await office.imports(content)
    assert (result.errors, result.people.added) == ((), 1)
    rows = await office.exported()
    if rows[0]["name"].isupper():
        rows = [
            {
                column: cell.title() if column in ("commune", "village", "name") else cell
                for column, cell in rows[0].items()
            }
        ]
    assert rows == [dict(zip(HEADERS, ROW.split(","), strict=True))]


@pytest.mark.parametrize(
    "written",
    ["0912.345.678", "+84 912 345 678", "84912345678", "912345678", "(0912) 345-678", "0084912345678", "+840912345678"],
)
async def test_a_phone_is_one_phone_however_it_is_written(office: Office, written: str) -> None:
    await office.imports_rows(("4630", "Tú Lệ", "Bản Lềnh", "", "Lò Văn An", written, ""))
    assert await office.asks("SELECT phone FROM person_details") == [("+84912345678",)]
    assert await office.asks("SELECT code FROM unit_codes") == [("04630",)]


async def test_rows_beyond_the_size_that_a_workbook_claims_are_read(office: Office) -> None:
    whole = workbook(list(HEADERS), ROW.split(","), ROW.replace("An", "Tư").replace("678", "679").split(","))
    claims_less = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(claims_less, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:G3"', b'<dimension ref="A1:B2"'))
    assert (await office.imports(claims_less.getvalue())).people.added == 2


async def test_the_right_numbers_are_told_below_a_title_and_empty_lines(office: Office) -> None:
    bad = "04630,Tú Lệ,Bản Lềnh,village,Lò Văn Tư,0912345679,boss"
    result = await office.imports(f"DANH SÁCH,,,,,,\n\n{CSV}\n{bad}\n")
    assert [(fault.row, fault.column) for fault in result.errors] == [(6, "role")]


@pytest.mark.parametrize("encoding", ["cp1258", "cp1252", "latin-1"])
async def test_another_encoding_is_refused_with_the_row_and_what_to_do(office: Office, encoding: str) -> None:
    content = f"{','.join(HEADERS)}\n04630,Tu Le,Ban Lenh,,An,,\n04630,Hà Đình,,,,,\n".encode(encoding, "replace")
    result = await office.imports(content)
    (fault,) = result.errors
    assert fault.row == 3
    assert "CSV UTF-8" in fault.reason
    assert await office.asks("SELECT count(*) FROM units") == [(0,)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"hello\nworld\n", "no header row"),
        (b"name,phone\nAn,0912345678\n", "no column for the commune"),
        ("xã,thôn,thôn,họ tên\nTú Lệ,A,B,An\n".encode(), "two columns for village"),
        (f'{CSV}04630,"Tú Lệ,,,,\n'.encode(), "quotation mark"),
        (b"PK\x03\x04 this is no workbook", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old Excel"),
        (CSV.encode("utf-16-le"), "zero bytes"),
    ],
)
async def test_a_file_that_is_no_roster_says_why(office: Office, content: bytes, says: str) -> None:
    (fault,) = (await office.imports(content)).errors
    assert says in fault.reason


async def test_a_file_that_is_not_there_says_so(office: Office) -> None:
    (fault,) = (await office.imports(office.folder / "none.csv")).errors
    assert "cannot open" in fault.reason


@pytest.mark.parametrize("name", ["export.csv", "export.xlsx"])
async def test_a_name_that_a_spreadsheet_would_run_comes_back_as_it_was(office: Office, name: str) -> None:
    await office.imports_rows(
        ("04630", "Tú Lệ", "Bản Lềnh", "", "=HYPERLINK(1)", "+85620555512", "", "-1"), headers=[*HEADERS, "x"]
    )
    path = await office.exports(name)
    again = await office.imports(path)
    assert (again.errors, again.people.added, again.people.updated) == ((), 0, 0)
    assert b",=" not in path.read_bytes()
