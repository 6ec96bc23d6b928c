"""Events come in by question: one at a time, none lost, none twice, and nothing stops the asking."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable

import pytest

from bot.channels.zalo_bot.channel import ZaloBotChannel
from tests.channels.zalo_bot.conftest import NOW, channel_to
from tests.fakes.zalo_bot import FREE, FakeZaloBot, Fault, Rules


class Journal:
    """Keeps what it is given, or refuses a number of times first."""

    def __init__(self, server: FakeZaloBot, refusals: int = 0) -> None:
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
async def asking(channel: ZaloBotChannel, journal: Journal) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        poll = group.create_task(channel.poll(journal.take))
        yield
        assert not poll.done()
        poll.cancel()


@pytest.mark.parametrize("replay", [False, True])
async def test_what_people_say_reaches_the_journal_once_even_if_it_comes_again_and_again(
    channel: ZaloBotChannel, server: FakeZaloBot, replay: bool
) -> None:
    server.switches.replay = replay
    journal = Journal(server)
    server.says("an", "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"))
        server.says("an", "dvc 2")
        server.says("an", "sửa dvc 4")
        await server.wait_for(lambda: len(journal.lines) >= 3)
        asked = server.calls["getUpdates"]
        if replay:
            await server.wait_for(lambda: server.calls["getUpdates"] >= asked + 3)
    assert journal.lines == ["vneid 3", "dvc 2", "sửa dvc 4"]
    assert journal.batches == 3
    assert not [refusal for refusal in server.refused if refusal[1] == 429]


@pytest.mark.parametrize("idle", ["200", "408", "{}", "bare"])
@pytest.mark.parametrize(("spelling", "as_text"), [("error_code", False), ("errorCode", True)])
async def test_nothing_new_is_no_trouble_however_it_is_told(
    server: FakeZaloBot, caplog: pytest.LogCaptureFixture, idle: str, spelling: str, as_text: bool
) -> None:
    server.switches.idle, server.switches.code_spelling, server.switches.codes_as_text = idle, spelling, as_text
    channel = ZaloBotChannel(
        "tule1", 7, server.token, server.url, now=lambda: NOW, answer_within=1, poll_wait=0, poll_pause=0.03
    )
    await channel.open()
    journal = Journal(server)
    async with asking(channel, journal):
        await server.wait_for(lambda: server.calls["getUpdates"] >= 3)
        server.says("an", "vneid 3")
        await server.wait_for(journal.holds("vneid 3"))
    assert not [record for record in caplog.records if "poll_trouble" in record.message]
    assert journal.batches == 1
    await channel.close()


async def test_while_the_journal_is_away_the_event_is_held_and_no_other_is_asked_for(
    channel: ZaloBotChannel, server: FakeZaloBot, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(server, refusals=4)
    server.says("an", "vneid 3")
    server.says("an", "dvc 2")
    async with asking(channel, journal):
        await server.wait_for(lambda: journal.batches >= 3)
        assert server.calls["getUpdates"] == 1
        await server.wait_for(journal.holds("vneid 3", "dvc 2"))
    assert [record.message for record in caplog.records if "journal:ConnectionError" in record.message][1:] == [
        "action=poll_well channel=zalo-bot account=tule1 after=journal:ConnectionError"
    ]


@pytest.mark.parametrize("deleting_nothing_fails", [False, True])
async def test_a_webhook_left_by_somebody_is_taken_away_first_and_later(
    channel: ZaloBotChannel, server: FakeZaloBot, deleting_nothing_fails: bool
) -> None:
    server.switches.deleting_nothing_fails = deleting_nothing_fails
    server.webhook = {"url": "https://old.example/hook", "updated_at": 1}
    journal = Journal(server)
    server.says("an", "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"))
        server.webhook = {"url": "https://old.example/hook", "updated_at": 1}
        server.says("an", "dvc 2")
        await server.wait_for(lambda: not server.webhook)
        await server.wait_for(journal.holds("vneid 3", "dvc 2"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault.BAD_GATEWAY, Fault.PAGE, Fault.DROP_BEFORE, Fault.TOO_FAST, Fault.QUOTA, Fault.UNAUTHORISED,
        Fault.INTERNAL, Fault.INDISCREET,
    ],
)  # fmt: skip
async def test_an_ill_server_is_asked_again_and_complained_of_once(
    channel: ZaloBotChannel, server: FakeZaloBot, caplog: pytest.LogCaptureFixture, fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("TOO_FAST_WAIT", "UNAUTHORISED_WAIT"):
        monkeypatch.setattr(f"bot.channels.zalo_bot.refusals.{name}", 0.01)
    journal = Journal(server)
    server.breaks(fault, times=4)
    server.says("an", "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(journal.holds("vneid 3"))
    complaints = [record for record in caplog.records if "poll_trouble" in record.message]
    assert len(complaints) == 1
    assert all(record.exc_info is None for record in caplog.records if record.levelno >= logging.INFO)


async def test_two_askers_of_one_account_take_turns(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    first, second = Journal(server), Journal(server)
    async with asking(channel, first), asking(channel, second):
        await server.wait_for(lambda: server.calls["getUpdates"] >= 1)
        with pytest.raises(TimeoutError):  # the first question is kept open for a second
            await server.wait_for(lambda: server.calls["getUpdates"] > 1, 0.2)
        for line in ("vneid 3", "dvc 2"):
            server.says("an", line)
        await server.wait_for(first.holds("vneid 3", "dvc 2"))
    assert second.batches == 0


async def test_a_server_that_answers_at_once_is_asked_once_a_pause() -> None:
    async with FakeZaloBot(FREE) as server:
        server.switches.replay = True
        server.says("an", "vneid 3")
        channel = channel_to(server, pause=0.1)
        await channel.open()
        journal = Journal(server)
        began = time.monotonic()
        async with asking(channel, journal):
            await server.wait_for(lambda: server.calls["getUpdates"] >= 4)
        assert time.monotonic() - began >= 0.3
        await channel.close()


async def test_a_second_between_questions_is_what_the_gate_wants(server: FakeZaloBot) -> None:
    server.rules = Rules(poll_gap=1.0)
    channel = ZaloBotChannel("tule1", 7, server.token, server.url, now=lambda: NOW, poll_wait=1)
    await channel.open()
    journal = Journal(server)
    server.says("an", "vneid 3")
    async with asking(channel, journal):
        await server.wait_for(lambda: server.calls["getUpdates"] >= 2)
    assert not [refusal for refusal in server.refused if refusal[1] == 429]
    await channel.close()
