from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reports.facts import Contact
from handlers.reports.weekly import LIMIT, weekly_text
from storage.tally import Late, Tally
from tests.reports.weeks import (
    BAN_LENH,
    ENDLESS,
    ENDLESS_LABELS,
    LABELS,
    QUIET,
    TU_LE,
    any_labels,
    any_week,
    crowded,
    endless,
    english,
    readings,
    vietnamese,
)

HA = Contact("Vi Thị Hà", "chị")


def test_a_commune_group_reads_its_week_thanks_first() -> None:
    assert vietnamese(weekly_text(TU_LE, LABELS, HA)).split("\n") == [
        "TỔ CĐS CỘNG ĐỒNG XÃ TÚ LỆ – TUẦN 47 (16–22/11)",
        "Có tin: 7/9 thôn, 14 lần báo. Cảm ơn các tổ!",
        "• Buổi tuyên truyền: 3 (tuần trước 2)",
        "• Lượt người được hướng dẫn: 86 (66)",
        "• Cài, kích hoạt VNeID: 15 (3)",
        "Không phát sinh: Nậm Cưởm. Còn chờ tin: Thôn 3, Bản Lềnh (báo bổ sung vẫn được tính).",
        "Bổ sung tuần 46: Bản Lềnh vneid 2.",
        "Bài được hỏi nhiều: Đưa sổ sức khỏe lên VNeID (4 lần).",
        "Số nào chưa đúng, nhắn riêng cho em: sửa. Hoặc gọi chị Hà ở xã.",
    ]


def test_an_english_group_reads_the_same_numbers() -> None:
    said = english(weekly_text(TU_LE, LABELS, HA))
    assert said.startswith("COMMUNITY DIGITAL TEAM TÚ LỆ COMMUNE – WEEK 47 (16–22/11)\nNews from 7/9 villages")
    assert "• Cài, kích hoạt VNeID: 15 (3)" in said


def test_the_team_goes_by_the_name_in_the_settings() -> None:
    said = vietnamese(weekly_text(TU_LE, LABELS, team="Tổ công nghệ số cộng đồng"))
    assert said.startswith("TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG XÃ TÚ LỆ")


def test_nobody_is_named_to_call_until_the_commune_has_given_a_name() -> None:
    assert "gọi" not in vietnamese(weekly_text(TU_LE, LABELS, None))
    with_number = weekly_text(TU_LE, LABELS, replace(HA, phone="0912 345 678"))
    assert vietnamese(with_number).endswith("Hoặc gọi chị Hà ở xã: 0912 345 678.")
    assert "gọi Vi Thị Hà ở thị trấn." in vietnamese(
        weekly_text(replace(TU_LE, kind="town"), LABELS, Contact("Vi Thị Hà"))
    )


def test_a_week_not_yet_over_says_that_it_is_provisional() -> None:
    assert "tạm tính" in vietnamese(weekly_text(TU_LE, LABELS, provisional=True)).split("\n")[0]
    assert "tạm tính" in vietnamese(weekly_text(QUIET, LABELS, provisional=True))
    assert "tạm tính" not in vietnamese(weekly_text(TU_LE, LABELS))


def test_an_empty_week_encourages_and_blames_nobody() -> None:
    assert vietnamese(weekly_text(QUIET, LABELS, HA)) == (
        "Tuần 47 (16–22/11) em chưa nhận được tin thôn nào của xã mình; chắc bà con đang mùa vụ hoặc mất sóng. "
        "Không sao ạ. Tuần này giúp được dù chỉ một người, nhắn riêng cho em một dòng: vneid 1. "
        "Vướng gì, gõ: hỏi … để xã gỡ cùng."
    )


def test_additions_to_older_weeks_are_told_in_an_empty_week_too() -> None:
    late = (Late("Thôn 3", date(2026, 11, 2), {"dvc": 1, "tt": 4}), Late("Bản Lềnh", date(2026, 11, 9), {}))
    said = vietnamese(weekly_text(replace(QUIET, late=late), LABELS)).split("\n")
    assert said[1:] == ["Bổ sung tuần 46: Bản Lềnh không phát sinh.", "Bổ sung tuần 45: Thôn 3 dvc 1, tt 4."]


