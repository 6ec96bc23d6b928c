"""Why a send failed: Telegram's answers in, our own words out."""

from __future__ import annotations

import json

import pytest
from telegram.error import TelegramError

from bot.channels.base import SendFailed, Why
from bot.channels.telegram.refusals import explain
from bot.channels.telegram.transport import Refused, Unreachable, answer_of


def refused(status: int, description: str, group: bool = False, **parameters: int) -> SendFailed:
    body = {"ok": False, "error_code": status, "description": description, "parameters": parameters}
    return explain(Refused(answer_of(status, json.dumps(body).encode())), group)


FOR_GOOD = [
    (403, "Forbidden: bot was blocked by the user", False, Why.BLOCKED),
    (403, "Forbidden: user is deactivated", False, Why.BLOCKED),
    (403, "Forbidden: bot can't initiate conversation with a user", False, Why.BLOCKED),
    (403, "Forbidden: something new", False, Why.BLOCKED),
    (403, "Forbidden: something new", True, Why.CHAT_GONE),
    (403, "Forbidden: bot was kicked from the supergroup chat", True, Why.CHAT_GONE),
    (403, "Forbidden: bot was kicked from the group chat", False, Why.CHAT_GONE),
    (403, "Forbidden: bot is not a member of the supergroup chat", True, Why.CHAT_GONE),
    (403, "Forbidden: the group chat was deleted", True, Why.CHAT_GONE),
    (400, "Bad Request: chat not found", False, Why.CHAT_GONE),
    (400, "Bad Request: have no rights to send a message", True, Why.NO_RIGHTS),
    (400, "Bad Request: not enough rights to send photos to the chat", True, Why.NO_RIGHTS),
    (400, "Bad Request: need administrator rights in the channel chat", True, Why.NO_RIGHTS),
    (400, "Bad Request: CHAT_WRITE_FORBIDDEN", True, Why.NO_RIGHTS),
    (400, "Bad Request: message is too long", False, Why.MALFORMED),
    (400, "Bad Request: BUTTON_DATA_INVALID", False, Why.MALFORMED),
    (413, "Request Entity Too Large", False, Why.MALFORMED),
]


@pytest.mark.parametrize(("status", "description", "group", "why"), FOR_GOOD)
def test_a_refusal_for_good_is_not_tried_again(status: int, description: str, group: bool, why: Why) -> None:
    failed = refused(status, description, group)
    assert (failed.why, failed.retryable, failed.maybe_sent) == (why, False, False)
    assert str(status) in str(failed)


def test_a_group_that_moved_says_where_it_went() -> None:
    failed = refused(400, "Bad Request: group chat was upgraded to a supergroup chat", True, migrate_to_chat_id=-100190)
    assert (failed.why, failed.moved_to) == (Why.MOVED, "-100190")


def test_too_many_messages_hold_the_whole_account_for_as_long_as_asked() -> None:
    failed = refused(429, "Too Many Requests: retry after 7", retry_after=7)
    assert (failed.why, failed.retryable, failed.retry_after, failed.whole_account) == (Why.RATE, True, 7.0, True)


def test_too_many_messages_without_a_number_hold_it_all_the_same() -> None:
    failed = refused(429, "Too Many Requests")
    assert failed.whole_account
    assert failed.retry_after


@pytest.mark.parametrize("status", [401, 404])
def test_with_a_dead_token_messages_wait_for_the_operator(status: int) -> None:
    failed = refused(status, "Unauthorized")
    assert (failed.why, failed.retryable, failed.whole_account) == (Why.UNAUTHORISED, True, True)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 409, 500, 502, 504])
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"{}", b'{"ok": false}', b'{"ok":', b'{"ok":true}'])
def test_an_answer_that_is_not_telegrams_never_condemns_a_message(status: int, body: bytes) -> None:
    failed = explain(Refused(answer_of(status, body)))
    assert (failed.why, failed.retryable, failed.maybe_sent) == (Why.VENDOR, True, False)


@pytest.mark.parametrize("parameters", [5, [], {"retry_after": "x"}, {"retry_after": -4}, {"migrate_to_chat_id": []}])
def test_odd_parameters_of_a_refusal_are_survived(parameters: object) -> None:
    body = {"ok": False, "description": "Bad Request: chat not found", "parameters": parameters}
    failed = explain(Refused(answer_of(400, json.dumps(body).encode())))
    assert (failed.why, failed.retry_after, failed.moved_to) == (Why.CHAT_GONE, None, "")


def test_a_request_that_never_left_was_not_sent_and_one_that_left_may_have_been() -> None:
    never, perhaps = explain(Unreachable("x", written=False)), explain(Unreachable("x", written=True))
    assert (never.why, never.retryable, never.maybe_sent) == (Why.NETWORK, True, False)
    assert (perhaps.why, perhaps.retryable, perhaps.maybe_sent) == (Why.NETWORK, True, True)


def test_what_the_library_could_not_read_may_have_been_sent() -> None:
    assert explain(KeyError("message_id")).maybe_sent
    assert explain(TelegramError("x")).retryable
