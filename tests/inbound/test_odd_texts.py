"""What a database might not take: texts with NUL, lone surrogates, beyond any length; numbers beyond any size."""

from __future__ import annotations

import pytest

from storage.journal import journal
from tests.inbound.conftest import states
from tests.town import Town

ODD = {
    "NUL": "vneid 3\x00 dvc 2",
    "only NUL": "\x00",
    "a lone surrogate": "vneid 3 \ud83d dvc 2",
    "a backslash and quotes": "vneid 3 \\ ' \" ; DROP TABLE journal; --",
    "very long": "vneid 3 " + "x" * 100_000,
    "a number beyond 32 bits": "vneid 3000000000",
    "a number beyond 64 bits": "vneid 99999999999999999999999",
    "right to left": "vneid 3 \u202edvc\u202c 2",
    "a note with NUL": "vneid 3 ghi chú: cụ\x00Páo",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_an_odd_text_is_answered_and_its_event_ends_well(town: Town, text: str) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert await an.says(text)
    assert await an.says("vneid 3")
    assert set((await states(town)).values()) == {"done"}


@pytest.mark.parametrize("name", ["Hoa\x00", "\x00", "H" * 500, "Hoa \ud83d", "\u202eHoa"], ids=repr)
async def test_an_odd_name_is_answered(town: Town, name: str) -> None:
    stranger = town.stranger(name)
    assert await stranger.says("xin chào")
    group = town.group(name * 2)
    await stranger.says("@bot nhóm", into=group)
    assert set((await states(town)).values()) == {"done"}


async def test_odd_ids_are_ordinary(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    for event_id in ("e" * 300, "sự kiện\x00", str(2**70)):
        assert await an.says("vneid 3", event_id=event_id)
    assert len(await town.rows(journal)) == 3
