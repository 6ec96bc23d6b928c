"""tocds calendar: days that the government moves."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.test_commands import Types, types

__all__ = ["types"]


def test_a_day_is_written_down_listed_and_taken_out(types: Types) -> None:
    assert types("calendar", "add", "2027-02-12", "off", "nghỉ bù Tết")[0] == 0
    code, out, _err = types("calendar", "list", "--year", "2027", "--json")
    rows = {row["day"]: row for row in json.loads(out)}
    assert code == 0
    assert (rows["2027-02-12"]["kind"], rows["2027-02-12"]["name"]) == ("off", "nghỉ bù Tết")
    assert rows["2027-02-06"]["from"] == "law"
    assert (rows["2027-01-30"]["until"], rows["2027-01-30"]["from"]) == ("2027-02-12", "lunar calendar")
    assert types("calendar", "list")[0] == 0
    assert types("calendar", "remove", "2027-02-12")[0] == 0
    assert "nghỉ bù" not in types("calendar", "list", "--year", "2027")[1]


def test_a_day_that_is_not_there_cannot_be_taken_out(types: Types) -> None:
    assert types("calendar", "remove", "2027-02-12") == (1, "", "2027-02-12 is not written down\n")


def test_a_wrong_date_or_kind_is_a_wrong_argument(types: Types) -> None:
    assert types("calendar", "add", "12/2/2027", "off", "x")[0] == 2
    assert types("calendar", "add", "2027-02-12", "holiday", "x")[0] == 2
    assert types("calendar", "add", "2027-02-12", "off", " ")[0] == 2


def test_a_file_is_written_down_whole_or_not_at_all(types: Types, tmp_path: Path) -> None:
    file = tmp_path / "2027.csv"
    file.write_text("day,kind,name\n2027-08-30,off,nghỉ bù\n2027-08-28,working,làm bù\n", encoding="utf-8-sig")
    assert types("calendar", "import", str(file))[1] == "2 days written down\n"
    file.write_text("day,kind,name\n2027-05-01,off,lễ\n2027-13-01,off,?\n", encoding="utf-8")
    code, _out, err = types("calendar", "import", str(file))
    assert code == 1
    assert err.startswith("row 3: '2027-13-01' is not a date")
    assert "2027-05-01  off      lễ" not in types("calendar", "list", "--year", "2027")[1]
    file.write_text("ngày,kind\n", encoding="utf-8")
    assert "day, name is missing" in types("calendar", "import", str(file))[2]
