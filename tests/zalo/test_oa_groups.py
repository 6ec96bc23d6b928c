"""Groups of an Official Account: made and filled by an operator, told what reaches us, heard where it is for us."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot import oa_groups
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.oa_groups import NotDone
from storage.journal import journal
from tests.fakes.illness import Fault
from tests.fakes.zalo_oa import Package
from tests.zalo.doors import Home, ZaloOaDoor, monday_tally

OVERHEARD = "Zalo chuyển cho em mọi tin các bác viết"


@pytest.fixture
async def official(oa_home: Home) -> AsyncIterator[ZaloOaChannel]:
    app = oa_home.app
    async with oa_groups.official(app.settings, app.vault, app.database, app.clock, "zalo-oa") as channel:
        yield channel


async def made(home: Home, channel: ZaloOaChannel, unit: str = "Tú Lệ", **more: str) -> oa_groups.Filled:
    return await oa_groups.created(channel, home.app.database, home.app.clock, unit, **more)  # type: ignore[arg-type]


async def test_a_group_is_made_for_a_place_with_its_people_and_gets_its_tally(
    oa_home: Home, zalo_oa: ZaloOaDoor, official: ZaloOaChannel
) -> None:
    silent = await oa_home.enrol("Lò Văn An")
    oa_home.later(days=8)
    hoa = await oa_home.enrol("Lò Thị Hoa")
    zalo_oa.says(hoa, "thanh toán 2")
    await zalo_oa.hears(hoa, "Đã ghi")
    filled = await made(oa_home, official)
    group = zalo_oa.fake.groups[filled.group.id]
    assert (group.name, group.members) == ("Tổ CĐS Tú Lệ", {hoa})
    assert (filled.invited, filled.silent) == (1, 1)
    assert silent not in group.members
    await zalo_oa.hears(group.id, OVERHEARD)
    (listed,) = await oa_groups.listed(official, oa_home.app.database, oa_home.app.clock)
    assert (listed.group.id, listed.place and listed.place.path) == (group.id, "Tú Lệ")
    zalo_oa.says(hoa, "vneid 3", group.id)
    await zalo_oa.hears(group.id, "Bản Lềnh")


async def test_the_clock_posts_into_the_group_that_was_made(
    oa_home: Home, zalo_oa: ZaloOaDoor, official: ZaloOaChannel
) -> None:
    hoa = await oa_home.enrol("Lò Thị Hoa")
    zalo_oa.says(hoa, "vneid 3")
    await zalo_oa.hears(hoa, "Đã ghi")
    group = (await made(oa_home, official)).group.id
    await zalo_oa.hears(group, OVERHEARD)
    await oa_home.strikes(monday_tally())
    await zalo_oa.hears(group, "TUẦN 47")


async def test_who_comes_later_is_invited_into_the_group_of_their_place(
    oa_home: Home, zalo_oa: ZaloOaDoor, official: ZaloOaChannel
) -> None:
    an = await oa_home.enrol("Lò Văn An")
    group = (await made(oa_home, official)).group.id
    hoa = await oa_home.enrol("Lò Thị Hoa")
    filled = await oa_groups.invited(official, oa_home.app.database, oa_home.app.clock, "Tú Lệ")
    assert (filled.group.id, filled.invited) == (group, 1)
    assert zalo_oa.fake.groups[group].members == {an, hoa}
    again = await oa_groups.invited(official, oa_home.app.database, oa_home.app.clock, "Tú Lệ")
    assert again.invited == 0


async def test_an_officer_is_not_told_to_add_us_where_nobody_can(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    zalo_oa.says(ha, "nhóm")
    (told,) = await zalo_oa.hears(ha, "Mã nhóm của xã Tú Lệ", "nhóm do chính OA lập")
    assert "thêm em vào nhóm" not in told.text
    assert len(told.text) <= 300


async def test_members_are_told_once_that_everything_reaches_us(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = zalo_oa.group("Tổ CĐS xã Tú Lệ", ha)
    zalo_oa.call(ha, "nhóm", group)
    await zalo_oa.hears(group, "Từ giờ nhóm này là của xã Tú Lệ", OVERHEARD)
    zalo_oa.call(ha, "nhóm Bản Lềnh", group)
    (again,) = await zalo_oa.hears(group, "Bản Lềnh")
    assert OVERHEARD not in again.text


async def test_what_is_no_command_leaves_no_trace(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = zalo_oa.group("Tổ CĐS xã Tú Lệ", ha)
    zalo_oa.says(ha, "Tối nay cỗ cưới nhà ông Páo nhé", group)
    zalo_oa.says(ha, "vneid 3", group)
    await zalo_oa.hears(group, "")
    postman = zalo_oa.fake.postman
    assert postman is not None
    assert {status for _, _, status in postman.answers} == {200}
    async with oa_home.app.database.read() as connection:
        kept = [body.decode() for body in (await connection.execute(select(journal.c.body))).scalars()]
    assert any("vneid 3" in body for body in kept)
    assert not any("cưới" in json.loads(body).get("message", {}).get("text", "") for body in kept)


async def test_a_mention_in_peoples_words_calls_nobody(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    """A lead writes to many; her words hold what would call everybody of the group."""
    ha = await oa_home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = zalo_oa.group("Tổ CĐS xã Tú Lệ", ha)
    zalo_oa.call(ha, "nhóm", group)
    await zalo_oa.hears(group, "xã Tú Lệ")
    await oa_home.enrol("Lò Văn An")
    zalo_oa.says(ha, f"thông báo Họp nhé [@{group}]")
    await zalo_oa.hears(ha, "1. ")
    for _ in range(3):  # to everybody of the commune; people and groups; yes
        zalo_oa.says(ha, "1")
        await zalo_oa.hears(ha, "")
    await zalo_oa.hears(group, f"Họp nhé (@{group}]")


@pytest.mark.parametrize(
    ("code", "line"),
    [(-237, "renew it"), (-238, "buy another"), (-241, "buy another"), (-403, "made itself"), (-224, "Tăng trưởng")],
)
async def test_a_refusal_is_one_line_that_says_what_to_do(
    oa_home: Home, zalo_oa: ZaloOaDoor, code: int, line: str
) -> None:
    app = oa_home.app
    zalo_oa.fake.breaks(Fault.REFUSED, "creategroupwithoa")
    zalo_oa.fake.refuses_with = code
    with pytest.raises(NotDone, match=line) as told:
        async with oa_groups.official(app.settings, app.vault, app.database, app.clock, "zalo-oa") as channel:
            await made(oa_home, channel)
    assert "\n" not in str(told.value)


async def test_a_package_without_openapi_is_named(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    app = oa_home.app
    await oa_home.enrol("Lò Văn An")
    zalo_oa.fake.switches.package = Package.BASIC
    with pytest.raises(NotDone, match="Tăng trưởng"):
        async with oa_groups.official(app.settings, app.vault, app.database, app.clock, "zalo-oa") as channel:
            await oa_groups.listed(channel, app.database, app.clock)


async def test_without_a_bought_place_nothing_is_made(
    oa_home: Home, zalo_oa: ZaloOaDoor, official: ZaloOaChannel
) -> None:
    await made(oa_home, official)
    with pytest.raises(NotDone, match="no free place"):
        await made(oa_home, official, unit="Bản Lềnh")
    assert len(zalo_oa.fake.groups) == 1


async def test_a_name_that_is_no_official_account_is_told_so(bot_home: Home) -> None:
    app = bot_home.app
    with pytest.raises(NotDone, match="no Official Account"):
        async with oa_groups.official(app.settings, app.vault, app.database, app.clock, "tule1"):
            pass


async def tocds(home: Home, *words: str) -> tuple[int, str, str]:
    """Type a command in a shell of its own, on the database of the house."""
    given = {name.upper(): str(value) for name, value in home.door.settings.items()}
    settings = home.app.settings
    where = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": str(settings.database_url)}
    env = {**os.environ, **given, **where}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_commands_list_make_and_fill(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    """Beside the running service, on its database."""
    zalo_oa.settings["database_url"] = oa_home.app.settings.database
    an = zalo_oa.fake.person("An")
    code, out, err = await tocds(
        oa_home, "channel", "create-group", "zalo-oa", "--unit", "Tú Lệ", "--members", an, "--json"
    )
    assert (code, err) == (0, "")
    group = json.loads(out)
    assert (group["unit"], group["invited"], zalo_oa.fake.groups[group["group"]].members) == ("Tú Lệ", 1, {an})
    code, out, err = await tocds(oa_home, "channel", "groups", "zalo-oa", "--json")
    assert json.loads(out) == [{"group": group["group"], "name": "Tổ CĐS Tú Lệ", "link": "", "unit": "Tú Lệ"}]
    hoa = zalo_oa.fake.person("Hoa")
    code, out, err = await tocds(oa_home, "channel", "invite-group", "zalo-oa", "--unit", "Tú Lệ", "--members", hoa)
    assert (code, zalo_oa.fake.groups[group["group"]].members) == (0, {an, hoa})
    code, out, err = await tocds(oa_home, "channel", "create-group", "zalo-oa", "--unit", "Bản Lềnh")
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "no free place" in err
