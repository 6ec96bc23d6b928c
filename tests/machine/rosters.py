"""Roster files as people might make them: any order and language of columns, and cells that went wrong."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date, datetime, time
from typing import Any

from hypothesis import strategies as st
from openpyxl import Workbook

COLUMNS = {
    "commune_code": ("commune_code", "Mã xã", "mã phường", "MÃ XÃ"),
    "commune": ("commune", "Xã", "Xã/Phường/Thị trấn", "TÊN XÃ"),
    "village": ("village", "Thôn", "thôn/bản", "Tổ dân phố"),
    "team": ("team", "Tổ", "Tổ công tác"),
    "name": ("name", "Họ và tên", "HỌ TÊN"),
    "phone": ("phone", "Điện thoại", "SĐT"),
    "role": ("role", "Vai trò", "Nhiệm vụ trong tổ"),
}
ROWS = (
    ("04630", "Tú Lệ", "Bản Lềnh", "village", "Lò Văn An", "0912345678", "leader"),
    ("4630", "Xã Tú Lệ", "Bản Lềnh", "thôn", "Hoàng Thị Hoa", "0912 345 679", "tổ viên"),
    ("04630", "TÚ LỆ", "Hoà Bình", "", "Sùng A Páo", "", "tổ trưởng"),
    ("04630", "Tú Lệ", "Hòa Bình", "village", "Hà Thị Tư", "+84912345680", "tổ phó"),
    ("04630", "Tú Lệ", "", "xã", "Trần Văn Sáu", "0912.345.681", "cán bộ xã"),
    ("04630", "Tú Lệ", "", "club:Trường THCS", "Vàng A Ba", "912345682", "chủ nhiệm"),
    ("04636", "Gia Hội", "Thôn 1", "village", "Lò Văn An", "", "member"),
    ("04636", "Gia Hội", "Thôn 1", "", "Lò Thị Bình", "0912345678", ""),
    ("04636", "Gia Hội", "Thôn 2", "", "", "", ""),
    ("04672", "Thị trấn Sơn Thịnh", "", "", "", "", ""),
    ("04672", "Sơn Thịnh", "Tổ dân phố 3", "tổ dân phố", "Nguyễn Ngọc Ánh", "02163870123", "Thành viên"),
)
ODD = ("=1+1", "=HYPERLINK(\"http://x\")", "-3", "+84", "@x", "'", "''", "'=1", "\t", "\u00a0", "\u200b", "\ufeff", "0",
       "1e9", "9.12E+08", "x" * 300, "ă" * 20_000, "?!", "club:", "CLB ", "a\u0300" * 30, "🙏", "\u202eABC", "ﬁ", "İ",
       "Nguyễn\nVăn", "a,b;c", '"', "\x0b", "\x85", "\ud7a3", "٣", "None", "NaN", "#REF!")  # fmt: skip
TYPES: tuple[Any, ...] = (None, 0, -1, 4630, 912345678, 912345678.0, 1.5, 1e300, True, date(2026, 1, 2),
                          datetime.combine(date(2026, 1, 2), time(3, 4)), 2**53)  # fmt: skip
FORM = st.sampled_from(["NFC", "NFC", "NFD", "NFKD"])


@st.composite
def tables(draw: st.DrawFn, odd: st.SearchStrategy[Any]) -> list[list[Any]]:
    """A header and some rows in any order, at most two cells of which went wrong."""
    columns = draw(st.permutations(range(7)))
    more = draw(st.lists(st.sampled_from(["Năm sinh", "Ghi chú", "STT", "=1"]), max_size=2, unique=True))
    headers = [draw(st.sampled_from(list(COLUMNS.values())[column])) for column in columns]
    chosen = draw(st.lists(st.sampled_from(ROWS), max_size=9, unique_by=id))
    rows = [[*(_typed(draw, row[column]) for column in columns), *(draw(ASIDE) for _ in more)] for row in chosen]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2])) if rows else 0):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(odd)
    if rows and draw(st.integers(0, 9)) == 9:
        rows.append(list(draw(st.sampled_from(rows))))
    return [[*headers, *more], *rows]


def _typed(draw: st.DrawFn, cell: str) -> str:
    return unicodedata.normalize(draw(FORM), cell)


ASIDE = st.sampled_from(["", "1", "x", "=2", "'=2", "Thái"])
TEXTS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=8)
CELLS = st.sampled_from(ODD + TYPES)


def as_csv(table: list[list[Any]], delimiter: str) -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(table)
    return file.getvalue().encode()


def as_xlsx(table: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in table:
        book.worksheets[0].append([_allowed(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _allowed(cell: Any) -> Any:
    """Excel itself takes no control characters."""
    return "".join(sign for sign in cell if sign.isprintable() or sign == "\n") if isinstance(cell, str) else cell


FILES = st.one_of(
    st.builds(as_csv, tables(TEXTS), st.sampled_from([",", ";", "\t"])),
    st.builds(as_xlsx, tables(CELLS)),
)
