"""Updates come in, by question or by webhook; nothing is forgotten and nothing stops the asking."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.channels.base import SendFailed, Why
from bot.channels.patience import Patience
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.incoming import ALLOWED_UPDATES
from tests.fakes.telegram import FakeTelegram, Fault


class Journal:
    """Keeps what it is given, or refuses a number of times first."""

    def __init__(self, server: FakeTelegram, refusals: int = 0) -> None:
        self.lines: list[str] = []
        self.batches = 0
        self._server = server
        self._refusals = refusals

    async def take(self, raw: list[bytes]) -> None:
        self.batches += 1
        self._server.wake()
        if self._refusals:
            self._refusals -= 1
            raise ConnectionError("the database is away")
        self.lines += [json.loads(event)["message"]["text"] for event in raw]

    def holds(self, *lines: str) -> Callable[[], bool]:
        return lambda: self.lines == list(lines)


@contextlib.asynccontextmanager
async def asking(channel: TelegramChannel, journal: Journal) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(channel.poll(journal.take))
        yield
        assert not poll.done()
        poll.cancel()


async def test_what_people_say_reaches_the_journal_once(channel: TelegramChannel, server: FakeTelegram) -> None:
    journal = Journal(server)
    server.says(1001, "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"))
        server.says(1001, "dvc 2")
        server.says(1001, "sửa dvc 4")
        await server.wait_for(lambda: len(journal.lines) == 3)
        await server.wait_for(lambda: not server.updates)
    assert journal.lines == ["vneid 3", "dvc 2", "sửa dvc 4"]
    assert server.wants == set(ALLOWED_UPDATES)


async def test_while_the_journal_is_away_the_updates_stay_with_telegram(
    channel: TelegramChannel, server: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(server, refusals=4)
    server.says(1001, "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(lambda: journal.batches >= 2)
        assert len(server.updates) == 1
        await server.wait_for(journal.holds("vneid 3"))
    assert journal.batches == 5
    assert [record.message for record in caplog.records if "journal:ConnectionError" in record.message][1:] == [
        "action=poll_well channel=telegram account=telegram after=journal:ConnectionError"
    ]


async def test_a_webhook_left_by_somebody_is_taken_away_first(channel: TelegramChannel, server: FakeTelegram) -> None:
    server.webhook = {"url": "https://old.example/hook"}
    journal = Journal(server)
    server.says(1001, "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"))
    assert server.webhook == {}
    assert not server.refused


async def test_a_webhook_set_while_asking_is_taken_away_again(channel: TelegramChannel, server: FakeTelegram) -> None:
    journal = Journal(server)
    async with asking(channel, journal):
        await server.wait_for(lambda: server.calls["getupdates"] >= 1)
        server.webhook = {"url": "https://old.example/hook"}
        await server.wait_for(lambda: not server.webhook)
        server.says(1001, "vneid 3")
        await server.wait_for(journal.holds("vneid 3"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault.BAD_GATEWAY, Fault.GARBAGE, Fault.ODD, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.CONFLICT,
        Fault.SLOW,
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["", "getUpdates"])
async def test_an_ill_server_is_asked_again_and_complained_of_once(
    channel: TelegramChannel,
    server: FakeTelegram,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    method: str,
) -> None:
    journal = Journal(server)
    server.breaks(fault, method, times=4)
    server.slowness = 0.1
    server.says(1001, "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"), 8)
    complaints = [record for record in caplog.records if "poll_trouble" in record.message]
    assert len(complaints) == (0 if fault is Fault.SLOW else 1)
    assert all(record.exc_info is None for record in caplog.records if record.levelno >= logging.INFO)


async def test_asking_starts_before_telegram_is_there(server: FakeTelegram, channel: TelegramChannel) -> None:
    server.breaks(Fault.DROP_BEFORE)
    journal = Journal(server)
    async with asking(channel, journal):
        await server.wait_for(lambda: server.calls["getme"] >= 3)
        server.mends()
        server.says(1001, "vneid 3")
        await server.wait_for(journal.holds("vneid 3"))


async def test_after_a_silent_week_telegram_may_number_anew(server: FakeTelegram) -> None:
    now = datetime(2026, 2, 9, tzinfo=UTC)
    times = {"now": now}
    channel = TelegramChannel(
        "telegram",
        7,
        server.token,
        server.url,
        now=lambda: times["now"],
        patience=Patience("telegram", "telegram", 0.01, 0.05),
        poll_wait=1,
    )
    await channel.open()
    journal = Journal(server)
    async with asking(channel, journal):
        server.says(1001, "trước Tết")
        await server.wait_for(journal.holds("trước Tết"))
        await server.wait_for(lambda: not server.updates)
        times["now"] = now + timedelta(days=8)
        asked = server.calls["getupdates"]
        await server.wait_for(lambda: server.calls["getupdates"] >= asked + 2)
        server.updates.append({"update_id": 17, "message": {"text": "sau Tết"}})
        server.wake()
        await server.wait_for(journal.holds("trước Tết", "sau Tết"))
    await channel.close()


async def test_a_server_that_never_keeps_a_question_open_is_not_run_over(
    channel: TelegramChannel, server: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing_new(*_: object) -> list[object]:
        return []

    monkeypatch.setattr(server, "_get_updates", nothing_new)
    async with asking(channel, Journal(server)):
        await server.wait_for(lambda: server.calls["getupdates"] >= 1)
        with pytest.raises(TimeoutError):
            await server.wait_for(lambda: server.calls["getupdates"] > 4, 0.7)


def test_waits_grow_and_are_never_shorter_than_asked() -> None:
    patience = Patience("telegram", "telegram", first=1.0, longest=60.0)
    waits = [patience.lost("network") for _ in range(10)]
    assert waits[0] <= 1.0
    assert all(45 <= wait <= 60 for wait in waits[6:])
    assert patience.lost("rate:429", asked=300) == 300
    patience.well()
    assert patience.lost("network") <= 1.0


# ---- webhook


class Door:
    """A web server that believes only what the channel verifies."""

    def __init__(self, channel: TelegramChannel, server: FakeTelegram) -> None:
        self.heard: list[Any] = []
        self._channel = channel
        self._server = server

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._channel.verify(request.headers, body):
            return web.Response(status=401)
        self.heard.append(json.loads(body))
        self._server.wake()
        return web.Response()


@pytest.fixture
async def door(channel: TelegramChannel, server: FakeTelegram) -> AsyncIterator[tuple[Door, str]]:
    door = Door(channel, server)
    app = web.Application()
    app.router.add_post("/webhook/telegram/telegram", door.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield door, f"http://127.0.0.1:{runner.addresses[0][1]}/webhook/telegram/telegram"
    await runner.cleanup()


async def test_a_registered_webhook_is_delivered_with_its_secret(
    channel: TelegramChannel, server: FakeTelegram, door: tuple[Door, str]
) -> None:
    await channel.register(door[1], "s3cret-Word_1")
    server.says(1001, "vneid 3")
    await server.wait_for(lambda: bool(door[0].heard))
    incoming = channel.read(door[0].heard[0])
    assert incoming is not None
    assert incoming.text == "vneid 3"
    assert json.loads(server.webhook["allowed_updates"]) == list(ALLOWED_UPDATES)


async def test_with_another_secret_nothing_comes_in_and_nothing_is_lost(
    channel: TelegramChannel, server: FakeTelegram, door: tuple[Door, str]
) -> None:
    await channel.register(door[1], "s3cret-Word_1")
    channel.secret = "another"
    server.says(1001, "vneid 3")
    await server.wait_for(lambda: 401 in server.webhook_answers)
    assert not door[0].heard
    channel.secret = "s3cret-Word_1"
    await server.wait_for(lambda: bool(door[0].heard))


async def test_an_empty_address_removes_the_webhook(
    channel: TelegramChannel, server: FakeTelegram, door: tuple[Door, str]
) -> None:
    await channel.register(door[1], "s3cret")
    await channel.register("", "")
    assert server.webhook == {}


async def test_a_webhook_that_telegram_refuses_keeps_the_old_secret(channel: TelegramChannel) -> None:
    channel.secret = "old"
    with pytest.raises(SendFailed) as caught:
        await channel.register("ftp://x", "new")
    assert caught.value.why is Why.MALFORMED
    assert channel.secret == "old"


@pytest.mark.parametrize(
    ("headers", "believed"),
    [
        ({"X-Telegram-Bot-Api-Secret-Token": "s3cret"}, True),
        ({"x-telegram-bot-api-secret-token": "s3cret"}, True),
        ({"X-Telegram-Bot-Api-Secret-Token": "s3cret "}, False),
        ({"X-Telegram-Bot-Api-Secret-Token": "bí mật \udcff"}, False),
        ({"X-Telegram-Bot-Api-Secret-Token": ""}, False),
        ({}, False),
    ],
)
def test_only_the_right_secret_is_believed(channel: TelegramChannel, headers: dict[str, str], believed: bool) -> None:
    channel.secret = "s3cret"
    assert channel.verify(headers, b"{}") is believed
    channel.secret = ""
    assert channel.verify(headers, b"{}") is False
