"""The sample roster: the numbers printed in August 2022, the same on every call."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from handlers.roster.sample import sample_rows, write_sample

ROWS = sample_rows()
PEOPLE = [row for row in ROWS if row[4]]


def test_the_district_is_as_the_newspaper_counted_it() -> None:
    villages = {(row[0], row[2]) for row in ROWS if row[2]}
    with_a_team = {(row[0], row[2]) for row in ROWS if row[3] == "village"}
    clubs = {(row[0], row[3]) for row in ROWS if row[3].startswith("club:")}
    assert (len({row[0] for row in ROWS}), len(villages), len(with_a_team), len(clubs)) == (24, 213, 199, 20)
    assert Counter(row[3].partition(":")[0] for row in PEOPLE) == {"village": 1057, "commune": 200, "club": 90}


def test_a_village_team_has_one_leader_and_four_to_eight_members() -> None:
    teams = Counter((row[0], row[2]) for row in PEOPLE if row[3] == "village")
    leaders = Counter((row[0], row[2]) for row in PEOPLE if row[3] == "village" and row[6] == "leader")
    assert set(teams.values()) == {4, 5, 6, 7, 8}
    assert leaders == dict.fromkeys(teams, 1)


def test_every_commune_has_a_lead_and_the_district_one_admin() -> None:
    leads = {row[0] for row in ROWS if row[6] == "commune_lead" and row[3] == "commune"}
    assert len(leads) == 24
    assert [(row[1], row[3]) for row in ROWS if row[6] == "admin"] == [("Thị trấn Sơn Thịnh", "commune")]


def test_tu_le_has_the_villages_people_talk_of() -> None:
    villages = {row[2] for row in ROWS if row[1] == "Tú Lệ"}
    assert villages >= {"Thôn 1", "Thôn 3", "Bản Lềnh", "Nậm Cưởm"}


def test_nobody_shares_a_phone_and_some_have_none() -> None:
    phones = [row[5] for row in PEOPLE if row[5]]
    assert len(phones) == len(set(phones))
    assert all(phone.startswith("0900 00") for phone in phones)
    assert 20 < len(PEOPLE) - len(phones) < 150


def test_some_villages_have_two_people_of_one_name() -> None:
    twice = [key for key, count in Counter((row[0], row[2], row[4]) for row in PEOPLE).items() if count > 1]
    phones = [{row[5] for row in PEOPLE if (row[0], row[2], row[4]) == key} for key in twice]
    assert len(twice) >= 4
    assert {len(numbers) for numbers in phones} == {1, 2}


def test_some_names_sound_like_numbers() -> None:
    assert {"Ba", "Tư", "Năm", "Sáu"} <= {row[4].split()[-1] for row in PEOPLE}


def test_the_sample_is_the_same_every_time(tmp_path: Path) -> None:
    assert write_sample(tmp_path / "one.csv") == write_sample(tmp_path / "two.csv") == 1361
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