def test_nothing_to_report_from_everyone_is_news_not_an_empty_week() -> None:
    said = vietnamese(weekly_text(replace(TU_LE, reported=1, checkins=1, indicators={}, missing=()), LABELS))
    assert "Có tin: 1/9 thôn, 1 lần báo." in said
    assert "Không phát sinh: Nậm Cưởm." in said


def test_villages_are_not_named_where_names_are_off() -> None:
    said = vietnamese(weekly_text(replace(TU_LE, missing=()), LABELS))
    assert "Còn chờ tin" not in said
    assert "bổ sung vẫn được tính" in said


def test_a_village_group_reads_about_itself_only() -> None:
    said = vietnamese(weekly_text(BAN_LENH, LABELS)).split("\n")
    assert said[:2] == ["TỔ CĐS CỘNG ĐỒNG BẢN LỀNH – TUẦN 47 (16–22/11)", "Có 2 lần báo. Cảm ơn cả tổ!"]
    assert "thôn" not in "\n".join(said[1:])


def test_a_place_without_an_earlier_week_is_not_compared_with_zero() -> None:
    said = vietnamese(weekly_text(replace(TU_LE, previous={}), LABELS))
    assert "• Cài, kích hoạt VNeID: 15\n" in said
    assert "tuần trước" not in said


def test_an_indicator_new_this_week_is_compared_with_zero() -> None:
    said = vietnamese(weekly_text(replace(TU_LE, indicators={"tichhop": 22}), LABELS))
    assert "• Tích hợp trên VNeID: 22 (tuần trước 0)" in said


def test_two_labels_that_would_look_alike_keep_their_whole_words() -> None:
    labels = {"a": "Cài đặt ứng dụng (VNeID)", "b": "Cài đặt ứng dụng (YenBai-S)"}
    said = vietnamese(weekly_text(replace(TU_LE, indicators={"a": 1, "b": 2, "c": 3}), labels))
    assert "• Cài đặt ứng dụng (YenBai-S): 2" in said
    assert "• c: 3" in said, "an indicator that the form does not know is told by its code"


def test_long_lists_give_way_before_numbers_do() -> None:
    crowd = crowded(indicators=dict.fromkeys(list(LABELS)[:9], 12), previous=dict.fromkeys(LABELS, 9))
    said = vietnamese(weekly_text(crowd, LABELS, HA))
    assert all(f"{label}: 12" in said for label in ("Hộ đến tận nhà", "Chữ ký số cá nhân", "An toàn mạng"))
    assert "thôn nữa (báo bổ sung" in said
    assert said.endswith("sửa. Hoặc gọi chị Hà ở thị trấn.")


def test_what_does_not_fit_is_counted_and_found_in_the_picture() -> None:
    said = vietnamese(weekly_text(crowded(), LABELS, HA))
    assert "việc nữa, xem trong hình" in said
    assert "Còn 30 tin bổ sung cho các tuần trước." in said


@settings(max_examples=60, deadline=None, derandomize=True)
@given(any_week, any_labels, st.booleans())
def test_the_post_is_under_a_thousand_characters_whatever_the_week(
    week: Tally, labels: Mapping[str, str], provisional: bool
) -> None:
    contact = Contact("Nguyễn Thị " + "Hà" * 90, "chị", "0912345678" * 9)
    text = weekly_text(week, labels, contact, provisional, team="Tổ " + "công nghệ " * 30)
    assert all(len(said) < LIMIT for said in readings(text))


def test_the_worst_week_of_the_longest_place_still_fits() -> None:
    text = weekly_text(endless("town"), ENDLESS_LABELS, Contact(ENDLESS, "chị", "9" * 50), True, team=ENDLESS)
    assert all(len(said) < LIMIT for said in readings(text))


@pytest.mark.parametrize("villages", [1, 5, 9, 30, 60])
def test_every_count_in_a_shortened_list_adds_up(villages: int) -> None:
    names = tuple(f"Nậm Cưởm {number}" for number in range(villages))
    said = vietnamese(weekly_text(crowded(missing=names, nothing=(), late=(), lessons=()), LABELS, HA))
    waiting = said.partition("Còn chờ tin: ")[2].partition(" (báo")[0]
    named, _, more = waiting.partition(" và ")
    assert len(named.split(", ")) + int(more.partition(" ")[0] or 0) == villages
