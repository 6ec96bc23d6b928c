"""The channel writes to a strict Zalo: what arrives, and what a failure is called."""

from __future__ import annotations

import pytest

from bot.channels.base import Acknowledges, Button, Channel, Part, Probed, SendFailed, Why
from bot.channels.zalo_bot.channel import ZaloBotChannel, vendor_id
from bot.channels.zalo_bot.judging import MOST_LOST
from tests.channels.zalo_bot.conftest import channel_to
from tests.fakes.zalo_bot import FakeZaloBot, Fault, Rules

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


def line(text: str = "Đã ghi", chat: str = "an", **more: object) -> Part:
    return Part(chat, chat.startswith("zgr-"), text, **more)  # type: ignore[arg-type]


async def failing(channel: ZaloBotChannel, part: Part) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(part)
    assert caught.value.__context__ is None
    return caught.value


def test_it_is_a_channel(channel: ZaloBotChannel) -> None:
    promised: Channel = channel
    assert promised.name == "zalo-bot"
    assert isinstance(channel, Probed)
    assert not isinstance(channel, Acknowledges)


async def test_a_text_arrives_plain_and_nothing_unknown_is_sent_along(
    channel: ZaloBotChannel, server: FakeZaloBot
) -> None:
    message_id = await channel.send(line("Bác An_*{<&> đồng ý?\n1. Có", buttons=(Button("1. Có", "q:1"),)))
    sent = server.sent_to("an")[0]
    assert (message_id, sent.text, sent.parse_mode) == (sent.message_id, "Bác An_*{<&> đồng ý?\n1. Có", "")
    assert not server.flagged


