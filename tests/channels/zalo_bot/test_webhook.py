"""Events come in by webhook: from Zalo only, in every shape it has been seen in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_bot.channel import ZaloBotChannel
from handlers.messages import Incoming, Kind
from tests.channels.zalo_bot.conftest import NOW
from tests.fakes.zalo_bot import FakeZaloBot, Fault, Probe, Rules

SECRET = "s3cret-Word_1"


class Door:
    """A web server that does what the contract says of this address."""

    def __init__(self, channel: ZaloBotChannel, server: FakeZaloBot) -> None:
        self.heard: list[Any] = []
        self.probes = 0
        self.url = ""
        self._channel = channel
        self._server = server

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self._channel.is_probe(body):
            self.probes += 1
            return web.Response()
        if not self._channel.verify(request.headers, body):
            return web.Response(status=401)
        self.heard.append(json.loads(body))
        self._server.wake()
        return web.Response()

    def read(self) -> list[Incoming | None]:
        return [self._channel.read(payload) for payload in self.heard]


@pytest.fixture
async def door(channel: ZaloBotChannel, server: FakeZaloBot) -> AsyncIterator[Door]:
    door = Door(channel, server)
    app = web.Application()
    app.router.add_post("/webhook/zalo-bot/tule1", door.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/zalo-bot/tule1"
    yield door
    await runner.cleanup()


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("photo_field", ["photo", "photo_url"])
async def test_every_shape_of_an_event_is_understood(
    channel: ZaloBotChannel, server: FakeZaloBot, door: Door, wrapped: bool, photo_field: str
) -> None:
    server.switches.wrapped, server.switches.photo_field = wrapped, photo_field
    await channel.register(door.url, SECRET)
    server.says("an", "vneid 3")
    server.sends_photo("an", b"\xff\xd8\xff", "lớp tối qua")
    server.sends_sticker("an")
    server.sends_voice("an")
    server.sends_file("an")
    server.mentions("an", "nhóm Tú Lệ", "zgr-1")
    assert server.says("an", "ăn cơm chưa", "zgr-1") is None
    await server.wait_for(lambda: len(door.heard) == 6)
    read = [event for event in door.read() if event is not None]
    kinds = [Kind.TEXT, Kind.PICTURE, Kind.STICKER, Kind.VOICE, Kind.OTHER, Kind.TEXT]
    assert [event.kind for event in read] == kinds
    assert [event.text for event in read] == ["vneid 3", "lớp tối qua", "", "", "", "nhóm Tú Lệ"]
    assert [event.group for event in read] == [False] * 5 + [True]
    assert set(server.webhook_answers) == {200}


async def test_an_event_brought_twice_has_one_name(channel: ZaloBotChannel, server: FakeZaloBot, door: Door) -> None:
    server.switches.duplicates = 1
    await channel.register(door.url, SECRET)
    server.says("an", "vneid 3")
    await server.wait_for(lambda: len(door.heard) == 2)
    assert len({channel.identify(payload) for payload in door.heard}) == 1


@pytest.mark.parametrize("probe", [Probe.EMPTY, Probe.EMPTY_WITHOUT_SECRET, Probe.JSON])
async def test_zalos_own_try_of_the_address_succeeds(
    channel: ZaloBotChannel, server: FakeZaloBot, door: Door, caplog: pytest.LogCaptureFixture, probe: Probe
) -> None:
    server.switches.probe = probe
    await channel.register(door.url, "an-older-secret")
    await channel.register(door.url, SECRET)
    assert door.probes == (0 if probe is Probe.JSON else 2)
    assert [event for event in door.read() if event is not None] == []
    assert not [record for record in caplog.records if "webhook_unverified" in record.message]
    assert not channel.verify({"X-Bot-Api-Secret-Token": "an-older-secret"}, b"{}")


async def test_an_address_that_did_not_answer_is_kept_and_told_to_the_operator(
    channel: ZaloBotChannel, server: FakeZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    await channel.register("http://127.0.0.1:9/hook", SECRET)
    assert server.webhook["url"] == "http://127.0.0.1:9/hook"
    told = [record.message for record in caplog.records if "webhook_unverified" in record.message]
    assert told == ["action=webhook_unverified channel=zalo-bot account=tule1 outcome=webhook.err.conn"]


@pytest.mark.parametrize("deleting_nothing_fails", [False, True])
async def test_an_empty_address_removes_the_webhook_whether_there_is_one_or_not(
    channel: ZaloBotChannel, server: FakeZaloBot, door: Door, deleting_nothing_fails: bool
) -> None:
    server.switches.deleting_nothing_fails = deleting_nothing_fails
    await channel.register(door.url, SECRET)
    await channel.register("", "")
    await channel.register("", "")
    assert server.webhook == {}


@pytest.mark.parametrize("url", ["ftp://x", "http://xa.vn/hook", "https://10.0.0.1/hook", "https://hook.zalo.me/x"])
async def test_a_webhook_that_zalo_refuses_keeps_the_old_secret(channel: ZaloBotChannel, door: Door, url: str) -> None:
    await channel.register(door.url, SECRET)
    with pytest.raises(SendFailed) as caught:
        await channel.register(url, "another-secret")
    assert (caught.value.why, channel.secret) == (Why.MALFORMED, SECRET)
    assert not channel.verify({"X-Bot-Api-Secret-Token": "another-secret"}, b"{}")


async def test_after_an_unknown_outcome_both_secrets_are_believed(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.switches.probe = Probe.NONE
    await channel.register("https://xa.vn/hook", SECRET)
    server.breaks(Fault.DROP_AFTER, "setWebhook")
    with pytest.raises(SendFailed):
        await channel.register("https://xa.vn/hook", "another-secret")
    for secret, believed in ((SECRET, True), ("another-secret", True), ("a-third-secret", False)):
        assert channel.verify({"X-Bot-Api-Secret-Token": secret}, b"{}") is believed


async def test_the_daily_cap_is_heeded_until_morning(
    server: FakeZaloBot, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.rules = Rules(webhook_calls=0)
    now: list[datetime] = [NOW]
    monkeypatch.setattr(channel._webhook, "_now", lambda: now[0])
    for _ in range(3):
        with pytest.raises(SendFailed) as caught:
            await channel.register("https://xa.vn/hook", SECRET)
        assert (caught.value.why, caught.value.retryable) == (Why.QUOTA, True)
    assert server.calls["setWebhook"] == 1
    server.rules, now[0] = Rules(), NOW + timedelta(hours=15)
    await channel.register("https://xa.vn/hook", SECRET)


@pytest.mark.parametrize("secret", ["", "short", "x" * 257, "bí mật của xã"])
async def test_a_secret_of_another_length_is_not_even_asked_for(
    channel: ZaloBotChannel, server: FakeZaloBot, secret: str
) -> None:
    with pytest.raises(SendFailed):
        await channel.register("https://xa.vn/hook", secret)
    assert not server.calls


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"X-Bot-Api-Secret-Token": SECRET}, True),
        ({"x-bot-api-secret-token": SECRET}, True),
        ({"X-Bot-Api-Secret-Token": f"{SECRET} "}, False),
        ({"X-Bot-Api-Secret-Token": "bí mật \udcff"}, False),
        ({"X-Bot-Api-Secret-Token": ""}, False),
        ({"X-Telegram-Bot-Api-Secret-Token": SECRET}, False),
        ({}, False),
    ],
)
def test_only_the_right_secret_is_believed(server: FakeZaloBot, headers: dict[str, str], believed: bool) -> None:
    channel = ZaloBotChannel("tule1", 7, server.token, secret=SECRET)
    assert channel.verify(headers, b"{}") is believed
    assert ZaloBotChannel("tule1", 7, server.token).verify(headers, b"{}") is False


@pytest.mark.parametrize(("body", "probe"), [(b"", True), (b" \r\n", True), (b"{}", False), (b"0", False)])
def test_only_an_empty_body_is_a_try(channel: ZaloBotChannel, body: bytes, probe: bool) -> None:
    assert channel.is_probe(body) is probe
