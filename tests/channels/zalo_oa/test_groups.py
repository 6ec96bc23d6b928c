"""Groups that the account makes: bought places, first members, lists longer than a page."""

from __future__ import annotations

import pytest

from bot.channels.base import Part, SendFailed, Why
from bot.channels.zalo_oa.channel import ZaloOaChannel
from handlers.messages import Kind
from tests.fakes.zalo_oa import FakeZaloOa


async def test_a_commune_gets_a_group_and_its_tally(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an, hoa = server.person("An"), server.person("Hoa")
    (asset,) = await channel.groups.assets()
    group = await channel.groups.create("Tổ CĐS xã Tú Lệ", "Tuần nào cũng có số", asset, [an, hoa])
    assert server.groups[group.id].members == {an, hoa}
    assert group.link.startswith("https://zalo.me/g/")
    await channel.send(Part(group.id, True, "Tuần 47: 9/9 thôn"))
    assert server.heard(group.id) == ["Tuần 47: 9/9 thôn"]
    assert await channel.groups.assets() == ()


async def test_the_new_group_is_heard_of_as_an_event(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    (asset,) = await channel.groups.assets()
    group = await channel.groups.create("Tú Lệ", "", asset, [])
    incoming = channel.read(server.events[-1])
    assert incoming is not None
    assert (incoming.kind, incoming.chat, incoming.group) == (Kind.BOT_ADDED, group.id, True)


async def test_a_place_that_is_used_already_makes_no_second_group(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    (asset,) = await channel.groups.assets()
    await channel.groups.create("Tú Lệ", "", asset, [])
    with pytest.raises(SendFailed, match="-238") as caught:
        await channel.groups.create("Nậm Búng", "", asset, [])
    assert caught.value.why is Why.MALFORMED


@pytest.mark.parametrize("name", ["", "   ", "T" * 31])
async def test_a_name_that_zalo_would_refuse_is_not_tried(
    channel: ZaloOaChannel, server: FakeZaloOa, name: str
) -> None:
    with pytest.raises(SendFailed, match="1 to 30"):
        await channel.groups.create(name, "", "asset-gmf100-1", [])
    assert not server.groups


async def test_a_hundred_first_members_are_one_too_many(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    with pytest.raises(SendFailed, match="99"):
        await channel.groups.create("Tú Lệ", "", "asset-gmf100-1", [server.person() for _ in range(100)])


@pytest.mark.parametrize("number", [0, 1, 50, 120])
async def test_all_groups_are_listed(channel: ZaloOaChannel, server: FakeZaloOa, number: int) -> None:
    made = [server.group(f"Xã {one}") for one in range(number)]
    assert [(group.id, group.name) for group in await channel.groups.every()] == [
        (group, f"Xã {one}") for one, group in enumerate(made)
    ]
