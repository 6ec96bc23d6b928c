"""`tocds roster …` and `tocds invite` at the command line: files in, JSON out, one human line when it fails."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from bot.accounts import Link
from bot.cli import invite, roster
from bot.cli.needs import Needs
from bot.pools import Offer
from bot.settings import load
from storage.engine import Database
from tests.databases import apart, databases
from tests.roster.conftest import HEADERS, NOW


class Operator:
    """Types commands in a terminal of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self._app = typer.Typer()
        self._app.add_typer(roster.app, name="roster")
        invite.register(self._app)
        self._needs = Needs(lambda: load(site_name="Văn Chấn"), self._database, lambda: NOW, _links)

    def types(self, *words: str) -> Result:
        return CliRunner().invoke(self._app, words, obj=self._needs)

    def file(self, *rows: Sequence[str]) -> str:
        path = self.folder / "in.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADERS, *rows])
        return str(path)

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database]:
        database = Database(self.url)
        try:
            yield database
        finally:
            await database.close()


def _links(code: str, wanted: int) -> Offer:
    return Offer((Link("telegram", "telegram", f"https://t.me/a_bot?start={code}", wanted),))


@pytest.fixture
def operator(tmp_path: Path, database_kind: str) -> Operator:
    return Operator(tmp_path, apart(databases.make(tmp_path)))


AN = ("04630", "Tú Lệ", "Thôn 1", "village", "Lò Văn An", "0912345678", "leader")


def test_sample_import_export_and_import_again(operator: Operator) -> None:
    sample, export = str(operator.folder / "s.xlsx"), str(operator.folder / "e.csv")
    assert operator.types("roster", "sample", sample).exit_code == 0
    first = operator.types("roster", "import", sample, "--json")
    assert first.exit_code == 0
    assert json.loads(first.stdout)["people"] == {"added": 1347, "updated": 0}
    assert operator.types("roster", "export", export).exit_code == 0
    again = json.loads(operator.types("roster", "import", export, "--json").stdout)
    assert (again["units"], again["people"]) == ({"added": 0, "updated": 0}, {"added": 0, "updated": 0})
    assert again["errors"] == []


def test_cells_of_an_exported_workbook_are_text(operator: Operator) -> None:
    operator.types("roster", "import", operator.file(AN))
    operator.types("roster", "export", str(operator.folder / "e.xlsx"))
    book = load_workbook(operator.folder / "e.xlsx")
    cells = [cell for row in book.worksheets[0].iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells] == list(AN)
    assert {cell.data_type for cell in cells} == {"s"}
    book.close()


def test_a_bad_row_exits_1_with_one_line_and_the_document(operator: Operator) -> None:
    file = operator.file(AN, (*AN[:6], "boss"))
    result = operator.types("roster", "import", file, "--json")
    assert result.exit_code == 1
    (error,) = json.loads(result.stdout)["errors"]
    assert (error["row"], error["column"]) == (3, "role")
    assert result.stderr.count("\n") == 1
    assert "Nothing was imported" in result.stderr


def test_without_json_every_bad_row_has_its_line(operator: Operator) -> None:
    result = operator.types("roster", "import", operator.file((*AN[:6], "boss"), (*AN[:5], "1", "leader")))
    assert result.exit_code == 1
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == ["row 2, role", "row 3, phone"]
    assert result.stderr.count("\n") == 1


def test_a_dry_run_says_what_would_be(operator: Operator) -> None:
    file = operator.file(AN)
    assert "People: 1 would be added" in operator.types("roster", "import", "--dry-run", file).stdout
    assert json.loads(operator.types("roster", "import", "--json", file).stdout)["people"]["added"] == 1


def test_columns_that_mean_nothing_are_told(operator: Operator) -> None:
    path = operator.folder / "x.csv"
    path.write_text("xã;thôn;họ tên;Năm sinh\nTú Lệ;Thôn 1;Lò Văn An;1985\n", encoding="utf-8")
    assert "Năm sinh" in operator.types("roster", "import", str(path)).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("roster", "sample", "x.pdf"), 2),
        (("roster", "export", "x"), 2),
        (("roster", "import"), 2),
        (("roster", "sample", "/nowhere/at/all/s.csv"), 1),
        (("roster", "import", "/nowhere.csv"), 1),
        (("invite", "--unit", "Tú Lệ"), 2),
        (("invite", "--unit", "Tú Lệ", "--role", "boss"), 2),
        (("invite", "--unit", "Tú Lệ", "--role", "member", "--uses", "0"), 2),
        (("invite", "--unit", "Nowhere", "--role", "member"), 1),
        (("invite", "--unit", "Văn Chấn", "--role", "member"), 1),
    ],
)
def test_what_cannot_be_done_says_so(operator: Operator, words: Sequence[str], code: int) -> None:
    operator.types("roster", "import", operator.file(AN))
    result = operator.types(*words)
    assert result.exit_code == code
    assert result.stderr
    assert code == 2 or result.stderr.count("\n") == 1


def test_an_invite_is_a_code_with_its_links(operator: Operator) -> None:
    operator.types("roster", "import", operator.file(AN))
    result = operator.types("invite", "--unit", "Tú Lệ/Thôn 1", "--role", "tổ viên", "--uses", "7", "--json")
    document = json.loads(result.stdout)
    code = document["code"]
    assert document == {
        "code": code,
        "unit": "Tú Lệ/Thôn 1",
        "role": "member",
        "uses": 7,
        "expires": "2026-12-16",
        "links": [
            {"channel": "telegram", "account": "telegram", "url": f"https://t.me/a_bot?start={code}", "seats": 7}
        ],
        "notices": [],
    }


def test_an_invite_in_words_shows_code_and_link(operator: Operator) -> None:
    operator.types("roster", "import", operator.file(AN))
    lines = operator.types("invite", "--unit", "04630", "--role", "commune_lead").stdout.splitlines()
    assert lines[0].endswith(": commune_lead of Tú Lệ, 50 uses, until 2026-12-16")
    assert lines[1].startswith("telegram telegram: https://t.me/")


def test_an_admin_may_be_invited_to_the_whole_site(operator: Operator) -> None:
    operator.types("roster", "import", operator.file(AN))
    result = operator.types("invite", "--unit", "Văn Chấn", "--role", "quản trị", "--json")
    assert json.loads(result.stdout)["role"] == "admin"