async def test_the_longest_text_arrives(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    assert await channel.send(line("ế" * 2000))
    assert await channel.send(line("😀" * 1000, "zgr-1"))
    assert not server.refused


async def test_a_picture_is_fetched_by_zalo_from_its_public_address(
    channel: ZaloBotChannel, server: FakeZaloBot
) -> None:
    server.files["week47.png"] = PNG
    await channel.send(line("Tuần 47", "zgr-1", picture=PNG, picture_url=f"{server.url}/photos/week47.png"))
    await channel.send(line("", "zgr-1", picture=PNG, picture_url=f"{server.url}/photos/week47.png"))
    first, second = server.sent_to("zgr-1")
    assert (first.photo, first.text) == (PNG, "Tuần 47")
    assert "caption" not in second.fields


async def test_a_picture_that_zalo_cannot_fetch_is_the_pictures_fault(
    channel: ZaloBotChannel, server: FakeZaloBot
) -> None:
    failed = await failing(channel, line("Tuần 47", picture_url=f"{server.url}/photos/away.png"))
    assert (failed.why, failed.retryable) == (Why.MALFORMED, False)
    assert server.calls["sendChatAction"] == 0


async def test_without_a_public_address_the_words_go_alone(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    await channel.send(line("Tuần 47", picture=PNG))
    assert server.heard("an") == ["Tuần 47"]
    assert (await failing(channel, line("", picture=PNG))).why is Why.MALFORMED


# ---- who cannot be reached


@pytest.mark.parametrize("code", [400, 403, 404])
async def test_who_deleted_the_bot_is_known_by_two_refusals(
    channel: ZaloBotChannel, server: FakeZaloBot, code: int
) -> None:
    server.switches.lost_code = code
    server.leaves("an")
    server.puts_out("zgr-1")
    found = [await failing(channel, line(chat=chat)) for chat in ("an", "zgr-1")]
    assert [(failed.why, failed.retryable) for failed in found] == [(Why.BLOCKED, False), (Why.CHAT_GONE, False)]


async def test_where_a_sign_of_typing_is_welcome_it_was_the_text(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.breaks(Fault.REFUSED, "sendMessage")
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable) == (Why.MALFORMED, False)
    assert server.typing == ["an"]


async def test_an_internal_error_of_zalos_is_nobodys_fault(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.breaks(Fault.INTERNAL, "sendMessage")
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.VENDOR, True, False)


async def test_when_every_chat_is_refused_it_is_the_vendor(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    everybody = [f"p{number}" for number in range(MOST_LOST + 3)]
    for user in everybody:
        server.person(user)
    server.breaks(Fault.REFUSED)
    found = [(await failing(channel, line(chat=user))).why for user in everybody]
    assert found == [Why.BLOCKED] * MOST_LOST + [Why.VENDOR] * 3
    server.mends()
    assert await channel.send(line(chat="p5"))
    server.leaves("p5")
    assert (await failing(channel, line(chat="p5"))).why is Why.BLOCKED


async def test_while_zalo_is_too_ill_to_tell_nobody_is_given_up(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.leaves("an")
    server.breaks(Fault.BAD_GATEWAY, "sendChatAction", times=1)
    server.breaks(Fault.DROP_BEFORE, "sendChatAction", times=1)
    for why in (Why.VENDOR, Why.NETWORK):
        failed = await failing(channel, line())
        assert (failed.why, failed.retryable, failed.maybe_sent) == (why, True, False)
    assert (await failing(channel, line())).why is Why.BLOCKED


# ---- an ill server

ILLNESSES = [
    (Fault.BAD_GATEWAY, Why.VENDOR, False, 0),
    (Fault.GATEWAY_TIMEOUT, Why.VENDOR, True, 1),
    (Fault.PAGE, Why.VENDOR, False, 0),
    (Fault.GARBAGE, Why.VENDOR, True, 1),
    (Fault.TIMEOUT, Why.VENDOR, True, 1),
    (Fault.SLOW, Why.NETWORK, True, 1),
    (Fault.DROP_BEFORE, Why.NETWORK, True, 0),
    (Fault.DROP_AFTER, Why.NETWORK, True, 1),
    (Fault.UNAUTHORISED, Why.UNAUTHORISED, False, 0),
    (Fault.UNAUTHORISED_PAGE, Why.UNAUTHORISED, False, 0),
    (Fault.TOO_FAST, Why.RATE, False, 0),
    (Fault.QUOTA, Why.QUOTA, False, 0),
    (Fault.REDIRECT, Why.VENDOR, False, 0),
]


@pytest.mark.parametrize(("fault", "why", "maybe", "arrived"), ILLNESSES)
@pytest.mark.parametrize("picture_url", ["", "https://xa.vn/p/1.png"])
async def test_an_ill_server_is_tried_again_later(
    channel: ZaloBotChannel,
    server: FakeZaloBot,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    why: Why,
    maybe: bool,
    arrived: int,
    picture_url: str,
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.outgoing.PICTURE_ANSWER", 1.0)
    server.slowness = 1.2
    server.breaks(fault)
    failed = await failing(channel, line(picture_url=picture_url))
    assert (failed.why, failed.retryable, failed.maybe_sent) == (why, True, maybe)
    assert (len(server.sent), server.calls["getMe"], server.calls["sendChatAction"]) == (arrived, 0, 0)
    server.mends()
    assert await channel.send(line())


async def test_a_success_without_a_result_is_a_success(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.breaks(Fault.ODD)
    assert await channel.send(line()) == ""
    server.mends()
    server.switches.success_code = True
    assert await channel.send(line())


async def test_a_slow_picture_is_waited_for_longer_than_a_text(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.slowness = 1.2
    server.breaks(Fault.SLOW)
    assert await channel.send(line(picture_url="https://xa.vn/p/1.png"))


async def test_a_dead_token_is_told_in_any_spelling(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    server.token = "1:another"
    server.switches.codes_as_text, server.switches.code_spelling = True, "errorCode"
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.UNAUTHORISED, True, True)


async def test_a_server_that_is_away_was_not_written_to(server: FakeZaloBot) -> None:
    channel = channel_to(server, "http://127.0.0.1:9")
    await channel.open()
    failed = await failing(channel, line())
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.NETWORK, True, False)
    await channel.close()
    assert (await failing(channel, line())).why is Why.NETWORK


# ---- the month and the seats


async def test_when_the_month_is_used_up_replies_wait_for_the_morning() -> None:
    async with FakeZaloBot(Rules(messages=3)) as server:
        channel = channel_to(server)
        await channel.open()
        server.says("an", "vneid 3")
        await channel.send(line())
        await channel.send(line())
        failed = await failing(channel, line())
        assert (failed.why, failed.retryable, failed.retry_after) == (Why.QUOTA, True, 14.5 * 3600)
        server.new_month()
        assert await channel.send(line())
        await channel.close()


async def test_a_person_over_the_fiftieth_does_not_silence_the_others() -> None:
    async with FakeZaloBot(Rules(people=2)) as server:
        channel = channel_to(server)
        await channel.open()
        for user in ("an", "binh", "chi"):
            server.says(user, "bắt đầu")
            server.sends_sticker(user)
        failed = await failing(channel, line(chat="chi"))
        assert (failed.why, failed.whole_account) == (Why.QUOTA, False)
        assert await channel.send(line(chat="binh"))
        await channel.close()


# ---- who we are


async def test_an_operator_reads_once_that_no_group_can_add_a_bot(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeZaloBot(joins_groups=False) as server:
        channel = channel_to(server)
        await channel.open()
        await channel.meet()
        await channel.meet()
        assert [one.message.split(":")[0] for one in caplog.records if one.levelname == "WARNING"] == [
            "action=no_groups channel=zalo-bot account=tule1"
        ]
        await channel.close()


async def test_an_invitation_links_to_the_bot_once_its_id_is_known(server: FakeZaloBot) -> None:
    channel = channel_to(server)
    await channel.open()
    assert channel.profile_link("123456") == ""
    remembered = await channel.meet()
    assert await channel.meet() == remembered == "1234567890123456789 Bot Tổ CĐS Tú Lệ"
    assert channel.profile_link("123456") == "https://zalo.me/1234567890123456789"
    assert (server.calls["getMe"], channel.me.joins_groups) == (1, True)
    await channel.close()
    assert channel_to(server, remembered=remembered).profile_link("1") == "https://zalo.me/1234567890123456789"


async def test_a_bot_that_was_renamed_is_known_by_its_new_name(server: FakeZaloBot) -> None:
    channel = channel_to(server, remembered="1234567890123456789 Bot cũ")
    await channel.open()
    assert channel.me.name == "Bot cũ"
    assert await channel.meet() == "1234567890123456789 Bot Tổ CĐS Tú Lệ"
    await channel.close()


@pytest.mark.parametrize("remembered", ["", "1234567890123456789 Bot Tổ CĐS Tú Lệ"])
async def test_where_zalo_does_not_tell_the_bots_name_it_is_remembered_or_guessed(
    server: FakeZaloBot, remembered: str
) -> None:
    server.switches.display_name = False
    channel = channel_to(server, remembered=remembered)
    await channel.open()
    assert await channel.meet() == (remembered or "1234567890123456789 bot.AbCdEfGhI")
    incoming = channel.read(server.mentions("an", "nhóm Tú Lệ", "zgr-1"))
    assert incoming is not None
    assert incoming.text == "nhóm Tú Lệ"
    await channel.close()


def test_the_account_is_known_by_the_digits_of_its_token() -> None:
    assert vendor_id("8101:AAF-x") == "8101"


@pytest.mark.parametrize("token", ["", "8101", ":x", "8101:", "abc:secretpart", "８１:x"])
def test_a_token_of_another_shape_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(ValueError, match="123456:letters") as caught:
        ZaloBotChannel("tule1", 1, token)
    assert not token or token not in str(caught.value)
