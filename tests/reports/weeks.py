"""Weeks of made-up places, to be told and drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from locales import Reader, Text, render
from storage.tally import Late, Tally

MONDAY = date(2026, 11, 16)
LABELS = {
    "buoi": "Buổi tuyên truyền, lớp hướng dẫn",
    "nguoi": "Lượt người được hướng dẫn",
    "ho": "Hộ đến tận nhà",
    "vneid": "Cài, kích hoạt VNeID",
    "tichhop": "Tích hợp trên VNeID (BHYT, sổ sức khỏe, an sinh)",
    "dvc": "Hồ sơ nộp trực tuyến",
    "tt": "Thanh toán không tiền mặt",
    "cks": "Chữ ký số cá nhân",
    "antoan": "An toàn mạng, chống lừa đảo",
    "tmdt": "Sàn thương mại điện tử, gian hàng",
    "bdhv": "Xác nhận kỹ năng số",
    "etax": "Thuế điện tử eTax Mobile",
    "sim": "Chuẩn hóa thuê bao",
    "khac": "Việc khác",
}
TU_LE = Tally(
    unit_id=1,
    name="Tú Lệ",
    kind="commune",
    week_monday=MONDAY,
    expected=9,
    reported=7,
    checkins=14,
    indicators={"vneid": 15, "buoi": 3, "nguoi": 86},
    previous={"buoi": 2, "nguoi": 66, "vneid": 3, "dvc": 4},
    missing=("Thôn 3", "Bản Lềnh"),
    silent=2,
    nothing=("Nậm Cưởm",),
    late=(Late("Bản Lềnh", date(2026, 11, 9), {"vneid": 2}),),
    lessons=(("Đưa sổ sức khỏe lên VNeID", 4),),
)
QUIET = replace(
    TU_LE, reported=0, checkins=0, indicators={}, previous={}, nothing=(), late=(), lessons=(), missing=(), silent=9
)
BAN_LENH = Tally(2, "Bản Lềnh", "village", MONDAY, 1, 1, 2, {"vneid": 3, "dvc": 2}, {"vneid": 5})
HARD_NAME = "Thị trấn Nông trường Trần Phú"


def crowded(**changes: object) -> Tally:
    """Everything at once, and all of it long."""
    full = replace(
        TU_LE,
        name=HARD_NAME,
        kind="town",
        expected=60,
        reported=23,
        checkins=99_999,
        indicators=dict.fromkeys(LABELS, 99_999),
        previous=dict.fromkeys(LABELS, 88_888),
        missing=tuple(f"{HARD_NAME}, thôn {number}" for number in range(37)),
        silent=37,
        nothing=tuple(f"{HARD_NAME}, bản {number}" for number in range(20)),
        late=tuple(Late(f"{HARD_NAME} {n}", date(2026, 10, 5), dict.fromkeys(LABELS, 99_999)) for n in range(30)),
        lessons=(("Đưa sổ sức khỏe điện tử lên VNeID và dùng khi đi khám bệnh ở trạm y tế xã", 4_000),) * 3,
    )
    return replace(full, **changes)  # type: ignore[arg-type]


ENDLESS = "W" * 300
MANY = 999_999
ENDLESS_LABELS = {f"k{number}{'w' * 90}": f"{ENDLESS}{number}" for number in range(40)}


def endless(kind: str, *units: Tally) -> Tally:
    """Worse than any place can be: what must fit even so."""
    values, names = dict.fromkeys(ENDLESS_LABELS, MANY), (ENDLESS,) * 60
    late = (Late(ENDLESS, date(2026, 10, 5), values),) * 30
    return Tally(
        9, ENDLESS, kind, MONDAY, MANY, MANY, MANY, values, values, MANY, names, MANY, names, late,
        ((ENDLESS, MANY),) * 5, units,
    )  # fmt: skip


def commune(number: int, **changes: object) -> Tally:
    unit = replace(TU_LE, unit_id=100 + number, name=f"Thượng Bằng La {number}", reported=number % 10)
    return replace(unit, **changes)  # type: ignore[arg-type]


def vietnamese(text: Text, address: str = "chị") -> str:
    return render(text, Reader("vi", address))


def english(text: Text) -> str:
    return render(text, Reader("en"))


def readings(text: Text) -> list[str]:
    """The text as every sort of reader gets it."""
    return [vietnamese(text), vietnamese(text, "bác"), english(text)]


_names = st.one_of(
    st.text(max_size=120),
    st.sampled_from(["Bản Lềnh", HARD_NAME, '<&"> {you} %s', "M" * 300, "", "Thôn 1"]),
)
_counts = st.integers(min_value=0, max_value=99_999)
_values: st.SearchStrategy[Mapping[str, int]] = st.dictionaries(
    st.one_of(st.sampled_from(list(LABELS)), _names), st.integers(1, 99_999), max_size=40
)
_late = st.builds(Late, village=_names, week_monday=st.dates(date(2024, 1, 1), MONDAY), values=_values)
any_week = st.builds(
    Tally,
    unit_id=st.just(1),
    name=_names,
    kind=st.sampled_from(["site", "commune", "town", "ward", "village", "commune_team", "club"]),
    week_monday=st.just(MONDAY),
    expected=_counts,
    reported=_counts,
    checkins=_counts,
    indicators=_values,
    previous=_values,
    missing=st.lists(_names, max_size=60).map(tuple),
    silent=_counts,
    nothing=st.lists(_names, max_size=60).map(tuple),
    late=st.lists(_late, max_size=12).map(tuple),
    lessons=st.lists(st.tuples(_names, _counts), max_size=4).map(tuple),
)
any_labels = st.one_of(st.just(LABELS), st.dictionaries(st.sampled_from(list(LABELS)), _names))
