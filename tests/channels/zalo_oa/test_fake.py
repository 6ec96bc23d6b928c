"""The pretend Zalo is as strict as the real one where the channel does not go."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.fakes.zalo_oa import APP_ID, APP_SECRET, FakeZaloOa


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    async with ClientSession() as opened:
        yield opened


async def asks(session: ClientSession, server: FakeZaloOa, path: str, **content: Any) -> Any:
    headers = {"access_token": server.oauth.access}
    async with session.post(server.url + path, headers=headers, **content) as response:
        assert response.status == 200
        return (await response.json())["error"]


async def consent(session: ClientSession, server: FakeZaloOa, code: str, verifier: str) -> Any:
    form = {"code": code, "app_id": APP_ID, "grant_type": "authorization_code", "code_verifier": verifier}
    url = f"{server.url}/v4/oa/access_token"
    async with session.post(url, data=form, headers={"secret_key": APP_SECRET}) as response:
        return await response.json()


async def test_a_code_works_once_for_ten_minutes_and_for_its_own_verifier(
    session: ClientSession, server: FakeZaloOa
) -> None:
    code = server.oauth.code("v" * 43)
    assert (await consent(session, server, server.oauth.code("v" * 43), "w" * 43))["error"] == -14010
    assert (await consent(session, server, code, "v" * 43))["expires_in"] == "90000"
    assert (await consent(session, server, code, "v" * 43))["error"] == -14010
    late = server.oauth.code("v" * 43)
    server.clock.later(minutes=11)
    assert (await consent(session, server, late, "v" * 43))["error"] == -14010


async def test_what_zalo_has_shut_down_stays_shut(session: ClientSession, server: FakeZaloOa) -> None:
    for path in ("/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion"):
        assert await asks(session, server, path, json={}) == -240
    template = {"user_id": server.person(), "template_id": "t1", "template_data": {}}
    assert await asks(session, server, "/v3.0/oa/message/template", json=template) == -249
    server.templates.add("t1")
    assert await asks(session, server, "/v3.0/oa/message/template", json=template) == 0


async def test_articles_are_not_sent_at_night(session: ClientSession, server: FakeZaloOa) -> None:
    assert await asks(session, server, "/v2.0/oa/message", json={}) == 0
    server.clock.later(hours=14)
    assert await asks(session, server, "/v2.0/oa/message", json={}) == -234


REFUSED = [
    ({}, -201),
    ({"text": ""}, -201),
    ({"text": "x", "attachment": {"type": "template", "payload": {"buttons": []}}}, -201),
    ({"text": "x", "attachment": {"type": "template", "payload": {"template_type": "list"}}}, -233),
]


@pytest.mark.parametrize(("message", "code"), REFUSED)
async def test_a_message_of_a_wrong_shape_is_refused(
    session: ClientSession, server: FakeZaloOa, message: dict[str, Any], code: int
) -> None:
    body = {"recipient": {"user_id": server.person()}, "message": message}
    assert await asks(session, server, "/v3.0/oa/message/cs", json=body) == code


BUTTON = {"title": "Có", "type": "oa.query.show", "payload": "x"}
BUTTONS = [
    ([BUTTON] * 6, -201),
    ([{**BUTTON, "title": "x" * 101}], -201),
    ([{**BUTTON, "payload": "x" * 1001}], -201),
    ([{**BUTTON, "type": "oa.open.door"}], -233),
    ([BUTTON] * 5, 0),
]


@pytest.mark.parametrize(("buttons", "code"), BUTTONS)
async def test_buttons_are_counted_and_measured_and_groups_have_none(
    session: ClientSession, server: FakeZaloOa, buttons: list[Any], code: int
) -> None:
    message = {"text": "Có không ạ?", "attachment": {"type": "template", "payload": {"buttons": buttons}}}
    private = {"recipient": {"user_id": server.person()}, "message": message}
    assert await asks(session, server, "/v3.0/oa/message/cs", json=private) == code
    group = {"recipient": {"group_id": server.group()}, "message": message}
    assert await asks(session, server, "/v3.0/oa/group/message", json=group) == -233


async def test_the_hundred_and_first_request_in_a_minute_is_refused(session: ClientSession, server: FakeZaloOa) -> None:
    codes = [await asks(session, server, "/v2.0/oa/message", json={}) for _ in range(101)]
    assert codes == [0] * 100 + [-32]
    server.clock.later(seconds=61)
    assert await asks(session, server, "/v2.0/oa/message", json={}) == 0


async def test_a_token_lives_twenty_five_hours(session: ClientSession, server: FakeZaloOa) -> None:
    server.clock.later(hours=25)
    assert await asks(session, server, "/v3.0/oa/quota/group", json={}) == -216


def test_phone_numbers_come_in_both_layouts_and_as_numbers(server: FakeZaloOa) -> None:
    an = server.person()
    assert server.submits(an, phone=84912345678)["info"]["phone"] == 84912345678
    assert "full_address" in server.submits(an, newer=True)["info"]
