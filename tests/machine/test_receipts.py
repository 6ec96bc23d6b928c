"""A receipt that somebody types back says what it said: the same numbers again, or a question, never others."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from storage.checkins import checkin_values, checkins
from tests.machine.effort import effort
from tests.machine.lines import COUNTS
from tests.town import Speaker, Town, make_town

CODES = ("buoi", "nguoi", "ho", "vneid", "tichhop", "dvc", "tt", "cks", "antoan", "tmdt", "bdhv", "etax", "sim")
VALUES = st.dictionaries(st.sampled_from(CODES), COUNTS, min_size=1, max_size=4)
NAMES = st.sampled_from(["Lò Văn An", "Hà Thị Sáu", "Vàng A Ba", "Hoàng Văn Tư", "Đinh Thị Năm", "Sùng A Páo"])
PLACES = st.sampled_from(["Tú Lệ/Bản Lềnh", "Tú Lệ/Thôn 3", "Tú Lệ/Nậm Cưởm", "Tú Lệ/Tổ dân phố 2", "Tú Lệ"])


async def _entries(town: Town) -> list[dict[str, int]]:
    """The numbers of every entry, in the order in which they were written."""
    values = await town.rows(checkin_values)
    rows = sorted((row for row in await town.rows(checkins) if row.kind == "report"), key=lambda row: row.id)
    return [{one.code: one.number for one in values if one.checkin_id == row.id} for row in rows]


async def _receipt(an: Speaker, values: dict[str, int]) -> str:
    """What is heard after a plain line, unusual numbers confirmed."""
    heard = await an.says(" ".join(f"{code} {number}" for code, number in values.items()))
    for _ in range(9):
        if heard.startswith("Đã ghi") or "đúng không" not in heard:
            break
        heard = await an.says("1")
    return heard


@effort(25)
@given(VALUES, NAMES, PLACES)
async def test_a_receipt_typed_back_never_says_other_numbers(values: dict[str, int], name: str, place: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        town = await make_town(Path(folder))
        try:
            for other in ("Tú Lệ/Bản Lềnh", "Tú Lệ/Thôn 3"):
                await town.place(other)
            an = await town.person(name, place)
            heard = await _receipt(an, values)
            kept = await _entries(town)
            if not heard.startswith("Đã ghi"):
                assert kept == [], heard
                return
            assert kept == [values]
            for said in (heard, heard.partition(". ")[0], heard.partition(": ")[2].partition(". ")[0]):
                for answer in (said, "1", "1", "1"):  # yes to whatever may be asked
                    await an.says(answer)
                await an.says("hủy")
                assert all(entry == values for entry in await _entries(town)), said
        finally:
            await town.database.close()
