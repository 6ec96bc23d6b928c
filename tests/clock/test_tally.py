"""The numbers, from raw rows."""

from __future__ import annotations

from collections import Counter

from storage.tally import Tally, as_json
from tests.clock.clockwork import Clockwork, at
from tests.town import Town


async def test_two_reports_add_up_and_a_correction_replaces(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3 dvc 2")
    town.later(minutes=5)
    await an.says("vneid 2")
    town.later(minutes=5)
    await an.says("sửa vneid 4")
    tally = await clock.tally("2026-W47", "Tú Lệ")
    assert tally.indicators == {"vneid": 7, "dvc": 2}
    assert tally.checkins == 2


async def test_what_was_withdrawn_does_not_count(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    town.later(minutes=1)
    await an.says("bỏ")
    tally = await clock.tally("2026-W47", "Tú Lệ")
    assert (tally.reported, tally.checkins, tally.indicators) == (0, 0, {})


async def test_last_week_stands_beside_this_one(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("tuần trước vneid 5")
    town.later(minutes=1)
    await an.says("vneid 3")
    tally = await clock.tally("2026-W47", "Tú Lệ")
    assert (tally.indicators, tally.previous) == ({"vneid": 3}, {"vneid": 5})


async def test_children_sum_to_their_parent(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    pao = await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ")
    tai = await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    for one, words in ((an, "vneid 3 dvc 2"), (pao, "không phát sinh"), (ha, "buổi 1"), (tai, "vneid 4")):
        await one.says(words)
    await an.says("hướng dẫn vneid")
    site = await clock.tally("2026-W47")
    assert_sums(site)
    assert (site.expected, site.reported, site.checkins) == (3, 3, 4)
    assert site.indicators == {"vneid": 7, "dvc": 2, "buoi": 1}
    commune = next(unit for unit in site.units if unit.name == "Tú Lệ")
    assert commune.nothing == ("Thôn 3",)
    assert {unit.kind for unit in commune.units} == {"village", "commune_team"}
    assert commune == await clock.tally("2026-W47", "Tú Lệ")


def assert_sums(tally: Tally) -> None:
    """Every number of a place is the sum over its children, all the way down."""
    if not tally.units:
        return
    for count in ("expected", "reported", "checkins", "tutorials", "silent"):
        assert getattr(tally, count) == sum(getattr(unit, count) for unit in tally.units), (tally.name, count)
    indicators = Counter[str]()
    for unit in tally.units:
        indicators.update(unit.indicators)
        assert_sums(unit)
    assert dict(indicators) == tally.indicators


async def test_a_village_without_a_team_is_not_expected(town: Town, clock: Clockwork) -> None:
    await town.place("Tú Lệ/Nà Tổ", team=False)
    await town.place("Tú Lệ/Thôn 3")
    tally = await clock.tally("2026-W47", "Tú Lệ")
    assert (tally.expected, tally.silent) == (1, 1)
    assert {unit.name: unit.expected for unit in tally.units if unit.kind == "village"} == {"Nà Tổ": 0, "Thôn 3": 1}


async def test_the_document_has_the_promised_shape(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    await an.says("vneid 3")
    document = as_json(await clock.tally("2026-W47", "Tú Lệ"))
    assert document["week"] == "2026-W47"
    assert document["unit"] == "Tú Lệ"
    assert document["villages"] == {"expected": 2, "reported": 1}
    assert document["indicators"] == {"vneid": 3}
    assert document["missing"] == ["Thôn 3"]
    assert document["units"][0]["units"] == []
    assert as_json(await clock.tally("2026-W47"))["missing"] == ["Tú Lệ/Thôn 3"]


async def test_a_late_correction_adds_only_the_difference(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3 dvc 2")
    await clock.strikes(at(23, 7, 30))
    town.later(minutes=1)
    await an.says("sửa vneid 5")
    (late,) = (await clock.tally("2026-W48", "Tú Lệ")).late
    assert (late.village, late.values) == ("Bản Lềnh", {"vneid": 2})


async def test_an_addition_is_told_by_one_tally_only(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.strikes(at(23, 7, 30))
    town.later(minutes=1)
    await an.says("tuần trước vneid 2")
    await clock.strikes(at(30, 7, 30))
    assert (await clock.tally("2026-W49", "Tú Lệ")).late == ()
    town.later(days=1)
    await an.says("20/11 dvc 1")
    assert [one.values for one in (await clock.tally("2026-W48", "Tú Lệ")).late] == [{"vneid": 2}]
    assert [one.values for one in (await clock.tally("2026-W49", "Tú Lệ")).late] == [{"dvc": 1}]


async def test_a_lesson_and_a_question_count_once_each(town: Town, clock: Clockwork) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("hỏi máy cũ có cài được VNeID không")
    assert (await clock.tally("2026-W47", "Tú Lệ")).tutorials == 1
    await an.says("hướng dẫn 1")
    tally = await clock.tally("2026-W47", "Tú Lệ")
    assert tally.tutorials == 2
    assert tally.lesson_numbers == ((1, 1),)
