"""The pretend Zalo is as strict as the real one: the list "what a fake server must enforce" of the reference page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

from tests.fakes.zalo_bot import FakeZaloBot, JoinRefused, Rules


class Caller:
    """Somebody with a plain HTTP client."""

    def __init__(self, server: FakeZaloBot, session: ClientSession) -> None:
        self.server, self.session = server, session

    async def call(self, method: str, token: str = "", **fields: Any) -> tuple[int, Any]:
        """(HTTP status, the answer)."""
        url = f"{self.server.url}/bot{token or self.server.token}/{method}"
        async with self.session.post(url, json=fields) as response:
            return response.status, await response.json()

    async def refused(self, method: str, **fields: Any) -> tuple[int, str]:
        """(code, text) of a refusal that came under HTTP 200."""
        status, answer = await self.call(method, **fields)
        assert (status, answer["ok"]) == (200, False)
        return answer["error_code"], answer["description"]


@pytest.fixture
async def caller(server: FakeZaloBot) -> AsyncIterator[Caller]:
    async with ClientSession() as session:
        yield Caller(server, session)


async def test_a_wrong_token_and_a_wrong_name_of_a_method(caller: Caller) -> None:
    status, answer = await caller.call("getMe", token="1:x")
    assert (status, answer["ok"], answer["error_code"]) == (401, False, 401)
    for absent in ("sendDocument", "editMessageText", "getme", "getChat"):
        assert await caller.refused(absent) == (404, "Not Found")


async def test_parameters_come_by_query_form_multipart_and_json(caller: Caller, server: FakeZaloBot) -> None:
    url, fields = f"{server.url}/bot{server.token}/sendMessage", {"chat_id": "an", "text": "Chào bác"}
    multipart = FormData(fields, default_to_multipart=True)
    for sending in ({"params": fields}, {"data": fields}, {"data": multipart}, {"json": fields}):
        async with caller.session.post(url, **sending) as response:
            assert (await response.json())["ok"]
    async with caller.session.get(url, params=fields) as response:
        assert (await response.json())["ok"]
    assert server.heard("an") == ["Chào bác"] * 5


REFUSED = [
    ("sendMessage", {"text": "x"}, 400, "Bad request: The chat_id must not be empty"),
    ("sendMessage", {"chat_id": "nobody", "text": "x"}, 400, "Bad request: The chat is not available"),
    ("sendMessage", {"chat_id": "an", "text": " "}, 400, "Bad request: The text must not be empty"),
    ("sendMessage", {"chat_id": "an", "text": "x" * 2001}, 400, "Bad request: The text is too long"),
    ("sendMessage", {"chat_id": "an", "text": "x", "parse_mode": "MarkdownV2"}, 400,
     "Bad request: The parse_mode is invalid"),
    ("sendPhoto", {"chat_id": "an"}, 400, "The photo must not be empty"),
    ("sendPhoto", {"chat_id": "an", "photo": "data:image/png;base64,x"}, 400,
     "The photo must start with http:// or https://"),
    ("sendPhoto", {"chat_id": "an", "photo": "https://x.vn/a.png", "caption": ""}, 400,
     "Bad request: The caption is invalid"),
    ("sendPhoto", {"chat_id": "an", "photo": "https://x.vn/a.png", "caption": "x" * 2001}, 400,
     "Bad request: The caption is invalid"),
    ("setWebhook", {"url": "https://x.vn/h", "secret_token": "short"}, 400, "Bad request: The secret_token is invalid"),
    ("setWebhook", {"secret_token": "long-enough"}, 400, "Bad request: The url is invalid"),
    *(("setWebhook", {"url": url, "secret_token": "long-enough"}, 400, "Bad request: The url is invalid")
      for url in ("http://x.vn/h", "https://10.0.0.1/h", "https://localhost/h", "https://bot.zalo.me/h")),
    ("setWebhook", {"url": "https://x.vn/h", "secret_token": "x" * 257}, 400,
     "Bad request: The secret_token is invalid"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "fields", "code", "told"), REFUSED)
async def test_what_is_refused_under_http_200(
    caller: Caller, method: str, fields: dict[str, str], code: int, told: str
) -> None:
    assert await caller.refused(method, **fields) == (code, told)


async def test_results_look_like_the_real_ones(caller: Caller) -> None:
    _, sent = await caller.call("sendMessage", chat_id="an", text="x", parse_mode="markdown")
    assert int(sent["result"]["message_id"], 16)
    assert sent["result"]["date"] > 1_600_000_000_000
    assert caller.server.sent_to("an")[-1].parse_mode == "markdown"
    assert (await caller.call("sendChatAction", chat_id="an", action="typing"))[1] == {"ok": True}
    assert (await caller.call("getWebhookInfo"))[0] == 404
    assert (await caller.call("getMe"))[1]["result"]["can_join_groups"] is True


async def test_nobody_asks_for_events_while_they_are_brought(caller: Caller) -> None:
    await caller.call("setWebhook", url="https://x.vn/h", secret_token="long-enough")
    told = "You cannot use this API while a webhook is set. Please remove the webhook first"
    assert await caller.refused("getUpdates") == (400, told)


@pytest.mark.parametrize("wait", [0, "0", "0.01"])
async def test_one_event_a_question_and_a_refusal_when_there_is_none(
    caller: Caller, server: FakeZaloBot, wait: Any
) -> None:
    server.rules = Rules(poll_gap=0)
    server.says("an", "vneid 3")
    server.says("an", "dvc 2")
    _, answer = await caller.call("getUpdates", timeout=wait)
    assert answer["result"]["message"]["text"] == "vneid 3"
    await caller.call("getUpdates", timeout=wait)
    assert await caller.refused("getUpdates", timeout=wait) == (408, "Request timeout")


async def test_who_asks_too_fast_meets_the_gate(caller: Caller, server: FakeZaloBot) -> None:
    server.rules = Rules(poll_gap=10)
    await caller.call("getUpdates", timeout=0)
    async with caller.session.get(f"{server.url}/bot{server.token}/getUpdates") as response:
        assert (response.status, response.content_type) == (429, "text/html")


async def test_a_group_tells_the_bot_only_what_calls_or_answers_it(server: FakeZaloBot) -> None:
    assert server.says("an", "ăn cơm chưa", "zgr-1") is None
    assert server.sends_photo("an", b"x", "ảnh đẹp", "zgr-1") is None
    assert server.unheard == ["ăn cơm chưa", "ảnh đẹp"]
    answer = server.says("an", "có", "zgr-1", answers_bot=True)
    assert answer is not None
    assert answer["message"]["chat"] == {"id": "zgr-1", "chat_type": "GROUP"}
    server.puts_out("zgr-1")
    assert server.says("an", f"@{server.name} nhóm", "zgr-1") is None


async def test_a_voice_in_a_group_looks_well_and_never_arrives(caller: Caller, server: FakeZaloBot) -> None:
    _, answer = await caller.call("sendVoice", chat_id="zgr-1", voice_url="https://x.vn/a.aac")
    assert answer["ok"]
    assert server.sent_to("zgr-1") == []


async def test_a_free_bot_joins_three_groups_and_some_join_none(server: FakeZaloBot) -> None:
    for chat in ("zgr-2", "zgr-3"):
        server.group(chat)
    with pytest.raises(JoinRefused):
        server.group("zgr-4")
    with pytest.raises(JoinRefused):
        FakeZaloBot(joins_groups=False).group("zgr-1")


async def test_nobody_learns_what_a_protected_person_writes(server: FakeZaloBot) -> None:
    server.person("be").protected = True
    event = server.says("be", "con chào bác")
    assert event is not None
    assert event["event_name"] == "message.unsupported.received"
    assert "text" not in event["message"]


async def test_of_a_file_the_bot_learns_only_that_there_was_something(server: FakeZaloBot) -> None:
    event = server.sends_file("an")
    assert event is not None
    assert event["event_name"] == "message.unsupported.received"
    assert set(event["message"]) <= {"from", "chat", "message_id", "message_type", "date"}


async def test_the_fifty_first_person_is_not_answered(caller: Caller, server: FakeZaloBot) -> None:
    server.rules = Rules(people=1)
    for user in ("an", "hoa"):
        server.person(user)
        server.says(user, "chào em")
    assert (await caller.call("sendMessage", chat_id="an", text="x"))[1]["ok"]
    assert await caller.refused("sendMessage", chat_id="hoa", text="x") == (429, "Quota exceeded")


@pytest.mark.parametrize(("count_incoming", "room"), [(True, 2), (False, 4)])
async def test_the_months_messages_are_counted_both_ways_or_one(
    caller: Caller, server: FakeZaloBot, count_incoming: bool, room: int
) -> None:
    server.rules = Rules(messages=4, count_incoming=count_incoming)
    server.says("an", "vneid 3")
    server.says("an", "dvc 2")
    for _ in range(room):
        assert (await caller.call("sendMessage", chat_id="an", text="x"))[1]["ok"]
    assert await caller.refused("sendMessage", chat_id="an", text="x") == (429, "Quota exceeded")
    assert (server.month_in, server.month_out) == (2, room)


async def test_what_no_method_knows_is_ignored_and_flagged(caller: Caller, server: FakeZaloBot) -> None:
    _, answer = await caller.call("sendMessage", chat_id="an", text="x", reply_markup="{}", buttons="[]")
    assert answer["ok"]
    assert server.flagged == [("sendMessage", "buttons"), ("sendMessage", "reply_markup")]


async def test_setting_a_webhook_is_capped_a_day(caller: Caller, server: FakeZaloBot) -> None:
    server.rules = Rules(webhook_calls=1)
    _, answer = await caller.call("setWebhook", url="https://x.vn/h", secret_token="long-enough")
    assert answer["result"]["verification"]["outcome"] == "webhook.ok"
    assert (await caller.refused("testWebhook"))[0] == 426
