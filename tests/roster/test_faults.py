"""Bad rows: each is told by number and reason, and then nothing of the file is imported."""

from __future__ import annotations

import pytest

from tests.roster.conftest import HEADERS, Office

GOOD = ("04630", "Tú Lệ", "Bản Lềnh", "village", "Lò Văn An", "0912345678", "leader")


def but(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(column, cell) for column, cell in zip(HEADERS, GOOD, strict=True))


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        (but(role="boss"), "role", "unknown role 'boss'"),
        (but(name="B", phone="0912345679", commune="Gia Hội"), "commune", "code 04630 is Tú Lệ, not Gia Hội"),
        (
            but(name="B", phone="0912345679", commune_code="04631"),
            "commune_code",
            "Tú Lệ has the code 04630, not 04631",
        ),
        (but(commune="", commune_code=""), "commune", "missing"),
        (but(commune="", commune_code="04999"), "commune", "04999 is not known"),
        (but(commune_code="x"), "commune_code", "five digits"),
        (but(name=""), "name", "a phone without a name"),
        (but(name="?!"), "name", "is not a name"),
        (but(name="A" * 201), "name", "longer than 200"),
        (but(phone="12345"), "phone", "not a Vietnamese phone number"),
        (but(phone="0912345678/0987654321"), "phone", "not a Vietnamese phone number"),
        (but(phone="9.12E+08"), "phone", "not a phone number"),
        (but(phone="+84123"), "phone", "not a Vietnamese phone number"),
        (but(team="gang"), "team", "unknown team 'gang'"),
        (but(team="club:"), "team", "unknown team 'club:'"),
        (but(village="", team="village"), "village", "without a village"),
        (but(team="commune"), "village", "leave the village empty"),
        (but(team="club:Trường"), "village", "leave the village empty"),
        (but(), None, "as row 3"),
        (but(role="member"), None, "as row 3"),
        ((*but(name="B", phone=""), "extra"), None, "more cells"),
    ],
)
async def test_a_bad_row_is_told_and_nothing_is_imported(
    office: Office, row: tuple[str, ...], column: str | None, says: str
) -> None:
    other = but(commune_code="04636", commune="Gia Hội", phone="")
    result = await office.imports_rows(other, GOOD, but(name="Hà Thị Tư", phone=""), row)
    (fault,) = result.errors
    assert (fault.row, fault.column) == (5, column)
    assert says in fault.reason
    assert (result.units.added, result.people.added) == (0, 0)
    assert await office.asks("SELECT count(*) FROM units") == [(0,)]


async def test_without_that_row_the_file_is_good(office: Office) -> None:
    other = but(commune_code="04636", commune="Gia Hội", phone="")
    result = await office.imports_rows(other, GOOD, but(name="Hà Thị Tư", phone=""))
    assert (result.errors, result.people.added) == ((), 3)


async def test_every_bad_row_is_told_in_order(office: Office) -> None:
    result = await office.imports_rows(but(role="boss", phone="1"), GOOD, but(team="gang"), but(commune="Gia Hội"))
    assert [fault.row for fault in result.errors] == [2, 2, 4, 5]


async def test_a_code_that_is_known_as_another_commune_is_refused(office: Office) -> None:
    await office.imports_rows(GOOD)
    result = await office.imports_rows(("04630", "Gia Hội", "Thôn 1", "", "", "", ""))
    assert [(fault.row, fault.reason) for fault in result.errors] == [(2, "code 04630 is Tú Lệ, not Gia Hội")]


async def test_two_communes_of_one_name_need_their_codes(office: Office) -> None:
    first = [("04696", "Tân Thịnh", f"Thôn {number}", *[""] * 4) for number in range(4)]
    second = [("04552", "Tân Thịnh", f"Thôn {number}", *[""] * 4) for number in range(3)]
    result = await office.imports_rows(*first, *second)
    assert (result.errors, result.units.added, len(result.notices)) == ((), 9, 1)
    result = await office.imports_rows(("", "Tân Thịnh", "Thôn 9", *[""] * 4))
    assert "several communes are called Tân Thịnh" in result.errors[0].reason


async def test_a_fault_in_the_last_row_undoes_a_large_import(office: Office) -> None:
    rows = [but(name=f"Người {number}", phone="") for number in range(500)]
    result = await office.imports_rows(*rows, but(role="boss"))
    assert [fault.row for fault in result.errors] == [502]
    assert await office.asks("SELECT count(*) FROM persons") == [(0,)]
