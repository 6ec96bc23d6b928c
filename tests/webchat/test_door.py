"""The page's server: what is acknowledged is durable, what is malformed does no harm, strangers stay outside."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType, WSServerHandshakeError

from bot.channels.base import Part
from bot.channels.webchat import Shown
from bot.web import pages
from tests.webchat.stage import GROUP, MONDAY, Stage, on_stage

ID, OTHER = "0123456789abcdef", "fedcba9876543210"
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0-pixels").decode()


@asynccontextmanager
async def phone(stage: Stage, key: str = "member", **headers: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with (
        ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
        session.ws_connect(f"{stage.url}/ws?phone={key}", headers=headers, max_msg_size=0) as socket,
    ):
        yield socket


async def frame(socket: ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """The next frame of a kind; others are passed over."""
    while True:
        value: dict[str, Any] = await asyncio.wait_for(socket.receive_json(), 5)
        if value["type"] == kind:
            return value


async def test_a_message_is_acknowledged_only_when_it_is_durable() -> None:
    async with on_stage() as stage, phone(stage) as socket:
        stage.silent.clear()
        await socket.send_json({"type": "say", "client_id": ID, "text": "vneid 3"})
        await frame(socket, "clock")
        await stage.heard()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive_json(), 0.05)
        stage.silent.set()
        assert (await frame(socket, "ack"))["client_id"] == ID
        assert await frame(socket, "typing") == {"type": "typing", "on": True}


async def test_when_the_journal_refuses_the_page_is_let_go_without_an_acknowledgement() -> None:
    async with on_stage() as stage, phone(stage) as socket:
        stage.broken = True
        await socket.send_json({"type": "say", "client_id": ID, "text": "vneid 3"})
        kinds = []
        async for message in socket:
            kinds.append(message.json()["type"])
        assert kinds == ["history", "clock"]
        assert socket.close_code == 1013


async def test_malformed_frames_do_no_harm() -> None:
    async with on_stage() as stage, phone(stage) as socket:
        for raw in ("", "{", "[1]", '"x"', "null", '{"type":7,"client_id":{}}', "[" * 5000):
            await socket.send_str(raw)
        await socket.send_bytes(b"\xff\x00")
        await socket.send_json({"type": "dance", "client_id": OTHER})
        assert (await frame(socket, "refused"))["client_id"] == OTHER
        await socket.send_json({"type": "say", "client_id": ID, "text": "còn đây"})
        assert (await frame(socket, "ack"))["client_id"] == ID
        assert list(stage.journal) == [ID]


async def test_a_frame_that_is_far_too_large_closes_that_page_only() -> None:
    async with on_stage() as stage, phone(stage) as greedy, phone(stage) as other:
        with suppress(ConnectionError):  # the door may close while the rest is still on its way
            await greedy.send_str("x" * (4 * 1024 * 1024))
        while (await asyncio.wait_for(greedy.receive(), 5)).type is WSMsgType.TEXT:
            pass
        assert greedy.closed
        await other.send_json({"type": "say", "client_id": ID, "text": "em vẫn đây"})
        assert (await frame(other, "ack"))["client_id"] == ID


async def test_a_message_that_waited_for_a_signal_says_when_it_was_written() -> None:
    async with on_stage() as stage, phone(stage) as socket:
        await socket.send_json({"type": "say", "client_id": ID, "text": "vneid 3", "late": 3600})
        await frame(socket, "ack")
        assert stage.journal[ID]["sent_at"] == "2026-11-22T23:15:00+00:00"


async def test_a_group_sees_who_said_what_and_the_speaker_does_not_see_it_twice() -> None:
    async with on_stage() as stage, phone(stage, "group") as hoa, phone(stage, "group") as again:
        await frame(hoa, "clock")
        await frame(again, "clock")
        await hoa.send_json({"type": "say", "client_id": ID, "text": "chào cả nhóm"})
        assert (await frame(again, "message"))["id"] == ID
        await stage.says(Part(GROUP.chat, True, "Chào các tổ"))
        kinds = [await asyncio.wait_for(hoa.receive_json(), 5) for _ in range(2)]
        assert [(kind["type"], kind.get("text")) for kind in kinds] == [("ack", None), ("message", "Chào các tổ")]


async def test_a_picture_is_kept_with_its_true_type() -> None:
    async with on_stage() as stage, phone(stage) as socket:
        await socket.send_json({"type": "picture", "client_id": ID, "mime": "image/svg+xml", "data": JPEG})
        await frame(socket, "ack")
        assert stage.journal[ID]["picture"] == {"type": "image/jpeg", "data": JPEG}


async def test_pictures_of_the_history_open_by_their_link_and_not_by_a_guess() -> None:
    async with on_stage() as stage:
        stage.pictures[41] = (b"\x89PNG-tally", "image/png")
        stage.past["an"] = [Shown("m1", False, "", "", MONDAY, picture_url="/chat/pictures/41")]
        async with phone(stage) as socket, ClientSession() as stranger:
            link = (await frame(socket, "history"))["messages"][0]["picture"]
            base = stage.url.removesuffix("/chat")
            async with stranger.get(base + link) as found:
                assert (found.status, found.content_type, await found.read()) == (200, "image/png", b"\x89PNG-tally")
                assert found.headers["X-Content-Type-Options"] == "nosniff"
            for guess in (
                f"{stage.url}/pictures/41",
                f"{stage.url}/pictures/41?k=0",
                base + link.replace("/41", "/42"),
            ):
                async with stranger.get(guess) as refused:
                    assert refused.status == 404


async def test_another_sites_page_cannot_speak_for_somebody() -> None:
    async with on_stage(public_url="https://tocds.example") as stage:
        with pytest.raises(WSServerHandshakeError) as refused:
            async with phone(stage, Origin="https://evil.example"):
                pass
        assert refused.value.status == 403
        async with ClientSession() as session:
            evil = {"Origin": "https://evil.example"}
            async with session.post(f"{stage.url}/clock/next", headers=evil) as answer:
                assert answer.status == 403
        for origin in ("https://tocds.example", stage.url.removesuffix("/chat")):
            async with phone(stage, Origin=origin) as socket:
                await frame(socket, "history")


async def test_the_demo_clock_moves_one_job_for_all_phones() -> None:
    async with on_stage() as stage, phone(stage, "group") as group, phone(stage, "admin") as admin:
        assert (await frame(admin, "clock"))["next_job"] == "tổng hợp tuần"
        await frame(group, "clock")
        async with ClientSession() as session, session.post(f"{stage.url}/clock/next") as answer:
            clock = await answer.json()
        assert (clock["now"], clock["next_job"]) == ("2026-11-23T00:30:00+00:00", "bản tin cho cán bộ xã")
        assert "TUẦN 47" in (await frame(group, "message"))["text"]
        assert await frame(admin, "clock") == clock


async def test_an_unknown_phone_and_unknown_files_are_not_there() -> None:
    async with on_stage() as stage, ClientSession() as session:
        with pytest.raises(WSServerHandshakeError):
            async with phone(stage, "nobody"):
                pass
        for path in ("/static/x/main.js", f"/static/{pages.VERSION}/..%2fwords.py", f"/static/{pages.VERSION}/no.js"):
            async with session.get(stage.url + path) as answer:
                assert answer.status == 404


async def test_without_the_demo_a_browser_is_known_by_its_cookie_alone() -> None:
    async with on_stage(demo=False) as stage:
        async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as an, ClientSession() as stranger:
            async with an.get(f"{stage.url}?code=123456") as page:
                cookie = page.headers["Set-Cookie"]
                assert 'data-code="123456"' in await page.text()
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie
            token = page.cookies["tocds_chat"].value
            async with an.ws_connect(f"{stage.url}/ws?phone=member") as socket:
                await socket.send_json({"type": "say", "client_id": ID, "text": "123456"})
                await frame(socket, "ack")
            async with an.get(stage.url) as again:
                assert again.cookies["tocds_chat"].value == token
            with pytest.raises(WSServerHandshakeError):
                await stranger.ws_connect(f"{stage.url}/ws?phone=me")
            async with an.post(f"{stage.url}/clock/next") as no_clock:
                assert no_clock.status == 404
        assert stage.journal[ID]["chat"].startswith("w")
        assert token not in str(stage.journal)


async def test_a_code_that_is_none_never_reaches_the_page() -> None:
    async with on_stage(demo=False) as stage, ClientSession() as session:
        async with session.get(stage.url, params={"code": '"><script>alert(1)</script>'}) as page:
            text = await page.text()
        assert "alert(1)" not in text
        assert 'data-code=""' in text


async def test_behind_https_the_cookie_travels_only_there() -> None:
    async with (
        on_stage(demo=False, public_url="https://tocds.example") as stage,
        ClientSession() as session,
        session.get(stage.url) as page,
    ):
        assert "Secure" in page.headers["Set-Cookie"]


async def test_the_page_is_light_and_allows_nothing_from_elsewhere() -> None:
    async with on_stage() as stage, ClientSession() as session:
        async with session.get(stage.url) as page:
            text, policy = await page.text(), page.headers["Content-Security-Policy"]
        files = [name.split('"')[0] for name in text.split(f"/chat/static/{pages.VERSION}/")[1:]]
        assert {"chat.css", "main.js", "icon.svg"} <= set(files)
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "style=" not in text
        weight = len(text.encode()) + sum(len(content) for content in pages.all_static().values())
        assert weight < 60_000


async def test_a_stop_lets_open_pages_go_at_once() -> None:
    async with on_stage() as stage:
        session = ClientSession()
        socket = await session.ws_connect(f"{stage.url}/ws?phone=member")
        await frame(socket, "clock")
        await stage.chat.close()
        assert (await asyncio.wait_for(socket.receive(), 5)).type is WSMsgType.CLOSE
        assert socket.close_code == 1001
        await session.close()
    assert stage.chat.hub.looking("an") == 0
