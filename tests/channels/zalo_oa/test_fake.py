"""The pretend Zalo is as strict as the real one where the channel does not go."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, FormData

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


@pytest.mark.parametrize("headers", [{}, {"access_token": "x"}, {"Authorization": "Bearer {token}"}])
async def test_without_the_bare_token_nothing_is_done_under_http_200(
    session: ClientSession, server: FakeZaloOa, headers: dict[str, str]
) -> None:
    given = {name: value.format(token=server.oauth.access) for name, value in headers.items()}
    for code in (-216, -220):
        server.switches.dead_token = code
        async with session.get(f"{server.url}/v2.0/oa/getoa", headers=given) as response:
            answer = await response.json()
            assert (response.status, answer["error"], set(answer)) == (200, code, {"data", "error", "message"})


async def test_each_answer_says_how_many_requests_are_left(session: ClientSession, server: FakeZaloOa) -> None:
    headers = {"access_token": server.oauth.access}
    left = []
    for _ in range(2):
        async with session.get(f"{server.url}/v2.0/oa/getoa", headers=headers) as response:
            assert response.headers["X-RateLimit-Limit"] == "100"
            left.append(int(response.headers["X-RateLimit-Remain"]))
    assert left == [99, 98]


async def test_who_is_not_known_has_never_written_or_was_silent_is_told_apart(
    session: ClientSession, server: FakeZaloOa
) -> None:
    stranger, silent = server.person(wrote=False), server.person()
    server.clock.later(days=7, seconds=1)
    server.oauth.pair()
    codes = []
    for user in ("1", stranger, silent):
        body = {"recipient": {"user_id": user}, "message": {"text": "Chào bác"}}
        codes.append(await asks(session, server, "/v3.0/oa/message/cs", json=body))
    assert codes == [-201, -213, -230]
    server.switches.stranger = -230
    body = {"recipient": {"user_id": stranger}, "message": {"text": "Chào bác"}}
    assert await asks(session, server, "/v3.0/oa/message/cs", json=body) == -230


async def test_pockets_fall_from_free_over_the_package_to_money(session: ClientSession, server: FakeZaloOa) -> None:
    server.switches.free_in_window, server.package_used = 2, 499
    an, quotas = server.person(), []
    headers = {"access_token": server.oauth.access}
    for _ in range(4):
        body = {"recipient": {"user_id": an}, "message": {"text": "Chào bác"}}
        async with session.post(f"{server.url}/v3.0/oa/message/cs", headers=headers, json=body) as response:
            quota = (await response.json())["data"]["quota"]
            quotas.append((quota["quota_type"], quota["remain"]))
    assert quotas == [("reply", "1"), ("reply", "0"), ("sub_quota", "0"), ("purchase_quota", "0")]
    assert server.dong == 55


async def test_a_tap_on_a_question_writes_and_a_tap_on_a_link_only_opens(
    session: ClientSession, server: FakeZaloOa
) -> None:
    an = server.person()
    link = {"title": "Mở trang", "type": "oa.open.url", "payload": {"url": "https://x.vn"}}
    message = {"text": "Có không ạ?", "attachment": {"type": "template", "payload": {"buttons": [BUTTON, link]}}}
    body = {"recipient": {"user_id": an}, "message": message}
    assert await asks(session, server, "/v3.0/oa/message/cs", json=body) == 0
    tapped = server.taps(an, "Có")
    assert tapped is not None
    assert (tapped["event_name"], tapped["message"]["text"]) == ("user_send_text", "x")
    assert server.taps(an, "Mở trang") is None


PNG = b"\x89PNG\r\n\x1a\n"
UPLOADS = [
    ("image", "a.png", PNG, 0),
    ("image", "a.png", PNG + bytes(1024 * 1024), -210),
    ("image", "a.gif", b"GIF89a", -201),
    ("gif", "a.gif", b"GIF89a", 0),
    ("gif", "a.gif", PNG, -201),
    ("gif", "a.gif", b"GIF89a" + bytes(5 * 1024 * 1024), -210),
    ("file", "a.csv", b"1,2", 0),
    ("file", "a.xlsx", b"PK", -201),
    ("file", "a.pdf", bytes(5 * 1024 * 1024 + 1), -210),
]


@pytest.mark.parametrize(("what", "name", "content", "code"), UPLOADS)
async def test_uploads_are_measured_and_looked_at(
    session: ClientSession, server: FakeZaloOa, what: str, name: str, content: bytes, code: int
) -> None:
    form = FormData()
    form.add_field("file", io.BytesIO(content), filename=name)
    assert await asks(session, server, f"/v2.0/oa/upload/{what}", data=form) == code


GROUPS = [
    ({}, 0),
    ({"group_name": ""}, -201),
    ({"group_name": "T" * 31}, -201),
    ({"asset_id": "another"}, -238),
    ({"member_user_ids": ["nobody"]}, -201),
]


@pytest.mark.parametrize(("change", "code"), GROUPS)
async def test_a_group_needs_a_name_a_place_and_people_who_can_be_invited(
    session: ClientSession, server: FakeZaloOa, change: dict[str, Any], code: int
) -> None:
    body = {"group_name": "Tú Lệ", "asset_id": "asset-gmf100-1", "member_user_ids": [server.person()], **change}
    assert await asks(session, server, "/v3.0/oa/group/creategroupwithoa", json=body) == code


async def test_a_group_begins_with_ninety_nine_and_holds_what_its_size_says(
    session: ClientSession, server: FakeZaloOa
) -> None:
    server.assets = {"small": "gmf10", "large": "gmf100"}
    people = [server.person() for _ in range(100)]
    for asset, count, code in (("large", 100, -201), ("small", 11, -201), ("large", 99, 0), ("small", 10, 0)):
        body = {"group_name": "Tú Lệ", "asset_id": asset, "member_user_ids": people[:count]}
        assert await asks(session, server, "/v3.0/oa/group/creategroupwithoa", json=body) == code
    small = next(one.id for one in server.groups.values() if one.asset == "small")
    for one, code in ((people[0], 0), (people[20], -201)):
        body = {"group_id": small, "member_user_ids": [one]}
        assert await asks(session, server, "/v3.0/oa/group/invite", json=body) == code
    server.clock.later(days=8)
    server.oauth.pair()
    large = next(one.id for one in server.groups.values() if one.asset == "large")
    body = {"group_id": large, "member_user_ids": [people[99]]}
    assert await asks(session, server, "/v3.0/oa/group/invite", json=body) == -201, "silent for a week"


async def test_a_foreign_group_and_a_disabled_one_are_told_apart(session: ClientSession, server: FakeZaloOa) -> None:
    ours = server.group()
    server.groups[ours].disabled = True
    for group, code in (("1", -403), (ours, -237)):
        body = {"recipient": {"group_id": group}, "message": {"text": "x"}}
        assert await asks(session, server, "/v3.0/oa/group/message", json=body) == code


def test_ids_are_longer_than_a_double_holds_and_times_are_words(server: FakeZaloOa) -> None:
    event = server.says(server.person(), "vneid 3")
    assert int(event["sender"]["id"]) > 2**53
    assert str(float(event["sender"]["id"])) != event["sender"]["id"]
    assert isinstance(event["timestamp"], str)
    assert len(event["timestamp"]) == 13


async def test_a_token_lives_twenty_five_hours(session: ClientSession, server: FakeZaloOa) -> None:
    server.clock.later(hours=25)
    assert await asks(session, server, "/v3.0/oa/quota/group", json={}) == -216


def test_phone_numbers_come_in_both_layouts_and_as_numbers(server: FakeZaloOa) -> None:
    an = server.person()
    assert server.submits(an, phone=84912345678)["info"]["phone"] == 84912345678
    assert "full_address" in server.submits(an, newer=True)["info"]
