"""The channel writes to a strict Telegram: what arrives, and what a failure is called."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.channels.base import Acknowledges, Button, Channel, Part, SendFailed, Why
from bot.channels.telegram.channel import TelegramChannel, vendor_id
from bot.lane import Lane
from bot.pacing import Pacer
from handlers.messages import PictureRef
from tests.channels.telegram.conftest import channel_to
from tests.fakes.telegram import FakeTelegram, Fault, Refusal, Rules, Standing

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


def line(text: str = "Đã ghi", chat: str = "1001", **more: object) -> Part:
    return Part(chat, chat.startswith("-"), text, **more)  # type: ignore[arg-type]


async def failing(channel: TelegramChannel, part: Part) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(part)
    return caught.value


def test_it_is_a_channel(channel: TelegramChannel) -> None:
    promised: Channel = channel
    assert promised.name == "telegram"
    assert isinstance(channel, Acknowledges)


async def test_a_text_with_buttons_arrives(channel: TelegramChannel, server: FakeTelegram) -> None:
    message_id = await channel.send(line("Bác An_*[<&> đồng ý không ạ?", buttons=(Button("1. Có", "q:1"),)))
    sent = server.sent_to(1001)[0]
    assert (message_id, sent.text, sent.parse_mode) == (str(sent.message_id), "Bác An_*[<&> đồng ý không ạ?", "")
    assert sent.buttons == (("1. Có", "q:1"),)


async def test_a_picture_arrives_whole_with_its_words(channel: TelegramChannel, server: FakeTelegram) -> None:
    await channel.send(line("Tuần 47", "-4001", picture=PNG))
    sent = server.sent_to(-4001)[0]
    assert (sent.photo, sent.text) == (PNG, "Tuần 47")


async def test_the_longest_text_arrives_and_a_longer_one_is_our_mistake(channel: TelegramChannel) -> None:
    assert await channel.send(line("ế" * 4096))
    failed = await failing(channel, line("😀" * 2049))
    assert (failed.why, failed.retryable) == (Why.MALFORMED, False)


async def test_a_stranger_a_blocker_and_a_silent_group_are_told_apart(
    channel: TelegramChannel, server: FakeTelegram
) -> None:
    server.person(1002, "Hoa")
    server.blocks(1002)
    server.group(-4002)
    server.stands(-4002, 1001, Standing.RESTRICTED)
    server.group(-4003)
    server.stands(-4003, 1001, Standing.KICKED)
    found = [(await failing(channel, line(chat=chat))).why for chat in ("999", "1002", "-4002", "-4003")]
    assert found == [Why.CHAT_GONE, Why.BLOCKED, Why.NO_RIGHTS, Why.CHAT_GONE]


async def test_a_refusal_in_a_new_wording_closes_a_group_and_not_a_person(
    channel: TelegramChannel, server: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(chat: str) -> None:
        raise Refusal(403, "Forbidden: the chat is asleep")

    monkeypatch.setattr(server, "writable", closed)
    assert (await failing(channel, line(chat="1001"))).why is Why.BLOCKED
    assert (await failing(channel, line(chat="-4001"))).why is Why.CHAT_GONE


async def test_a_group_that_became_a_supergroup_says_where_it_is(
    channel: TelegramChannel, server: FakeTelegram
) -> None:
    server.upgrades(-4001, by=1001, to=-1001900000001)
    failed = await failing(channel, line(chat="-4001"))
    assert (failed.why, failed.moved_to) == (Why.MOVED, "-1001900000001")
    assert await channel.send(line(chat=failed.moved_to))


async def test_an_unpaced_flood_is_stopped_and_the_wait_is_for_everyone() -> None:
    async with FakeTelegram(Rules(per_second=3)) as strict:
        channel = channel_to(strict)
        await channel.open()
        for user in range(4):
            strict.person(user + 1)
        for user in range(3):
            await channel.send(line(chat=str(user + 1)))
        failed = await failing(channel, line(chat="4"))
        assert (failed.why, failed.retry_after, failed.whole_account) == (Why.RATE, 1.0, True)
        await channel.close()


ILLNESSES = [
    (Fault.BAD_GATEWAY, Why.VENDOR, False, 0),
    (Fault.GARBAGE, Why.VENDOR, False, 0),
    (Fault.ODD, Why.VENDOR, True, 1),
    (Fault.UNAUTHORISED, Why.UNAUTHORISED, False, 0),
    (Fault.FLOOD, Why.RATE, False, 0),
    (Fault.SLOW, Why.NETWORK, True, 1),
    (Fault.DROP_AFTER, Why.NETWORK, True, 1),
    (Fault.DROP_BEFORE, Why.NETWORK, True, 0),
]


@pytest.mark.parametrize(("fault", "why", "maybe", "arrived"), ILLNESSES)
async def test_an_ill_server_is_tried_again_later(
    channel: TelegramChannel, server: FakeTelegram, fault: Fault, why: Why, maybe: bool, arrived: int
) -> None:
    server.slowness = 1.3
    server.breaks(fault, "sendMessage")
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable, failed.maybe_sent) == (why, True, maybe)
    assert len(server.sent) == arrived
    server.mends()
    assert await channel.send(line())


async def test_nobody_leads_the_channel_and_its_token_elsewhere(channel: TelegramChannel, server: FakeTelegram) -> None:
    server.breaks(Fault.REDIRECT, "sendMessage")
    assert (await failing(channel, line())).why is Why.VENDOR
    assert server.calls["getme"] == 0


async def test_a_server_that_is_away_was_not_written_to(server: FakeTelegram) -> None:
    channel = channel_to(server, "http://127.0.0.1:9")
    await channel.open()
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.NETWORK, True, False)
    await channel.close()
    assert (await failing(channel, line())).why is Why.NETWORK


async def test_thirty_at_once_are_answered_over_kept_connections(
    channel: TelegramChannel, server: FakeTelegram
) -> None:
    for user in range(2000, 2030):
        server.person(user)
    await asyncio.gather(*(channel.send(line(chat=str(user))) for user in range(2000, 2030)))
    assert len(server.sent) == 30
    assert server.floods == 0


async def test_the_paced_channel_meets_no_429_on_the_strictest_server() -> None:
    async with FakeTelegram(Rules(chat_burst=1), latency=lambda: 0.005) as strict:
        channel = channel_to(strict)
        await channel.open()
        lane: Lane[Part] = Lane(Pacer(channel.limits))
        for user in range(1, 91):
            strict.person(user)
            lane.put(line(chat=str(user)), str(user))
        started = time.monotonic()
        async with asyncio.TaskGroup() as senders:
            while len(lane):
                ticket = await lane.take()

                async def deliver(ticket: object = ticket) -> None:
                    with ticket:  # type: ignore[attr-defined]
                        await channel.send(ticket.item)  # type: ignore[attr-defined]

                senders.create_task(deliver())
        assert (len(strict.sent), strict.floods) == (90, 0)
        assert time.monotonic() - started < 4
        await channel.close()


async def test_a_tap_stops_waiting_and_a_late_one_troubles_nobody(
    channel: TelegramChannel, server: FakeTelegram
) -> None:
    await channel.send(line("Có không ạ?", buttons=(Button("1. Có", "q:1"),)))
    update = server.taps(1001, "1. Có")
    await channel.acknowledge([update, server.says(1001, "1"), {"callback_query": {"id": "long-gone"}}, {}])
    assert server.answered_taps == [update["callback_query"]["id"]]


async def test_a_picture_somebody_sent_is_fetched(channel: TelegramChannel, server: FakeTelegram) -> None:
    incoming = channel.read(server.sends_photo(1001, JPEG, "lớp tối qua"))
    assert incoming is not None
    assert await channel.fetch(incoming.pictures[0]) == (JPEG, "image/jpeg")


BAD_FILES = [
    ("a page instead of a picture", b"<html>", Why.MALFORMED),
    ("eleven megabytes", b"\xff\xd8\xff" + bytes(11 * 1024 * 1024), Why.MALFORMED),
    ("nothing", b"", Why.MALFORMED),
]


@pytest.mark.parametrize(("content", "why"), [row[1:] for row in BAD_FILES], ids=[row[0] for row in BAD_FILES])
async def test_what_is_not_a_picture_of_sane_size_is_refused(
    channel: TelegramChannel, server: FakeTelegram, content: bytes, why: Why
) -> None:
    server.files["f"] = content
    with pytest.raises(SendFailed) as caught:
        await channel.fetch(PictureRef(file_id="f"))
    assert (caught.value.why, caught.value.retryable) == (why, False)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/var/lib/f.jpg", "http://evil.vn/f.jpg", "a/%2e%2e/b", "", 5])
async def test_a_picture_is_fetched_from_the_api_only(
    channel: TelegramChannel, server: FakeTelegram, monkeypatch: pytest.MonkeyPatch, path: object
) -> None:
    server.files["f"] = JPEG

    async def elsewhere(*_: object) -> dict[str, object]:
        return {"file_id": "f", "file_path": path}

    monkeypatch.setattr(server, "_get_file", elsewhere)
    with pytest.raises(SendFailed, match="no place"):
        await channel.fetch(PictureRef(file_id="f"))


async def test_a_picture_of_another_channel_is_not_looked_for(channel: TelegramChannel, server: FakeTelegram) -> None:
    with pytest.raises(SendFailed):
        await channel.fetch(PictureRef(url="https://elsewhere.vn/a.jpg"))
    assert not server.calls


async def test_an_invitation_links_to_the_bot_once_its_name_is_known(
    channel: TelegramChannel, server: FakeTelegram
) -> None:
    assert channel.profile_link("123456") == ""
    assert await channel.meet() == await channel.meet() == "tocds_test_bot"
    assert channel.profile_link("123456") == "https://t.me/tocds_test_bot?start=123456"
    assert server.calls["getme"] == 1


def test_the_account_is_known_by_the_digits_of_its_token() -> None:
    assert vendor_id("8101:AAF-x") == "8101"


@pytest.mark.parametrize("token", ["", "8101", ":x", "8101:", "abc:secretpart", "８１:x"])
def test_a_token_of_another_shape_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(ValueError, match="123456:letters") as caught:
        vendor_id(token)
    assert not token or token not in str(caught.value)
