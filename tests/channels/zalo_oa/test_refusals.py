"""Every error number of the appendix, in our own words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.channels.base import Part, SendFailed, Why
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.refusals import Refusal, explain, refusal
from bot.channels.zalo_oa.wire import Answer
from tests.fakes.zalo_oa import FakeZaloOa, Fault

NOW = datetime(2026, 11, 23, 16, 0, 20, tzinfo=UTC)
"""23:00:20 in Vietnam."""

A, P, S = "account", "chat, for good", "chat, again"
TABLE: list[tuple[int, Why, str, float | None]] = [
    (-32, Why.RATE, A, 40.0),
    (-100, Why.MALFORMED, P, None),
    (-200, Why.VENDOR, S, None),
    (-201, Why.MALFORMED, P, None),
    (-202, Why.UNAUTHORISED, A, 60.0),
    (-204, Why.UNAUTHORISED, A, 60.0),
    (-205, Why.UNAUTHORISED, A, 60.0),
    (-207, Why.UNAUTHORISED, A, 60.0),
    (-208, Why.UNAUTHORISED, A, 60.0),
    (-209, Why.UNAUTHORISED, A, 60.0),
    (-210, Why.MALFORMED, P, None),
    (-211, Why.QUOTA, S, 3600.0),
    (-212, Why.UNAUTHORISED, A, 60.0),
    (-213, Why.BLOCKED, P, None),
    (-214, Why.VENDOR, S, None),
    (-215, Why.UNAUTHORISED, A, 60.0),
    (-216, Why.UNAUTHORISED, A, 60.0),
    (-217, Why.BLOCKED, P, None),
    (-218, Why.QUOTA, S, 3600.0),
    (-220, Why.UNAUTHORISED, A, 60.0),
    (-221, Why.UNAUTHORISED, A, 60.0),
    (-222, Why.BLOCKED, P, None),
    (-224, Why.UNAUTHORISED, A, 60.0),
    (-227, Why.BLOCKED, P, None),
    (-230, Why.WINDOW, P, None),
    (-232, Why.WINDOW, P, None),
    (-233, Why.MALFORMED, P, None),
    (-234, Why.RATE, S, 6 * 3600 + 59 * 60 + 40.0),
    (-235, Why.MALFORMED, P, None),
    (-237, Why.CHAT_GONE, P, None),
    (-238, Why.MALFORMED, P, None),
    (-240, Why.MALFORMED, P, None),
    (-241, Why.MALFORMED, P, None),
    (-242, Why.UNAUTHORISED, A, 60.0),
    (-244, Why.BLOCKED, P, None),
    (-248, Why.MALFORMED, P, None),
    (-249, Why.MALFORMED, P, None),
    (-305, Why.WINDOW, P, None),
    (-311, Why.QUOTA, S, 3600.0),
    (-320, Why.QUOTA, A, 3600.0),
    (-321, Why.QUOTA, A, 3600.0),
    (-403, Why.CHAT_GONE, P, None),
    (-98765, Why.MALFORMED, P, None),
]


@pytest.mark.parametrize(("code", "why", "reach", "wait"), TABLE)
def test_a_number_has_a_reason_a_reach_and_a_wait(code: int, why: Why, reach: str, wait: float | None) -> None:
    failed = explain(Refusal(code, "no"), NOW)
    assert (failed.why, failed.retry_after, failed.maybe_sent) == (why, wait, False)
    assert (failed.whole_account, failed.retryable) == {A: (True, True), P: (False, False), S: (False, True)}[reach]
    assert str(failed) == f"{why}: {code}: no"


ANSWERS = [
    (b'{"error": 0, "data": {}}', None),
    (b'{"error": "0", "data": {}}', None),
    (b'{"data": {"message_id": "m"}}', None),
    (b'{"error": "-216", "message": "expired"}', Refusal(-216, "expired")),
    (b'{"error": -14014, "error_name": "x", "error_description": "bad abc"}', Refusal(-14014, "bad hidden")),
    (b'{"error": true}', None),
    (b'{"error": {}}', None),
    (b"<html>", None),
    (b"", None),
]


@pytest.mark.parametrize(("body", "found"), ANSWERS)
def test_a_refusal_is_read_from_whatever_says_one(body: bytes, found: Refusal | None) -> None:
    assert refusal(Answer(200, body), ("abc", "")) == found


@pytest.mark.parametrize(("code", "why"), [(-211, Why.QUOTA), (-321, Why.QUOTA), (-200, Why.VENDOR)])
async def test_it_reaches_the_sender_as_that(channel: ZaloOaChannel, server: FakeZaloOa, code: int, why: Why) -> None:
    server.refuses_with = code
    server.breaks(Fault.REFUSED, "/message/cs")
    with pytest.raises(SendFailed) as caught:
        await channel.send(Part(server.person(), False, "Chào bác"))
    assert caught.value.why is why


@pytest.mark.parametrize("code", [-100, -214])
async def test_a_picture_that_zalo_refuses_twice_is_given_up(
    channel: ZaloOaChannel, server: FakeZaloOa, code: int
) -> None:
    an, png = server.person(), b"\x89PNG\r\n\x1a\n"
    server.refuses_with = code
    server.breaks(Fault.REFUSED, "/message/cs", times=2)
    with pytest.raises(SendFailed) as caught:
        await channel.send(Part(an, False, picture=png))
    assert (caught.value.why, caught.value.retryable) == (Why.MALFORMED, False)
    assert server.calls["/v2.0/oa/upload/image"] == 2


async def test_answers_with_numbers_for_strings_and_without_a_quota_are_answers(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    an = server.person()
    server.switches.numbers_as_strings = False
    assert await channel.send(Part(an, False, "một"))
    server.switches.quota = False
    assert await channel.send(Part(an, False, "hai"))
    assert server.heard(an) == ["một", "hai"]
