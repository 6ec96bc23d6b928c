"""The tallies of all communes at once are the tallies of the communes one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import update

from locales import Week
from storage import communes, counting
from storage.engine import Connection
from storage.tally import Tally
from storage.units import teams, unit_versions
from tests.clock.clockwork import HERE, MONDAY_TALLY, Clockwork, at
from tests.town import Speaker, Town


async def test_an_eventful_week_counts_the_same_either_way(town: Town, clock: Clockwork) -> None:
    await _eventful(town, clock)
    for week in ("2026-W46", "2026-W47", "2026-W48", "2026-W49"):
        assert await _all_at_once(town, week) == await _one_tree(town, week)
    commune = _named(await _all_at_once(town, "2026-W48"), "Tú Lệ")
    assert [(one.village, one.values) for one in commune.late] == [
        ("Bản Lềnh", {"vneid": 5}),
        ("Thôn 10", {}),
        ("Tú Lệ", {"buoi": 2}),
    ]
    assert commune.nothing == ("Thôn 3",)
    assert [(one.name, one.cause) for one in commune.silent_villages] == [
        ("Nậm Cưởm", "unknown"),
        ("Thôn 2", "nobody_joined"),
        ("Thôn 10", "no_signal"),
    ]
    assert commune.missing == ("Nậm Cưởm",)
    assert commune.lesson_numbers


async def test_one_commune_asked_for_by_itself_counts_the_same(town: Town, clock: Clockwork) -> None:
    await _eventful(town, clock)
    for week in ("2026-W46", "2026-W47", "2026-W48", "2026-W49"):
        for commune in await _one_tree(town, week):
            own = await _read(town, week, partial(counting.tally, unit_id=commune.unit_id))
            assert isinstance(own, Tally)
            assert replace(own, units=(), missing=commune.missing) == commune  # whom it may name is a wish of the site


async def test_a_new_commune_names_nobody_either_way(town: Town, clock: Clockwork) -> None:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    for days in (0, 26, 27, 28, 29):
        town.clock.move_to(at(19, 9) + timedelta(days=days))
        every = await _all_at_once(town, "2026-W47")
        assert every == await _one_tree(town, "2026-W47")
    assert _named(every, "Tú Lệ").missing


async def test_a_village_that_moved_to_another_commune_is_counted_there(town: Town, clock: Clockwork) -> None:
    await _eventful(town, clock)
    village, new = await town.place("Tú Lệ/Bản Lềnh"), await town.place("Gia Hội")
    async with town.database.write() as connection:
        await connection.execute(update(unit_versions).where(unit_versions.c.unit_id == village).values(parent_id=new))
    assert await _all_at_once(town, "2026-W48") == await _one_tree(town, "2026-W48")


async def test_what_a_team_reported_that_is_no_more_stays_with_its_place(town: Town, clock: Clockwork) -> None:
    await _eventful(town, clock)
    village = await town.place("Tú Lệ/Bản Lềnh")
    async with town.database.write() as connection:
        await connection.execute(update(teams).where(teams.c.unit_id == village).values(valid_to=date(2026, 11, 20)))
    every = await _all_at_once(town, "2026-W48")
    assert every == await _one_tree(town, "2026-W48")
    assert _named(every, "Tú Lệ").indicators["vneid"] == 3


def _named(tallies: list[Tally], name: str) -> Tally:
    return next(one for one in tallies if one.name == name)


async def _eventful(town: Town, clock: Clockwork) -> None:
    await clock.names_on()
    await clock.setting("Gia Hội", "names", False)
    people = [
        await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh"),
        await town.person("Sùng A Páo", "Tú Lệ/Thôn 3"),
        await town.person("Hoàng Thị Hà", "Tú Lệ"),
        await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5"),
        await town.person("Vàng A Chú", "Tú Lệ/Nậm Cưởm"),
        await town.person("Triệu Thị Mai", "Tú Lệ/Thôn 10"),
    ]
    await town.place("Tú Lệ/Thôn 2")
    await clock.setting("Tú Lệ/Thôn 10", "signal", False)
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await clock.group("Thôn", "Tú Lệ/Bản Lềnh")
    await _live(town, people)
    await clock.strikes(MONDAY_TALLY)
    town.clock.move_to(at(24, 9))
    await _say(town, people[0], "tuần trước vneid 5")
    await _say(town, people[2], "tuần trước buổi 2")
    await _say(town, people[5], "tuần trước không phát sinh")
    town.clock.move_to(at(26, 9))
    await _live(town, people)
    await clock.strikes(at(30, 7, 30))


async def _live(town: Town, people: list[Speaker]) -> None:
    an, pao, ha, tai, chu, mai = people
    for who, words in (
        (an, "vneid 3 dvc 2"),
        (an, "sửa dvc 4"),
        (pao, "không phát sinh"),
        (ha, "buổi 1 nguoi 40"),
        (tai, "vneid 4"),
        (tai, "bỏ"),
        (chu, "hướng dẫn vneid"),
        (an, "hướng dẫn 2"),
        (mai, "nghỉ 3 ngày"),
    ):
        await _say(town, who, words)


async def _say(town: Town, who: Speaker, words: str) -> None:
    town.later(minutes=2)
    await who.says(words)


async def _all_at_once(town: Town, week: str) -> list[Tally]:
    return list(await _read(town, week, communes.communes))


async def _one_tree(town: Town, week: str) -> list[Tally]:
    site = await _read(town, week, counting.tally)
    assert site is not None
    return [replace(unit, units=()) for unit in site.units if unit.kind == "commune"]


async def _read(town: Town, week: str, count: object) -> object:
    async with town.database.read() as connection:
        return await _counted(connection, town, week, count)


async def _counted(connection: Connection, town: Town, week: str, count: object) -> object:
    return await count(connection, Week.parse(week).monday, as_of=town.now.astimezone(HERE).date())
