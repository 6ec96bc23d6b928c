"""Pictures that people sent are fetched from Zalo's picture hosts, and from nowhere else."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_bot.fetching import LARGEST_PICTURE, PICTURE_HOSTS, Pictures, PublicOnly
from handlers.messages import PictureRef
from tests.fakes.zalo_bot import FakeZaloBot

JPEG = b"\xff\xd8\xff\xe0" + bytes(40)


async def failing(pictures: Pictures, address: str) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        await pictures.fetch(address)
    assert caught.value.__context__ is None
    return caught.value


async def test_a_picture_somebody_sent_is_fetched(channel: ZaloBotChannel, server: FakeZaloBot) -> None:
    incoming = channel.read(server.sends_photo("an", JPEG) or {})
    assert incoming is not None
    assert await channel.fetch(incoming.pictures[0]) == (JPEG, "image/jpeg")


async def test_a_picture_of_another_channel_is_not_looked_for(channel: ZaloBotChannel) -> None:
    with pytest.raises(SendFailed, match="not a picture of this channel"):
        await channel.fetch(PictureRef(file_id="f"))


ELSEWHERE = [
    "http://photo.zdn.vn/a.jpg",
    "https://zdn.vn.evil.vn/a.jpg",
    "https://evilzdn.vn/a.jpg",
    "https://photo.zdn.vn@evil.vn/a.jpg",
    "https://an:mat@photo.zdn.vn/a.jpg",
    "https://photo.zdn.vn:8443/a.jpg",
    "https://127.0.0.1/a.jpg",
    "https://[::1]/a.jpg",
    "http://127.0.0.1:9/a.jpg",
    "file:///etc/passwd",
    "https://evil.vn\\@photo.zdn.vn/a.jpg",
    "https:///a.jpg",
    "https://photo.zdn.vn:x/a.jpg",
    "",
]


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_nobody_leads_us_elsewhere(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    async def nowhere(*_: object) -> list[ResolveResult]:
        raise AssertionError("somebody was asked for")

    monkeypatch.setattr(PublicOnly, "resolve", nowhere)
    failed = await failing(Pictures(PICTURE_HOSTS), address)
    assert (failed.why, failed.retryable) == (Why.MALFORMED, False)


class Names(AbstractResolver):
    """A resolver in somebody else's hands."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0",
                                     "::ffff:10.0.0.1", "fd00::1", "0.0.0.0", "nonsense"])  # fmt: skip
async def test_a_known_name_that_points_into_a_private_network_is_refused(address: str) -> None:
    with pytest.raises(OSError, match="no public address"):
        await PublicOnly(Names(address)).resolve("photo.zdn.vn")
    found = await PublicOnly(Names(address, "49.213.95.1")).resolve("photo.zdn.vn")
    assert [one["host"] for one in found] == ["49.213.95.1"]


async def test_a_known_name_without_a_public_address_may_have_one_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.fetching.ThreadedResolver", lambda: Names("127.0.0.1"))
    failed = await failing(Pictures(PICTURE_HOSTS), "https://photo.zdn.vn/a.jpg")
    assert (failed.why, failed.retryable) == (Why.NETWORK, True)


ANSWERS = [
    ("a page instead of a picture", "/page", Why.MALFORMED, False),
    ("a link that has expired", "/gone", Why.MALFORMED, False),
    ("eleven megabytes", "/large", Why.MALFORMED, False),
    ("a host that is ill", "/ill", Why.VENDOR, True),
    ("a way into a private network", "/inside", Why.MALFORMED, False),
    ("a way to another host", "/elsewhere", Why.MALFORMED, False),
    ("a way in circles", "/circle", Why.MALFORMED, False),
]


@pytest.fixture
async def host() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        ways = {
            "/moved": "/a.jpg",
            "/circle": "/circle",
            "/inside": "http://169.254.169.254/latest",
            "/elsewhere": "https://evil.vn/a.jpg",
        }
        if request.path in ways:
            return web.Response(status=302, headers={"Location": ways[request.path]})
        bodies = {"/a.jpg": JPEG, "/page": b"<html>", "/large": JPEG + bytes(LARGEST_PICTURE)}
        if request.path in bodies:
            return web.Response(body=bodies[request.path])
        return web.Response(status=503 if request.path == "/ill" else 410)

    app = web.Application()
    app.router.add_get("/{name}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.mark.parametrize(("path", "why", "retryable"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
async def test_what_is_not_a_picture_of_sane_size_is_refused(host: str, path: str, why: Why, retryable: bool) -> None:
    failed = await failing(Pictures([host]), host + path)
    assert (failed.why, failed.retryable) == (why, retryable)


async def test_a_picture_that_moved_within_its_host_is_found(host: str) -> None:
    assert await Pictures([host]).fetch(f"{host}/moved") == (JPEG, "image/jpeg")


async def test_a_host_that_is_away_is_tried_again() -> None:
    origin = "http://127.0.0.1:9"
    failed = await failing(Pictures([origin]), f"{origin}/a.jpg")
    assert (failed.why, failed.retryable) == (Why.NETWORK, True)
