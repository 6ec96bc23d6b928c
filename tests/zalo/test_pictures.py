"""Pictures for a messenger that fetches them itself: at addresses nobody guesses, which end; else the words alone."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import ClientSession
from PIL import Image

from storage import media
from storage.schema import new_id
from storage.writing import apply
from tests.zalo.doors import Home, ZaloBotDoor, house, monday_tally


def png() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (8, 8), "white").save(kept, "PNG")
    return kept.getvalue()


async def kept(home: Home, content: bytes, kind: str = "image/png") -> int:
    media_id = new_id()
    async with home.app.database.write() as connection:
        await apply(connection, media.made(media_id, content, kind, home.door.clock.now()))
    return media_id


async def got(url: str) -> tuple[int, bytes, str, str]:
    async with ClientSession() as session, session.get(url) as answer:
        headers = answer.headers
        return answer.status, await answer.read(), answer.content_type, headers.get("Cache-Control", "")


async def bound(home: Home) -> str:
    ha = await home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    group = home.door.group("Tổ CĐS xã Tú Lệ", ha)
    home.door.call(ha, "nhóm", group)
    await home.door.hears(group, "Từ giờ nhóm này")
    an = await home.enrol("Lò Văn An")
    home.door.says(an, "vneid 3")
    await home.door.hears(an, "Đã ghi")
    return group


async def test_the_tally_comes_as_a_picture_with_its_words_in_one_message(
    bot_home: Home, zalo_bot: ZaloBotDoor
) -> None:
    group = await bound(bot_home)
    await bot_home.strikes(monday_tally())
    (posted,) = await zalo_bot.hears(group, "TUẦN 47")
    assert posted.picture is not None
    assert posted.picture.startswith((b"\x89PNG", b"\xff\xd8\xff"))
    assert len(posted.picture) < 100_000


async def test_without_a_public_address_the_words_go_alone(
    tmp_path: Path, zalo_bot: ZaloBotDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.channel.PAUSE", 0.01)
    async with house(tmp_path, zalo_bot, public_base_url="") as home:
        an = await home.enrol("Lò Văn An")
        await home.owes(an, "Lịch họp", media_id=await kept(home, png()))
        (heard,) = await zalo_bot.hears(an, "Lịch họp")
        assert heard.picture is None
        assert (await home.until("Lịch họp", "sent"))[1] is None


async def test_a_picture_zalo_cannot_fetch_takes_no_words_with_it(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    an = await bot_home.enrol("Lò Văn An")
    zalo_bot.fake.switches.loopback = False
    await bot_home.owes(an, "Lịch họp", media_id=await kept(bot_home, png()))
    (heard,) = await zalo_bot.hears(an, "Lịch họp")
    assert heard.picture is None


async def test_an_address_opens_for_a_week_and_for_nobody_who_guesses(bot_home: Home) -> None:
    media_id, addresses = await kept(bot_home, png()), bot_home.app.addresses
    url = addresses.address(media_id)
    assert url.startswith(f"{bot_home.public}/p/{media_id}.")
    assert await got(url) == (200, png(), "image/png", "private, max-age=3600")
    other = await kept(bot_home, png())
    start, ends, signature = url.rsplit("/", 1)[1].split(".")
    for name in (
        f"{other}.{ends}.{signature}",
        f"{start}.{int(ends) + 86400}.{signature}",
        f"{start}.{ends}.{'0' * 32}",
        f"{start}.{ends}",
        f"{start}.{ends}.",
        f"{start}.{ends}.é",
        f"{'9' * 30}.{ends}.{signature}",
        "..",
        "x",
    ):
        assert (await got(f"{bot_home.public}/p/{name}"))[0] == 404, name
    bot_home.later(days=7)
    assert (await got(url))[0] == 200
    bot_home.later(days=1)
    assert (await got(url))[0] == 404


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "image/webp"])
async def test_only_what_every_phone_shows_is_served(bot_home: Home, kind: str) -> None:
    media_id = await kept(bot_home, b"<svg/>", kind)
    assert (await got(bot_home.app.addresses.address(media_id)))[0] == 404


async def test_a_picture_that_is_gone_is_gone_at_its_address_too(bot_home: Home) -> None:
    media_id, now = await kept(bot_home, png()), bot_home.door.clock.now()
    url = bot_home.app.addresses.address(media_id)
    await _gone(bot_home, media_id, now)
    assert (await got(url))[0] == 404


async def _gone(home: Home, media_id: int, now: datetime) -> None:
    async with home.app.database.write() as connection:
        await apply(connection, [media.gone(media_id, "erased", now)])
