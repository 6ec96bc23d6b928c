"""The token is never seen: not in a log line at any level, not in an exception, not in a repr."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback

import pytest
from aiohttp import ClientSession

from bot.channels.base import Part, SendFailed
from bot.channels.zalo_bot.channel import ZaloBotChannel
from handlers.messages import PictureRef
from tests.channels.zalo_bot.conftest import channel_to
from tests.fakes.zalo_bot import FakeZaloBot, Fault

FAULTS = [None, *(fault for fault in Fault if fault in FakeZaloBot.faults)]


async def live(channel: ZaloBotChannel, server: FakeZaloBot) -> list[str]:
    """Everything a channel does, and every trace of what went wrong."""
    traces: list[str] = []
    for doing in (
        channel.meet(),
        channel.send(Part("an", False, "Đã ghi")),
        channel.send(Part("nobody", False, "Đã ghi")),
        channel.send(Part("an", False, "", picture_url=f"{server.url}/photos/away.png")),
        channel.fetch(PictureRef(url=f"{server.url}/photos/away.png")),
        channel.register("https://x.vn/hook", "s3cret-Word"),
        channel.register("ftp://x.vn/hook", "s3cret-Word"),
        channel.register("", ""),
    ):
        try:
            await doing
        except SendFailed as failed:
            while failed is not None:
                traces += [*traceback.format_exception(failed), repr(failed), repr(failed.__dict__)]
                failed = failed.__cause__ or failed.__context__  # type: ignore[assignment]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(channel.poll(_refusing), 0.05)
    return [*traces, repr(channel), repr(channel.__dict__)]


async def _refusing(_: list[bytes]) -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("elsewhere", ["", "http://127.0.0.1:9", "http:///"])
async def test_no_trouble_brings_the_token_to_light(
    server: FakeZaloBot, caplog: pytest.LogCaptureFixture, fault: Fault | None, elsewhere: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.slowness = 0.01
    server.says("an", "vneid 3")
    if fault is not None:
        server.breaks(fault)
    channel = channel_to(server, elsewhere)
    await channel.open()
    traces = await live(channel, server)
    await channel.close()
    secret = server.token.partition(":")[2]
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]
    seen = [*traces, *(record.getMessage() + str(record.exc_text or "") + str(record.__dict__) for record in ours)]
    assert len(seen) > 4
    assert not [line for line in seen if secret in line]
    assert not [line for line in seen if "s3cret-Word" in line]


async def test_the_test_would_notice_since_the_server_does_quote_the_token(server: FakeZaloBot) -> None:
    server.breaks(Fault.BAD_GATEWAY)
    async with ClientSession() as session, session.get(f"{server.url}/bot{server.token}/getMe") as page:
        assert server.token in await page.text()
