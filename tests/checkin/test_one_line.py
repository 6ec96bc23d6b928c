"""A line, a receipt, and the rows behind it."""

from __future__ import annotations

from storage.checkins import checkins
from tests.town import Town


async def test_a_line_is_saved_at_once_with_a_receipt(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    heard = await an.says("vneid 3 dvc 2")
    assert heard == "x"
    (row,) = await town.rows(checkins)
    assert row.kind == "report"
