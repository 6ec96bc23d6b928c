"""The token is never seen: not in a log line at any level, not in an exception, not in a repr."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback

import pytest
from aiohttp import ClientSession

from bot.channels.base import Part, SendFailed
from bot.channels.telegram.channel import TelegramChannel
from handlers.messages import PictureRef
from tests.channels.telegram.conftest import channel_to
from tests.fakes.telegram import FakeTelegram, Fault

FAULTS = [
    None,
    Fault.BAD_GATEWAY,
    Fault.INDISCREET,
    Fault.GARBAGE,
    Fault.ODD,
    Fault.UNAUTHORISED,
    Fault.DROP_AFTER,
    Fault.SLOW,
]


async def live(channel: TelegramChannel) -> list[str]:
    """Everything a channel does, and every trace of what went wrong."""
    traces: list[str] = []
    for doing in (
        channel.meet(),
        channel.send(Part("1001", False, "Đã ghi")),
        channel.send(Part("404", False, "Đã ghi")),
        channel.send(Part("1001", False, "", picture=b"\x89PNG\r\n\x1a\n")),
        channel.fetch(PictureRef(file_id="f")),
        channel.register("https://x.vn/hook", "s3cret"),
        channel.register("", ""),
        channel.acknowledge([{"callback_query": {"id": "x"}}]),
    ):
        try:
            await doing
        except SendFailed as failed:
            while failed is not None:
                traces += [*traceback.format_exception(failed), repr(failed), repr(failed.__dict__)]
                failed = failed.__cause__ or failed.__context__  # type: ignore[assignment]
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(channel.poll(_refusing), 0.2)
    return [*traces, repr(channel), repr(channel.__dict__), repr(channel._client.bot)]


async def _refusing(_: list[bytes]) -> None:
    raise OSError("the disk is full")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("elsewhere", ["", "http://127.0.0.1:9", "http:///"])
async def test_no_trouble_brings_the_token_to_light(
    server: FakeTelegram, caplog: pytest.LogCaptureFixture, fault: Fault | None, elsewhere: str
) -> None:
    caplog.set_level(logging.DEBUG)
    server.slowness = 0.01
    server.files["f"] = b"\xff\xd8\xff"
    server.says(1001, "vneid 3")
    if fault is not None:
        server.breaks(fault)
    channel = channel_to(server, elsewhere)
    await channel.open()
    traces = await live(channel)
    await channel.close()
    secret = server.token.partition(":")[2]
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]
    seen = [*traces, *(record.getMessage() + str(record.exc_text or "") + str(record.__dict__) for record in ours)]
    assert len(seen) > 4
    assert not [line for line in seen if secret in line]


async def test_the_test_would_notice_since_the_server_does_quote_the_token(server: FakeTelegram) -> None:
    server.breaks(Fault.BAD_GATEWAY)
    async with ClientSession() as session, session.get(f"{server.url}/bot{server.token}/getMe") as page:
        assert server.token in await page.text()
