"""A roster comes in: the usual ways, and the second time."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from handlers.roster.sample import sample_rows, write_sample
from tests.roster.conftest import HEADERS, NOW, Office

AN = ("04630", "Tú Lệ", "Bản Lềnh", "village", "Lò Văn An", "0912345678", "leader")
HOA = ("04630", "Tú Lệ", "Bản Lềnh", "village", "Hoàng Thị Hoa", "0912345679", "member")


@pytest.mark.parametrize("name", ["sample.csv", "sample.xlsx"])
async def test_the_sample_is_imported_once_and_a_second_time_changes_nothing(office: Office, name: str) -> None:
    path = office.folder / name
    write_sample(path)
    started = time.perf_counter()
    first = await office.imports(path)
    took = time.perf_counter() - started
    again = await office.imports(path)
    assert first.as_json() == {
        "units": {"added": 237, "updated": 0},
        "people": {"added": 1347, "updated": 0},
        "unchanged": 0,
        "errors": [],
        "dry_run": False,
        "notices": [],
        "extra_columns": [],
        "not_in_file": 0,
    }
    assert (again.people.added, again.people.updated, again.units.added, again.unchanged) == (0, 0, 0, 1584)
    assert took < 10, f"1,361 rows took {took:.1f} s; on an idle machine they take about half a second"


async def test_the_site_stands_above_communes_of_the_right_kind(office: Office) -> None:
    await office.imports_rows(AN, ("04672", "Thị trấn Sơn Thịnh", "", "", "", "", ""))
    kinds = await office.asks("SELECT kind, name, valid_from FROM unit_versions ORDER BY kind, name")
    assert kinds == [
        ("commune", "Tú Lệ", "2026-11-16"),
        ("site", "Văn Chấn", "2026-11-16"),
        ("town", "Sơn Thịnh", "2026-11-16"),
        ("village", "Bản Lềnh", "2026-11-16"),
    ]


async def test_what_is_imported_late_at_night_holds_from_the_local_day(office: Office) -> None:
    await office.later(NOW.replace(hour=18)).imports_rows(AN)
    assert await office.asks("SELECT DISTINCT valid_from FROM memberships") == [("2026-11-17",)]


async def test_a_dry_run_counts_and_keeps_nothing(office: Office) -> None:
    path = office.folder / "sample.csv"
    write_sample(path)
    dry = await office.imports(path, dry_run=True)
    assert (dry.dry_run, dry.units.added, dry.people.added) == (True, 237, 1347)
    assert await office.asks("SELECT count(*) FROM units") == [(0,)]


async def test_progress_is_told_while_a_file_is_read_and_written(office: Office) -> None:
    path = office.folder / "sample.csv"
    write_sample(path)
    told: list[tuple[str, int, int]] = []
    await office.imports(path, progress=lambda *step: told.append(step))
    assert {stage for stage, _done, _of in told} == {"reading", "comparing", "writing"}
    assert told[-1][1] == told[-1][2] > 3000


async def test_vietnamese_headers_in_any_order_with_roles_in_words(office: Office) -> None:
    headers = ("Họ và tên", "VAI TRÒ", "Số điện thoại", "Tổ", "Thôn", "Xã", "Mã xã")
    result = await office.imports_rows(
        ("Lò Văn An", "Tổ trưởng", "0912 345 678", "thôn", "Bản Lềnh", "Xã Tú Lệ", "04630"),
        ("Hoàng Thị Hoa", "tổ phó", "", "", "Bản Lềnh", "Tú Lệ", "04630"),
        ("Hà Thị Tư", "Cán bộ xã", "", "xã", "", "Tú Lệ", "04630"),
        ("Trần Văn Sáu", "chủ nhiệm", "", "CLB Trường THCS", "", "Tú Lệ", "04630"),
        headers=headers,
    )
    assert result.errors == ()
    rows = [(row["village"], row["team"], row["name"], row["role"]) for row in await office.exported()]
    assert sorted(rows) == [
        ("", "club:Trường THCS", "Trần Văn Sáu", "chủ nhiệm"),
        ("", "commune", "Hà Thị Tư", "commune_lead"),
        ("Bản Lềnh", "village", "Hoàng Thị Hoa", "tổ phó"),
        ("Bản Lềnh", "village", "Lò Văn An", "leader"),
    ]
    assert await office.asks("SELECT role, title FROM memberships WHERE title = 'tổ phó'") == [("member", "tổ phó")]


async def test_unknown_columns_are_kept_aside_and_told(office: Office) -> None:
    result = await office.imports_rows((*AN, "1985", "Thái"), headers=(*HEADERS, "Năm sinh", "Dân tộc"))
    assert result.extra_columns == ("Năm sinh", "Dân tộc")
    assert await office.asks("SELECT extra FROM person_details") == [('{"Năm sinh": "1985", "Dân tộc": "Thái"}',)]


async def test_a_village_without_people_is_kept_and_has_no_team(office: Office) -> None:
    await office.imports_rows(("04630", "Tú Lệ", "Háng Cơ", "", "", "", ""))
    assert await office.asks("SELECT name FROM unit_versions WHERE kind = 'village'") == [("Háng Cơ",)]
    assert await office.asks("SELECT count(*) FROM teams") == [(0,)]


async def test_a_village_gains_a_team_with_its_first_member(office: Office) -> None:
    await office.imports_rows(("04630", "Tú Lệ", "Bản Lềnh", "", "", "", ""))
    result = await office.imports_rows(AN)
    assert (result.units.added, result.units.updated, result.people.added) == (0, 1, 1)


async def test_a_new_role_closes_the_old_membership_and_opens_another(office: Office) -> None:
    await office.imports_rows(AN)
    later = office.later(NOW + timedelta(days=30))
    result = await later.imports_rows((*AN[:6], "member"))
    assert (result.people.added, result.people.updated) == (0, 1)
    assert await office.asks("SELECT role, valid_from, valid_to FROM memberships ORDER BY id") == [
        ("leader", "2026-11-16", "2026-12-16"),
        ("member", "2026-12-16", None),
    ]
    assert [row["role"] for row in await later.exported()] == ["member"]


async def test_somebody_who_moves_to_another_village_stays_one_person(office: Office) -> None:
    await office.imports_rows(AN)
    result = await office.imports_rows((*AN[:2], "Thôn 1", *AN[3:]))
    assert (result.people.added, result.people.updated, result.units.added) == (0, 1, 1)
    people = [(row["village"], row["name"]) for row in await office.exported() if row["name"]]
    assert people == [("Thôn 1", "Lò Văn An")]


async def test_a_new_phone_and_a_name_spelt_otherwise_are_the_same_person(office: Office) -> None:
    await office.imports_rows(AN, HOA)
    result = await office.imports_rows(
        (*AN[:4], "Lò Văn Ân", *AN[5:]),
        (*HOA[:5], "0987654321", HOA[6]),
    )
    assert (result.people.added, result.people.updated) == (0, 2)
    details = await office.asks("SELECT name, phone FROM person_details ORDER BY person_id")
    assert details == [("Lò Văn Ân", "+84912345678"), ("Hoàng Thị Hoa", "+84987654321")]


async def test_an_empty_phone_cell_takes_no_phone_away(office: Office) -> None:
    await office.imports_rows(AN)
    result = await office.imports_rows((*AN[:5], "", AN[6]))
    assert (result.people.updated, result.unchanged) == (0, 3)
    assert await office.asks("SELECT phone FROM person_details") == [("+84912345678",)]


async def test_two_people_on_one_phone_stay_two(office: Office) -> None:
    first = await office.imports_rows(AN, (*HOA[:5], AN[5], HOA[6]))
    assert (first.people.added, len(first.notices)) == (2, 1)
    again = await office.imports_rows(AN, (*HOA[:5], AN[5], HOA[6]))
    assert (again.people.added, again.people.updated) == (0, 0)


async def test_a_partial_file_never_renames_the_owner_of_a_shared_phone(office: Office) -> None:
    await office.imports_rows(AN)
    result = await office.imports_rows((*HOA[:5], AN[5], HOA[6]))
    assert (result.people.added, result.not_in_file) == (1, 1)
    assert {row["name"] for row in await office.exported()} == {"Lò Văn An", "Hoàng Thị Hoa"}


async def test_one_name_on_one_phone_in_two_teams_is_one_person(office: Office) -> None:
    in_commune = ("04630", "Tú Lệ", "", "commune", *AN[4:6], "member")
    result = await office.imports_rows(AN, in_commune)
    assert (result.people.added, result.notices) == (1, ())
    again = await office.imports_rows(AN, in_commune)
    assert (again.people.added, again.people.updated) == (0, 0)
    assert await office.asks("SELECT count(*) FROM memberships") == [(2,)]


async def test_namesakes_without_phones_are_never_merged(office: Office) -> None:
    leader = (*AN[:5], "", "leader")
    member = (*AN[:5], "", "member")
    assert (await office.imports_rows(leader, member, member)).people.added == 3
    again = await office.imports_rows(member, member, leader)
    assert (again.people.added, again.people.updated) == (0, 0)
    assert (await office.imports_rows(leader, member, member, member)).people.added == 1


async def test_people_who_are_not_in_the_file_are_left_alone(office: Office) -> None:
    await office.imports_rows(AN, HOA)
    result = await office.imports_rows(AN)
    assert (result.not_in_file, result.people.updated) == (1, 0)
    assert len(await office.exported()) == 2


async def test_an_admin_of_the_site_keeps_that_when_the_roster_names_a_village(office: Office) -> None:
    await office.imports_rows(AN)
    await office.imports_rows(("04630", "Tú Lệ", "", "commune", *AN[4:6], "admin"))
    roles = await office.asks("SELECT role FROM memberships WHERE valid_to IS NULL ORDER BY role")
    assert roles == [("admin",), ("leader",)]


async def test_capitals_and_tone_marks_put_elsewhere_make_no_new_village(office: Office) -> None:
    await office.imports_rows(("04630", "Tú Lệ", "Hoà Bình", "", "", "", ""))
    result = await office.imports_rows(("04630", "TÚ LỆ", "HÒA BÌNH", "", "", "", ""))
    assert (result.units.added, result.units.updated, result.unchanged) == (0, 0, 2)


async def test_a_village_spelt_almost_like_another_is_told(office: Office) -> None:
    await office.imports_rows(AN)
    result = await office.imports_rows(("04630", "Tú Lệ", "Bản Lệnh", "", "", "", ""))
    (notice,) = result.notices
    assert (result.units.added, notice.row) == (1, 2)
    assert "beside Bản Lềnh: two villages, or one misspelt?" in notice.reason


async def test_a_village_known_only_from_another_commune_is_told(office: Office) -> None:
    await office.imports_rows(AN, ("04636", "Gia Hội", "Thôn 1", "", "", "", ""))
    result = await office.imports_rows(("04636", "Gia Hội", "Bản Lềnh", "", "", "", ""))
    assert "only another commune" in result.notices[0].reason


@pytest.mark.parametrize("code", ["", "99999"])
async def test_a_new_commune_beside_those_known_is_told(office: Office, code: str) -> None:
    first = await office.imports_rows(AN)
    assert first.notices == ()
    result = await office.imports_rows((code, "Tú Lễ Mới", "Bản X", "", "", "", ""), (code, "Tú Lễ Mới", *[""] * 5))
    (notice,) = result.notices
    assert (notice.row, result.units.added) == (2, 2)
    assert "Tú Lễ Mới is a new commune" in notice.reason


async def test_a_commune_becomes_a_town(office: Office) -> None:
    await office.imports_rows(("04672", "Sơn Thịnh", "", "", "", "", ""))
    result = await office.later(NOW + timedelta(days=1)).imports_rows(("04672", "Thị trấn Sơn Thịnh", *[""] * 5))
    assert (result.units.added, result.units.updated) == (0, 1)
    assert await office.asks("SELECT kind, valid_to FROM unit_versions WHERE parent_id IS NOT NULL ORDER BY id") == [
        ("commune", "2026-11-17"),
        ("town", None),
    ]


async def test_a_kind_put_right_on_the_same_day_leaves_one_version(office: Office) -> None:
    await office.imports_rows(("04672", "Sơn Thịnh", "", "", "", "", ""))
    await office.imports_rows(("04672", "Thị trấn Sơn Thịnh", "", "", "", "", ""))
    versions = await office.asks("SELECT kind, valid_to FROM unit_versions WHERE parent_id IS NOT NULL")
    assert versions == [("town", None)]


async def test_numbered_empty_lines_and_a_signature_are_no_rows(office: Office) -> None:
    headers = (*HEADERS, "STT", "Ghi chú")
    empty = ("", "", "", "", "", "", "")
    result = await office.imports_rows(
        (*AN, "1", ""), (*empty, "2", ""), (*empty, "", "Người lập biểu"), headers=headers
    )
    assert (result.errors, result.people.added) == ((), 1)


async def test_a_row_needs_only_the_name_of_a_known_commune(office: Office) -> None:
    await office.imports_rows(AN)
    result = await office.imports_rows(("", *HOA[1:]))
    assert (result.errors, result.units.added, result.people.added) == ((), 0, 1)


async def test_thousands_of_rows_go_in_at_once(office: Office) -> None:
    people = [row for row in sample_rows() if row[2] and row[4]]
    rows = [
        (f"{5000 + copy:05d}", f"Xã Số {copy}", *row[2:4], f"{row[4]} {row[0]}", "", row[6])
        for copy in range(3)
        for row in people
    ]
    result = await office.imports_rows(*rows)
    assert result.people.added == 3 * 1057
