"""Through the real web door: signed events are journaled at once, whatever happens behind; everything else is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.journaling import Journal, JournalUnavailable
from bot.web.server import Server
from bot.web.webhooks import MOST, Webhooks
from storage import journal
from storage.engine import Database
from tests.fakes.zalo_oa import FakeZaloOa
from tests.fakes.zalo_oa_post import sign
from tests.fakes.zalo_oa_town import raw


class Door:
    """The webhook's door of one account, with a real journal behind it."""

    def __init__(self, channel: ZaloOaChannel, database: Database, server: FakeZaloOa) -> None:
        self._channel, self._database = channel, database
        self._journal = Journal(database, server.clock)
        self.shut = False
        self.url = ""

    async def __aenter__(self) -> Door:
        self._writer = asyncio.ensure_future(self._journal.run())
        webhooks = Webhooks(self._find, self._keep, lambda channel, payload: None)
        app = web.Application(client_max_size=MOST)
        app.add_routes(webhooks.routes())
        self._server = Server(app, webhooks, "127.0.0.1", 0)
        await self._server.start()
        self.url = f"http://127.0.0.1:{self._server.port}/webhook/zalo-oa/oa"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await self._server.stop()

    async def waiting(self) -> list[journal.Event]:
        async with self._database.read() as connection:
            return await journal.waiting(connection, 99)

    def _find(self, channel: str, account: str) -> Any:
        return self._channel if (channel, account) == ("zalo-oa", "oa") else None

    async def _keep(self, channel: Any, events: list[journal.Event]) -> None:
        if self.shut:
            raise JournalUnavailable("away")
        await self._journal.append(events)


@pytest.fixture
async def door(channel: ZaloOaChannel, database: Database, server: FakeZaloOa) -> AsyncIterator[Door]:
    async with Door(channel, database, server) as opened:
        yield opened


async def test_what_people_write_is_journaled_once_though_it_comes_twice(door: Door, server: FakeZaloOa) -> None:
    postman = server.delivers_to(door.url)
    an = server.person("An")
    event = server.says(an, "vneid 3")
    server.follows(an)
    await server.wait_for(lambda: len(postman.answers) == 2)
    await postman.deliver(event)
    assert [status for _, _, status in postman.answers] == [200, 200, 200]
    kept = await door.waiting()
    assert sorted(one.event_id.partition(":")[0] for one in kept) == ["follow", "user_send_text"]


async def test_what_could_not_be_kept_comes_again_by_zalos_ladder(door: Door, server: FakeZaloOa) -> None:
    postman = server.delivers_to(door.url)
    door.shut = True
    server.says(server.person(), "vneid 3")
    await server.wait_for(lambda: len(postman.answers) == 2)
    door.shut = False
    await server.wait_for(lambda: postman.answers[-1][2] == 200)
    tries = [retry for _, retry, _ in postman.answers]
    assert tries == list(range(len(tries)))
    assert not postman.disabled
    assert len(await door.waiting()) == 1


async def test_a_forged_letter_is_turned_away_and_kept_nowhere(door: Door, server: FakeZaloOa) -> None:
    server.switches.signed_with = "app"
    event = server.says(server.person(), "vneid 3")
    forged = sign(server, event, raw(event))
    async with ClientSession() as session:
        for headers, body in ((forged, raw(event)), ({}, raw(event)), ({}, b""), ({}, b"{")):
            async with session.post(door.url, data=body, headers=headers) as response:
                assert response.status == 401
    assert not await door.waiting()


async def test_what_is_no_plain_letter_goes_by_the_router(door: Door, server: FakeZaloOa) -> None:
    event = server.says(server.person(), "vneid 3")
    signed = sign(server, event, raw(event))
    async with ClientSession() as session:
        async with session.get(door.url) as looked:
            assert looked.status == 405
        async with session.post(door.url + "/further", data=raw(event), headers=signed) as lost:
            assert lost.status == 404
        async with session.post(door.url, data=raw(event), headers=signed, expect100=True) as asked_first:
            assert asked_first.status == 200
    assert len(await door.waiting()) == 1


async def test_zalo_gives_up_on_a_door_that_never_opens(door: Door, server: FakeZaloOa) -> None:
    server.switches.retry_scale = 1e-6
    postman = server.delivers_to(door.url + "-elsewhere")
    server.says(server.person(), "vneid 3")
    await server.wait_for(lambda: postman.disabled)
    assert [status for _, _, status in postman.answers] == [404] * 6


async def test_a_signed_event_behind_a_slow_vendor_is_answered_in_time(
    door: Door, server: FakeZaloOa, channel: ZaloOaChannel
) -> None:
    server.oauth.gate.clear()
    asking = asyncio.ensure_future(channel.tokens.current())
    await server.oauth.reached.wait()
    postman = server.delivers_to(door.url)
    server.switches.deadline = 0.5
    server.says(server.person(), "vneid 3")
    await server.wait_for(lambda: bool(postman.answers))
    assert postman.answers == [("user_send_text", 0, 200)]
    server.oauth.gate.set()
    await asking
