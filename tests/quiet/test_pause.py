""" "tạm dừng nhắc": a lead's pause of the own commune, an administrator's of any; members hear nothing of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from storage.pauses import in_force, pauses
from tests.clock.clockwork import FRIDAY_GROUPS, Clockwork, at
from tests.town import Speaker, Town


@pytest.fixture
async def ha(town: Town) -> Speaker:
    await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    return await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")


@pytest.fixture
async def boss(town: Town, ha: Speaker) -> Speaker:
    return await town.person("Nguyễn Văn Quản", "", "admin")


async def paused(town: Town) -> dict[str, datetime]:
    names = {unit: path for path, unit in town.places.items()}
    async with town.database.read() as connection:
        return {names[unit]: one.ends_at for unit, one in (await in_force(connection, town.now)).items()}


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ("tạm dừng nhắc đến thứ Hai", at(23, 0)),
        ("tam dung nhac den thu hai", at(23, 0)),
        ("tạm dừng nhắc 3 ngày", at(21, 0)),
        ("tạm dừng nhắc đến hết tuần", at(23, 0)),
        ("tạm dừng nhắc đến 25/11", at(25, 0)),
        ("/tamdung 3 ngày", at(21, 0)),
    ],
)
async def test_a_lead_pauses_the_own_commune(ha: Speaker, town: Town, said: str, ends: datetime) -> None:
    heard = await ha.says(said)
    assert "Em tạm dừng nhắc và đăng bài ở xã Tú Lệ" in heard
    assert await paused(town) == {"Tú Lệ": ends}


async def test_without_a_time_it_is_asked_and_three_are_offered(ha: Speaker, town: Town) -> None:
    assert "tạm dừng đến bao giờ" in await ha.says("tạm dừng nhắc")
    assert [label for _, label in ha.last[-1].choices] == ["Đến sáng mai", "3 ngày", "7 ngày"]
    await ha.says("2")
    assert await paused(town) == {"Tú Lệ": at(21, 0)}


@pytest.mark.parametrize(
    ("said", "day"), [("thứ Hai", 23), ("thu hai", 23), ("thứ 3", 24), ("thứ Ba", 24), ("Đến sáng mai", 19)]
)
async def test_a_weekday_is_a_day_and_no_choice_of_that_number(ha: Speaker, town: Town, said: str, day: int) -> None:
    await ha.says("tạm dừng nhắc")
    await ha.says(said)
    assert await paused(town) == {"Tú Lệ": at(day, 0)}


async def test_a_day_that_has_passed_is_asked(ha: Speaker, town: Town) -> None:
    assert "Ngày 20/9/2026 qua rồi ạ" in await ha.says("tạm dừng nhắc đến 20/9")
    assert await paused(town) == {}
    await ha.says("đến thứ Hai")
    assert await paused(town) == {"Tú Lệ": at(23, 0)}


async def test_nobody_pauses_for_a_season(ha: Speaker, town: Town) -> None:
    assert "nhiều nhất 60 ngày" in await ha.says("tạm dừng nhắc đến 20/5/2027")
    assert await paused(town) == {}


@pytest.mark.parametrize("said", ["nhắc lại", "tiếp tục nhắc"])
async def test_the_lead_goes_on_sooner(ha: Speaker, town: Town, said: str) -> None:
    await ha.says("tạm dừng nhắc đến thứ Hai")
    town.later(hours=1)
    assert "lại nhắc và đăng bài ở xã Tú Lệ" in await ha.says(said)
    assert await paused(town) == {}
    (row,) = await town.rows(pauses)
    assert row.ends_at == town.now


async def test_a_new_pause_takes_the_place_of_the_old_one(ha: Speaker, town: Town) -> None:
    await ha.says("tạm dừng nhắc 7 ngày")
    await ha.says("tạm dừng nhắc 1 ngày")
    assert await paused(town) == {"Tú Lệ": at(19, 0)}


async def test_members_are_not_told_and_the_report_tells_officers_only(ha: Speaker, town: Town) -> None:
    an = await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    await ha.says("tạm dừng nhắc đến thứ Hai")
    assert not await an.hears()
    assert "tạm dừng" not in await an.says("báo cáo")
    assert "Em đang tạm dừng nhắc và đăng bài đến Thứ Hai 23/11" in await ha.says("báo cáo")


async def test_a_paused_group_hears_nothing_until_the_lead_goes_on(ha: Speaker, town: Town) -> None:
    clock = Clockwork(town)
    group = await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await ha.says("tạm dừng nhắc đến thứ Hai")
    await clock.strikes(FRIDAY_GROUPS)
    assert not await group.heard()


async def test_an_admin_pauses_a_named_place_and_names_it_to_go_on(boss: Speaker, town: Town) -> None:
    await boss.says("tạm dừng nhắc Gia Hội đến thứ Hai")
    await boss.says("tạm dừng nhắc xã Tú Lệ 3 ngày")
    assert await paused(town) == {"Gia Hội": at(23, 0), "Tú Lệ": at(21, 0)}
    assert "muốn em nhắc lại nơi nào" in await boss.says("nhắc lại")
    town.later(minutes=1)
    assert "xã Gia Hội" in await boss.says("nhắc lại Gia Hội")
    assert list(await paused(town)) == ["Tú Lệ"]


async def test_an_admin_who_names_no_place_is_asked_where(boss: Speaker, town: Town) -> None:
    assert "tạm dừng ở xã nào" in await boss.says("tạm dừng nhắc đến thứ Hai")
    await boss.says("tất cả")
    assert await paused(town) == {"": at(23, 0)}


async def test_a_lead_reaches_no_other_commune(ha: Speaker, town: Town) -> None:
    assert "Em chưa thấy Gia Hội" in await ha.says("tạm dừng nhắc Gia Hội đến thứ Hai")
    assert await paused(town) == {}


async def test_a_member_who_says_it_takes_leave(town: Town, ha: Speaker) -> None:
    pao = await town.person("Sùng A Páo", "Tú Lệ/Thôn 3")
    assert "bác nghỉ đến hết Thứ Sáu 20/11" in await pao.says("tạm dừng nhắc 3 ngày")
    assert await paused(town) == {}
