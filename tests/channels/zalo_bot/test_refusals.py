"""Why a call failed: Zalo's answers in, our own words out. Codes are believed, texts are not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_bot.answers import Refused, Unreachable, result_of
from bot.channels.zalo_bot.refusals import explain, until_morning

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def answered(status: int, body: bytes, retry_after: str = "") -> SendFailed:
    with pytest.raises(Refused) as caught:
        result_of(status, body, retry_after)
    return explain(caught.value, NOW)


def refused(code: Any, status: int = 200, spelling: str = "error_code") -> SendFailed:
    return answered(status, json.dumps({"ok": False, "description": "Bad request", spelling: code}).encode())


CODES: list[tuple[Any, Why, bool, bool]] = [
    (400, Why.MALFORMED, False, False),
    (403, Why.MALFORMED, False, False),
    (404, Why.MALFORMED, False, False),
    (401, Why.UNAUTHORISED, True, False),
    (408, Why.VENDOR, True, True),
    (426, Why.QUOTA, True, False),
    (429, Why.QUOTA, True, False),
    (500, Why.VENDOR, True, False),
    (504, Why.VENDOR, True, True),
    (-216, Why.VENDOR, True, False),
    (None, Why.VENDOR, True, False),
    ("", Why.VENDOR, True, False),
    ([], Why.VENDOR, True, False),
    (True, Why.VENDOR, True, False),
]


@pytest.mark.parametrize(("code", "why", "retryable", "maybe"), CODES)
def test_a_refusal_by_its_code(code: Any, why: Why, retryable: bool, maybe: bool) -> None:
    failed = refused(code)
    assert (failed.why, failed.retryable, failed.maybe_sent) == (why, retryable, maybe)


@pytest.mark.parametrize("status", [200, 400, 429, 502])
@pytest.mark.parametrize("spelling", ["error_code", "errorCode"])
@pytest.mark.parametrize("code", [401, "401", " 401"])
def test_the_code_counts_whatever_its_spelling_and_whatever_http_says(status: int, spelling: str, code: Any) -> None:
    assert refused(code, status, spelling).why is Why.UNAUTHORISED


def test_without_a_code_http_is_believed() -> None:
    assert answered(429, b'{"ok": false}').why is Why.QUOTA
    assert answered(200, b'{"ok": false, "description": 5}').why is Why.VENDOR


def test_a_quota_is_tried_again_next_morning_and_holds_nobody_else() -> None:
    failed = refused(429)
    assert failed.retry_after == (14 * 60 + 30) * 60
    assert not failed.whole_account
    assert until_morning(datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) == 3600


def test_the_gates_429_slows_everybody_down_for_a_moment() -> None:
    failed = answered(429, b"<html>429 Too Many Requests</html>")
    assert (failed.why, failed.retryable, failed.retry_after, failed.whole_account) == (Why.RATE, True, 10.0, True)
    assert answered(429, b"<html>", "3").retry_after == 3.0
    assert answered(429, b"<html>", "Wed, 21 Oct 2026 07:28:00 GMT").retry_after == 10.0
    assert answered(429, b"<html>", "99999999").retry_after == 300.0
    ill = answered(503, b"<html>", "30")
    assert (ill.why, ill.retry_after, ill.whole_account) == (Why.VENDOR, 30.0, True)


def test_a_bad_token_may_be_told_by_a_page() -> None:
    failed = answered(401, b"<html>401</html>")
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.UNAUTHORISED, True, True)


NOT_SPOKEN = [b"<html>", b"", b"[]", b"{}", b'{"ok":', b'{"ok": "true", "result": {}}', b'{"ok": 1}', b"null"]


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502, 503])
@pytest.mark.parametrize("body", NOT_SPOKEN)
def test_an_answer_that_is_not_zalos_never_condemns_a_message(status: int, body: bytes) -> None:
    failed = answered(status, body)
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.VENDOR, True, False)


def test_an_unreadable_success_may_have_been_one_and_a_page_was_none() -> None:
    assert answered(200, b'{"ok": tru').maybe_sent
    assert answered(504, b"<html>").maybe_sent
    assert not answered(200, b"  <html>").maybe_sent


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (b'{"ok":true,"result":{"message_id":"a"}}', {"message_id": "a"}),
        (b'{"ok":true,"result":{"message_id":"a"},"error_code":0}', {"message_id": "a"}),
        (b'{"ok":true}', None),
    ],
)
@pytest.mark.parametrize("status", [200, 201, 500])
def test_a_success_is_what_says_so(status: int, body: bytes, result: Any) -> None:
    assert result_of(status, body) == result


def test_a_request_that_never_left_was_not_sent_and_one_that_left_may_have_been() -> None:
    never, perhaps = explain(Unreachable("x", written=False), NOW), explain(Unreachable("x", written=True), NOW)
    assert (never.why, never.retryable, never.maybe_sent) == (Why.NETWORK, True, False)
    assert (perhaps.why, perhaps.retryable, perhaps.maybe_sent) == (Why.NETWORK, True, True)
    assert explain(KeyError("x"), NOW).maybe_sent
