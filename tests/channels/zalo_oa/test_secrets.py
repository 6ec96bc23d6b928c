"""No key is ever seen: not in a log line at any level, not in an exception, not in a repr."""

from __future__ import annotations

import logging
import traceback

import pytest

from bot.channels.base import Part, SendFailed
from bot.channels.zalo_oa.channel import ZaloOaChannel
from handlers.messages import PictureRef
from storage.engine import Database
from tests.channels.zalo_oa.conftest import APP, channel_to
from tests.fakes.zalo_oa import APP_SECRET, OA_SECRET_KEY, FakeZaloOa, Fault

FAULTS = [
    None,
    Fault.BAD_GATEWAY,
    Fault.PAGE,
    Fault.INDISCREET,
    Fault.ODD,
    Fault.DROP_AFTER,
    Fault.SLOW,
    Fault.REDIRECT,
]
PNG = b"\x89PNG\r\n\x1a\n"


async def live(channel: ZaloOaChannel, an: str) -> list[str]:
    """Everything a channel does, and every trace of what went wrong."""
    traces: list[str] = []
    for doing in (
        channel.meet(),
        channel.send(Part(an, False, "Đã ghi")),
        channel.send(Part("404", False, "Đã ghi")),
        channel.send(Part(an, False, picture=PNG)),
        channel.groups.every(),
        channel.groups.assets(),
        channel.fetch(PictureRef(url="https://evil.vn/x")),
        channel.tokens.current(),
    ):
        try:
            traces.append(repr(await doing))
        except SendFailed as failed:
            while failed is not None:
                traces += [*traceback.format_exception(failed), repr(failed), repr(failed.__dict__)]
                failed = failed.__cause__ or failed.__context__  # type: ignore[assignment]
    held = [channel, channel._signature, APP, channel.tokens, channel._client]
    return [*traces, *map(repr, held)]


async def seen(server: FakeZaloOa, channel: ZaloOaChannel, caplog: pytest.LogCaptureFixture) -> list[str]:
    traces = await live(channel, server.person())
    ours = [record for record in caplog.records if record.name != "aiohttp.access"]
    return [*traces, *(record.getMessage() + str(record.exc_text or "") + str(record.__dict__) for record in ours)]


def leaks(found: list[str]) -> list[str]:
    secrets = ("never-seen", APP_SECRET, OA_SECRET_KEY)
    return [line for line in found if any(secret in line for secret in secrets)]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("elsewhere", ["", "http://127.0.0.1:9", "http:///"])
async def test_no_trouble_brings_a_key_to_light(
    server: FakeZaloOa,
    database: Database,
    account_id: int,
    caplog: pytest.LogCaptureFixture,
    fault: Fault | None,
    elsewhere: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    server.slowness = 0.01
    if fault is not None:
        server.breaks(fault)
    channel = channel_to(server, database, account_id, url=elsewhere)
    await channel.open()
    await channel.tokens.give(server.oauth.refresh)
    found = await seen(server, channel, caplog)
    await channel.close()
    assert len(found) > 8
    assert not leaks(found)


async def test_a_refused_renewal_that_quotes_the_token_is_not_repeated(
    server: FakeZaloOa, database: Database, account_id: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = channel_to(server, database, account_id)
    await channel.open()
    await channel.tokens.give("refresh-Token-stale-never-seen")
    found = await seen(server, channel, caplog)
    await channel.close()
    assert any("Invalid refresh token hidden" in line for line in found)
    assert not leaks(found)


async def test_the_test_would_notice_since_the_server_does_quote_the_token(
    channel: ZaloOaChannel, server: FakeZaloOa
) -> None:
    server.breaks(Fault.BAD_GATEWAY)
    using = await channel.tokens.current()
    answer = await channel._wire.exchange("POST", f"{server.url}/v3.0/oa/message/cs", {"access_token": using.access})
    assert leaks([answer.body.decode()])
