from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reports.facts import Cause, MissingVillage
from handlers.reports.numbers import LIMIT, SITE_LIMIT, missing_villages, place_numbers
from storage.tally import Tally
from tests.reports.weeks import (
    BAN_LENH,
    ENDLESS_LABELS,
    HARD_NAME,
    LABELS,
    MONDAY,
    QUIET,
    TU_LE,
    any_week,
    commune,
    crowded,
    endless,
    english,
    readings,
    vietnamese,
)

NOTHING = Tally(3, "Nậm Cưởm", "village", MONDAY, 1, 1, 1, {}, {})
SILENT = Tally(4, "Thôn 3", "village", MONDAY, 1, 0, 0, {}, {}, silent=1)


def test_a_member_reads_the_numbers_of_the_own_village() -> None:
    assert vietnamese(place_numbers(BAN_LENH, LABELS)).split("\n") == [
        "Tuần 47 (16–22/11), Bản Lềnh: 2 lần báo.",
        "• Cài, kích hoạt VNeID: 3 (tuần trước 5)",
        "• Hồ sơ nộp trực tuyến: 2 (0)",
    ]


def test_a_village_without_news_is_told_how_to_send_some() -> None:
    said = vietnamese(place_numbers(SILENT, LABELS))
    assert said.startswith("Tuần 47 (16–22/11) em chưa có tin của Thôn 3.")
    assert said.endswith("không phát sinh")


def test_a_village_with_nothing_to_report_is_thanked() -> None:
    assert "thôn Nậm Cưởm: không phát sinh, em đã ghi rồi. Cảm ơn chị!" in vietnamese(place_numbers(NOTHING, LABELS))


def test_a_lead_reads_the_commune_and_what_each_village_did() -> None:
    tu_le = replace(TU_LE, units=(BAN_LENH, NOTHING, SILENT))
    said = vietnamese(place_numbers(tu_le, LABELS)).split("\n")
    assert said[0] == "Tuần 47 (16–22/11), xã Tú Lệ: 7/9 thôn có tin, 14 lần báo."
    assert said[4:] == ["Bản Lềnh: vneid 3, dvc 2", "Nậm Cưởm: không phát sinh", "Còn chờ tin 2 thôn."]
    assert "Nậm Cưởm: nothing to report" in english(place_numbers(tu_le, LABELS))


def test_what_a_village_did_is_written_with_marks() -> None:
    village = replace(BAN_LENH, indicators={"tichhop": 4, "nguoi": 40, "dvc": 2, "buoi": 1})
    said = vietnamese(place_numbers(replace(TU_LE, units=(village,)), LABELS))
    assert "Bản Lềnh: buổi 1, người 40, tích hợp 4, dvc 2" in said


def test_an_admin_reads_every_commune_in_the_order_of_the_tree() -> None:
    site = replace(TU_LE, name="Văn Chấn", kind="site", units=tuple(commune(number) for number in range(24)))
    said = vietnamese(place_numbers(site, LABELS)).split("\n")
    assert said[4:28] == [f"Thượng Bằng La {n} {n % 10}/9, 14 lần" for n in range(24)]


def test_an_empty_commune_is_told_in_one_line() -> None:
    assert vietnamese(place_numbers(QUIET, LABELS)) == "Tuần 47 (16–22/11) em chưa có tin nào của xã Tú Lệ ạ."


def test_details_of_villages_give_way_before_the_numbers_of_the_commune() -> None:
    busy = replace(BAN_LENH, indicators=dict.fromkeys(LABELS, 99))
    big = crowded(units=tuple(replace(busy, name=f"Bản Lềnh {number}") for number in range(12)))
    said = vietnamese(place_numbers(big, LABELS))
    assert len(said) < LIMIT
    assert said.count("• ") == len(LABELS)
    assert "Bản Lềnh 11" in said


@settings(max_examples=40, deadline=None, derandomize=True)
@given(any_week, st.lists(any_week, max_size=30))
def test_numbers_fit_one_message_whatever_the_week(week: Tally, inside: list[Tally]) -> None:
    limit = SITE_LIMIT if week.kind == "site" else LIMIT
    assert all(len(said) < limit for said in readings(place_numbers(replace(week, units=tuple(inside)), LABELS)))


def test_the_numbers_of_the_worst_place_still_fit_one_message() -> None:
    town, site = endless("town", *[endless("village")] * 60), endless("site", *[endless("town")] * 60)
    assert all(len(said) < LIMIT for said in readings(place_numbers(town, ENDLESS_LABELS)))
    assert all(len(said) < SITE_LIMIT for said in readings(place_numbers(site, ENDLESS_LABELS)))


def test_a_lead_reads_who_is_waited_for_and_since_when() -> None:
    missing = [MissingVillage("Thôn 3"), MissingVillage("Bản Lềnh", 3, Cause.NOBODY_JOINED)]
    said = vietnamese(missing_villages(TU_LE, missing)).split("\n")
    assert said == [
        "Tuần 47 (16–22/11) em còn chờ tin 2/9 thôn:",
        "Thôn 3 (tuần đầu), Bản Lềnh (3 tuần, chưa ai tham gia)",
    ]


def test_an_admin_reads_them_by_commune() -> None:
    missing = [MissingVillage("Thôn 3", commune="Tú Lệ"), MissingVillage("Thôn 1", 2, commune="Gia Hội")]
    said = vietnamese(missing_villages(replace(TU_LE, expected=199), missing)).split("\n")
    assert said[1:] == ["Tú Lệ: Thôn 3 (tuần đầu)", "Gia Hội: Thôn 1 (2 tuần)"]


def test_when_all_have_reported_people_are_thanked() -> None:
    assert vietnamese(missing_villages(TU_LE, ())) == "Tuần 47 (16–22/11): cả 9/9 thôn đã có tin. Cảm ơn chị!"


def test_the_whole_country_missing_still_fits_one_message() -> None:
    for communes in (1, 24, 200):
        missing = [
            MissingVillage(f"{HARD_NAME}, thôn {n}", 9, Cause.NOBODY_JOINED, f"{HARD_NAME} {n % communes:03}")
            for n in range(communes * 9)
        ]
        missing.sort(key=lambda village: village.commune)
        assert all(len(said) < SITE_LIMIT for said in readings(missing_villages(crowded(), missing)))
