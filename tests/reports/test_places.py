from __future__ import annotations

import pytest

from handlers.reports.places import place_heading, place_name
from tests.reports.weeks import english, vietnamese


@pytest.mark.parametrize(
    ("kind", "name", "said", "heading"),
    [
        ("commune", "Tú Lệ", "xã Tú Lệ", "XÃ TÚ LỆ"),
        ("commune", "Xã Tú Lệ", "Xã Tú Lệ", "XÃ TÚ LỆ"),
        ("town", "Sơn Thịnh", "thị trấn Sơn Thịnh", "THỊ TRẤN SƠN THỊNH"),
        ("town", "Thị trấn Nông trường Trần Phú", "Thị trấn Nông trường Trần Phú", "THỊ TRẤN NÔNG TRƯỜNG TRẦN PHÚ"),
        ("town", "Nông trường Trần Phú", "thị trấn Nông trường Trần Phú", "THỊ TRẤN NÔNG TRƯỜNG TRẦN PHÚ"),
        ("ward", "Nghĩa Lộ", "phường Nghĩa Lộ", "PHƯỜNG NGHĨA LỘ"),
        ("village", "Thôn 1", "Thôn 1", "THÔN 1"),
        ("village", "3", "thôn 3", "THÔN 3"),
        ("village", "Bản Lềnh", "Bản Lềnh", "BẢN LỀNH"),
        ("village", "Ba\u0309n Lềnh", "Ba\u0309n Lềnh", "BA\u0309N LỀNH"),
        ("village", "Nậm Cưởm", "thôn Nậm Cưởm", "THÔN NẬM CƯỞM"),
        ("village", "Tổ dân phố 5", "Tổ dân phố 5", "TỔ DÂN PHỐ 5"),
        ("village", "Khuân Bản", "thôn Khuân Bản", "THÔN KHUÂN BẢN"),
        ("commune_team", "Tú Lệ", "tổ cấp xã Tú Lệ", "TỔ CẤP XÃ TÚ LỆ"),
        ("commune_team", "Tổ CĐS xã Tú Lệ", "Tổ CĐS xã Tú Lệ", "TỔ CĐS XÃ TÚ LỆ"),
        ("club", "Phụ nữ số", "câu lạc bộ Phụ nữ số", "CÂU LẠC BỘ PHỤ NỮ SỐ"),
        ("club", "CLB Phụ nữ số", "CLB Phụ nữ số", "CLB PHỤ NỮ SỐ"),
        ("site", "Văn Chấn", "Văn Chấn", "VĂN CHẤN"),
        ("something new", "Văn Chấn", "Văn Chấn", "VĂN CHẤN"),
    ],
)
def test_a_place_is_named_as_its_people_name_it(kind: str, name: str, said: str, heading: str) -> None:
    assert vietnamese(place_name(kind, name)) == said
    assert vietnamese(place_heading(kind, name)) == heading


def test_an_english_reader_gets_english_words_around_the_name() -> None:
    assert english(place_name("town", "Sơn Thịnh")) == "Sơn Thịnh town"
    assert english(place_heading("commune", "Tú Lệ")) == "TÚ LỆ COMMUNE"
