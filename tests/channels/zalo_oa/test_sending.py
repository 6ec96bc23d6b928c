"""The channel writes to a strict Official Account: what arrives, and what a failure is called."""

from __future__ import annotations

import pytest

from bot.channels.base import Button, Channel, Discards, Part, SendFailed, Tended, Why
from bot.channels.fitting import fit
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.plan import GROWTH, WHOLE, Plan, limits
from bot.lane import Lane
from bot.pacing import Pacer
from handlers.messages import Kind, PictureRef
from storage.engine import Database
from storage.outbox import Lane as Urgency
from storage.waiting import Due
from tests.channels.zalo_oa.conftest import channel_to
from tests.fakes.zalo_oa import OA_ID, FakeZaloOa, Fault, Package

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


async def failing(channel: ZaloOaChannel, part: Part) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await channel.send(part)
    return caught.value


def test_it_is_a_channel(channel: ZaloOaChannel) -> None:
    promised: Channel = channel
    assert promised.name == "zalo-oa"
    assert isinstance(channel, Discards)
    assert isinstance(channel, Tended)
    assert channel.silence is not None
    assert channel.silence.days == 7


async def test_a_text_arrives_with_five_buttons_and_the_tap_comes_back_as_the_choice(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    an = server.person("An")
    buttons = tuple(Button(f"{key}. Việc {key}", f"1f3a:{key}") for key in range(1, 6))
    message_id = await channel.send(Part(an, False, "Bác chọn việc gì ạ?\n1. Việc 1 …", buttons))
    sent = server.sent_to(an)[0]
    assert (message_id, sent.text) == (sent.message_id, "Bác chọn việc gì ạ?\n1. Việc 1 …")
    assert sent.buttons[1] == ("2. Việc 2", "oa.query.show", "#tocds:1f3a:2")
    tapped = server.taps(an, "2. Việc 2")
    assert tapped is not None
    incoming = channel.read(tapped)
    assert incoming is not None
    assert (incoming.kind, incoming.question, incoming.text) == (Kind.BUTTON, "1f3a", "2")


def due(choices: int, server: FakeZaloOa) -> Due:
    listed = tuple((str(key), "Cài VNeID " * 12) for key in range(1, choices + 1))
    now = server.clock.now()
    return Due(1, 1, "9", False, "open", Urgency.REPLY, "reply", "Bác chọn ạ?", listed, "ab", None, None, now)


@pytest.mark.parametrize(("choices", "buttons"), [(0, 0), (5, 5), (6, 0)])
async def test_more_choices_than_buttons_are_numbers_in_the_text(
    channel: ZaloOaChannel, server: FakeZaloOa, choices: int, buttons: int
) -> None:
    an = server.person("An")
    (piece,) = fit([due(choices, server)], channel.limits)
    await channel.send(Part(an, False, piece.words, tuple(Button(*one) for one in piece.buttons)))
    sent = server.sent_to(an)[0]
    assert len(sent.buttons) == buttons
    assert sent.text.count("\n") == choices


async def test_a_button_that_zalo_would_refuse_is_left_out_and_its_number_stays(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    an = server.person("An")
    await channel.send(
        Part(an, False, "1. Có", (Button(" ", "q:1"), Button("x", "q" * 1000), Button("a" * 150, "q:3")))
    )
    assert [len(title) for title, _, _ in server.sent_to(an)[0].buttons] == [100]


async def test_a_picture_is_uploaded_once_and_shown_to_many(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    people = [server.person() for _ in range(3)]
    for one in people:
        await channel.send(Part(one, False, picture=JPEG, picture_type="image/jpeg"))
    assert [sent.picture for sent in server.sent] == [JPEG] * 3
    assert server.calls["/v2.0/oa/upload/image"] == 1


async def test_a_picture_that_zalo_has_forgotten_is_uploaded_again(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    group = server.group()
    await channel.send(Part(group, True, picture=PNG))
    server.clock.later(days=8)
    await channel.send(Part(group, True, picture=PNG))
    assert [sent.picture for sent in server.sent_to(group)] == [PNG, PNG]
    assert server.calls["/v2.0/oa/upload/image"] == 2


@pytest.mark.parametrize("picture", [PNG + bytes(1024 * 1024), b"GIF89a", b""], ids=["large", "gif", "nothing"])
async def test_a_picture_that_zalo_does_not_take_is_not_tried(
    channel: ZaloOaChannel, server: FakeZaloOa, picture: bytes
) -> None:
    failed = await failing(channel, Part(server.person(), False, picture=picture))
    assert (failed.why, failed.retryable) == (Why.MALFORMED, False)
    assert not server.uploads


async def test_a_picture_at_an_address_needs_no_upload(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an = server.person()
    await channel.send(Part(an, False, picture_url="https://tocds.vn/p/1.png"))
    assert server.sent_to(an)[0].picture_url == "https://tocds.vn/p/1.png"


async def test_a_group_gets_no_buttons_and_nobody_is_called_by_a_name_in_the_text(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    group = server.group()
    await channel.send(Part(group, True, f"Ghi chú: [@{group}] đọc đi [@9]", (Button("1. Có", "q:1"),)))
    sent = server.sent_to(group)[0]
    assert sent.text == f"Ghi chú: (@{group}] đọc đi (@9]"
    assert not sent.buttons


async def test_in_private_a_bracket_is_just_a_bracket(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an = server.person()
    await channel.send(Part(an, False, "[@ \ud83d_*[<&>"))
    assert server.heard(an) == ["[@ ?_*[<&>"]


async def test_the_longest_text_arrives_and_a_longer_one_is_our_mistake(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    an = server.person()
    assert await channel.send(Part(an, False, "ế" * 2000))
    for code in (-210, -201):
        server.switches.too_long = code
        failed = await failing(channel, Part(an, False, "ế" * 2001))
        assert (failed.why, failed.retryable) == (Why.MALFORMED, False)
    assert (await failing(channel, Part(an, False, "  "))).why is Why.MALFORMED


async def test_who_was_silent_for_seven_days_must_write_first(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an = server.person()
    server.clock.later(days=6, hours=23)
    assert await channel.send(Part(an, False, "Nhắc bác ạ"))
    server.clock.later(hours=2)
    failed = await failing(channel, Part(an, False, "Nhắc bác ạ"))
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.WINDOW, False, False)
    server.says(an, "em ơi")
    assert await channel.send(Part(an, False, "Dạ em đây"))


@pytest.mark.parametrize(("code", "why"), [(-213, Why.BLOCKED), (-230, Why.WINDOW)])
async def test_who_never_wrote_cannot_be_written_to(
    channel: ZaloOaChannel, server: FakeZaloOa, code: int, why: Why
) -> None:
    server.switches.stranger = code
    assert (await failing(channel, Part(server.person(wrote=False), False, "Chào bác"))).why is why
    assert (await failing(channel, Part("12345678901234567890", False, "Chào bác"))).why is Why.MALFORMED


async def test_a_group_that_is_not_ours_or_has_expired_is_gone(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    group = server.group()
    server.groups[group].disabled = True
    assert (await failing(channel, Part(group, True, "Tuần 47"))).why is Why.CHAT_GONE
    assert (await failing(channel, Part("8888", True, "Tuần 47"))).why is Why.CHAT_GONE


async def test_an_account_without_the_right_package_is_an_alarm(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an = server.person()
    server.switches.package = Package.BASIC
    failed = await failing(channel, Part(an, False, "Chào bác"))
    assert (failed.why, failed.whole_account, failed.retryable) == (Why.UNAUTHORISED, True, True)
    server.switches.package, server.switches.verified = Package.GROWTH, False
    assert (await failing(channel, Part(an, False, "Chào bác"))).why is Why.UNAUTHORISED


async def test_the_hundred_and_first_request_of_a_minute_is_not_even_made(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    an = server.person()
    for number in range(100):
        await channel.send(Part(an, False, str(number)))
    failed = await failing(channel, Part(an, False, "100"))
    assert (failed.why, failed.whole_account, failed.retryable) == (Why.RATE, True, True)
    assert failed.retry_after is not None
    assert 0 < failed.retry_after <= 60
    assert server.calls["/v3.0/oa/message/cs"] == 100


async def test_zalos_own_limit_is_waited_out_until_the_next_minute(
    server: FakeZaloOa, database: Database, account_id: int
) -> None:
    channel = channel_to(server, database, account_id, plan=Plan(per_minute=2000))
    await channel.open()
    await channel.tokens.give(server.oauth.refresh)
    an = server.person()
    server.clock.later(seconds=15)
    for number in range(100):
        await channel.send(Part(an, False, str(number)))
    failed = await failing(channel, Part(an, False, "100"))
    assert (failed.why, failed.retry_after, failed.whole_account) == (Why.RATE, 45.0, True)
    await channel.close()


def test_the_package_sets_the_pace() -> None:
    assert limits(GROWTH).in_flight == 1
    assert limits(GROWTH).per_second == pytest.approx(100 / 60)
    assert limits(WHOLE).per_second == pytest.approx(2000 / 60)
    lane: Lane[int] = Lane(Pacer(limits(GROWTH), lambda: 0.0))
    lane.put(1, "a")
    lane.put(2, "b")
    with lane.pick() or pytest.fail("nothing may go"):
        assert lane.pick() is None
    assert lane.next_at() == pytest.approx(0.6)


ILLNESSES = [
    (Fault.BAD_GATEWAY, Why.VENDOR, False, 0),
    (Fault.GATEWAY_TIMEOUT, Why.VENDOR, True, 1),
    (Fault.PAGE, Why.VENDOR, False, 0),
    (Fault.ODD, Why.VENDOR, True, 1),
    (Fault.ENDLESS, Why.VENDOR, True, 1),
    (Fault.SLOW, Why.NETWORK, True, 1),
    (Fault.DROP_BEFORE, Why.NETWORK, True, 0),
    (Fault.DROP_AFTER, Why.NETWORK, True, 1),
    (Fault.TOO_FAST, Why.RATE, False, 0),
    (Fault.REDIRECT, Why.VENDOR, False, 0),
]


@pytest.mark.parametrize(("fault", "why", "maybe", "arrived"), ILLNESSES)
async def test_an_ill_server_is_tried_again_later(
    channel: ZaloOaChannel, server: FakeZaloOa, fault: Fault, why: Why, maybe: bool, arrived: int
) -> None:
    an = server.person()
    server.slowness = 1.3
    server.breaks(fault, "/message/cs")
    failed = await failing(channel, Part(an, False, "Đã ghi"))
    assert (failed.why, failed.retryable, failed.maybe_sent) == (why, True, maybe)
    assert len(server.sent) == arrived
    assert not server.calls["/v2.0/oa/getoa"], "a redirection was followed"
    server.mends()
    assert await channel.send(Part(an, False, "Đã ghi"))


async def test_an_upload_that_was_cut_off_is_no_message(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    server.breaks(Fault.DROP_AFTER, "/upload/image")
    failed = await failing(channel, Part(server.person(), False, picture=PNG))
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.NETWORK, True, False)


async def test_a_server_that_is_away_was_not_written_to(
    server: FakeZaloOa, database: Database, account_id: int
) -> None:
    away = channel_to(server, database, account_id, url="http://127.0.0.1:9")
    await away.open()
    await away.tokens.give(server.oauth.refresh)
    failed = await failing(away, Part(server.person(), False, "Đã ghi"))
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.NETWORK, True, False)
    await away.close()


async def test_a_picture_somebody_sent_is_fetched(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    server.files["a.jpg"] = JPEG
    incoming = channel.read(server.sends_picture(server.person(), f"{server.url}/files/a.jpg"))
    assert incoming is not None
    assert await channel.fetch(incoming.pictures[0]) == (JPEG, "image/jpeg")


ELSEWHERE = [
    "",
    "https://evil.vn/a.jpg",
    "http://photo.zdn.vn/a.jpg",
    "https://zdn.vn.evil.vn/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://photo.zdn.vn:8443/a.jpg",
    "https://photo.zdn.vn@evil.vn/a.jpg",
    "https://user:x@photo.zdn.vn/a.jpg",
    "http://127.0.0.1/a.jpg",
    "http://[::1/a.jpg",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("url", ELSEWHERE)
async def test_a_picture_is_fetched_from_zalos_hosts_only(channel: ZaloOaChannel, url: str) -> None:
    with pytest.raises(SendFailed, match="Zalo's hosts") as caught:
        await channel.fetch(PictureRef(url=url))
    assert not caught.value.retryable


@pytest.mark.parametrize("content", [b"<html>", JPEG + bytes(11 * 1024 * 1024), b""], ids=["page", "huge", "nothing"])
async def test_what_is_no_picture_of_sane_size_is_refused(
    channel: ZaloOaChannel, server: FakeZaloOa, content: bytes
) -> None:
    server.files["f"] = content
    with pytest.raises(SendFailed) as caught:
        await channel.fetch(PictureRef(url=f"{server.url}/files/f"))
    assert (caught.value.why, caught.value.retryable) == (Why.MALFORMED, False)


async def test_an_invitation_links_to_the_account_once_it_is_known(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    assert channel.profile_link("123456") == ""
    assert await channel.meet() == await channel.meet() == OA_ID == channel.oa_id
    assert channel.profile_link("123456") == f"https://zalo.me/{OA_ID}"
    assert server.calls["/v2.0/oa/getoa"] == 1


async def test_the_webhooks_address_is_told_to_the_operator(
    channel: ZaloOaChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await channel.register("https://tocds.vn/webhook/zalo-oa/oa", "s3cret")
    assert "https://tocds.vn/webhook/zalo-oa/oa" in caplog.text
    assert "s3cret" not in caplog.text
