"""What may go wrong at Zalo's doors, from the payload to the sentence: the real service, and a vendor that is ill."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import func, select

from storage.checkins import checkins
from storage.journal import journal
from storage.outbox import Lane, owed, parcels
from tests.fakes.illness import Fault
from tests.fakes.zalo_oa_post import sign
from tests.fakes.zalo_oa_town import raw
from tests.zalo.doors import Door, Home, ZaloBotDoor, ZaloOaDoor, house

RECEIPT = "Đã ghi cho Bản Lềnh"


async def settled(home: Home) -> None:
    """Everything that has come in is lived, and everything that may go has gone."""
    await home.app.inbound.drain()
    for sender in home.app.senders.values():
        await sender.drain()


async def counted(home: Home, table: Any) -> int:
    async with home.app.database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def receipts(door: Door, chat: str) -> int:
    return sum(RECEIPT in one.text for one in door.shown(chat))


# Whoever is not Zalo


@pytest.mark.parametrize("secret", [None, "", "wrong", "the-secret\x00"])
async def test_a_bots_webhook_believes_no_other_secret(
    bot_home: Home, zalo_bot: ZaloBotDoor, secret: str | None
) -> None:
    event = {"event_name": "message.text.received", "message": {"text": "vneid 3"}}
    headers = {} if secret is None else {"X-Bot-Api-Secret-Token": secret.replace("\x00", "")}
    await posted(bot_home, "zalo-bot/tule1", json.dumps(event).encode(), headers, 401)
    assert await counted(bot_home, journal) == 0


async def test_an_official_accounts_webhook_believes_no_changed_byte(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    an = zalo_oa.person("An")
    event = zalo_oa.fake._talk(an, "1", "user_send_text", {"msg_id": "m1", "text": "vneid 3"})
    body = raw(event)
    headers = sign(zalo_oa.fake, event, body)
    await posted(oa_home, "zalo-oa/zalo-oa", body.replace(b"vneid 3", b"vneid 9"), headers, 401)
    await posted(oa_home, "zalo-oa/zalo-oa", body, {}, 401)
    assert await counted(oa_home, journal) == 0
    await posted(oa_home, "zalo-oa/zalo-oa", body, headers, 200)


async def posted(home: Home, path: str, body: bytes, headers: dict[str, str], expected: int) -> None:
    async with (
        ClientSession() as session,
        session.post(f"{home.public}/webhook/{path}", data=body, headers=headers) as response,
    ):
        assert response.status == expected


# Again, and in the wrong order


async def test_a_bots_event_that_comes_again_and_again_is_lived_once(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    an = await bot_home.enrol("Lò Văn An")
    zalo_bot.fake.switches.duplicates = 3
    zalo_bot.says(an, "vneid 3")
    await zalo_bot.hears(an, RECEIPT)
    answers = len(zalo_bot.fake.webhook_answers)
    await zalo_bot.wait_for(lambda: len(zalo_bot.fake.webhook_answers) >= answers, 5)
    await settled(bot_home)
    assert await counted(bot_home, checkins) == 1
    assert receipts(zalo_bot, an) == 1


async def test_events_in_the_wrong_order_and_twice_keep_their_times_and_are_lived_once(
    oa_home: Home, zalo_oa: ZaloOaDoor
) -> None:
    """The ladder of repetitions brings an old event after a newer one."""
    an = await oa_home.enrol("Lò Văn An")
    postman = zalo_oa.fake.postman
    assert postman is not None
    await postman.stop()
    older = zalo_oa.says(an, "vneid 3")
    oa_home.later(minutes=30)
    newer = zalo_oa.says(an, "thanh toán 2")
    for event in (newer, older, newer, older):
        await postman.deliver(event)  # type: ignore[arg-type]
    await settled(oa_home)
    assert receipts(zalo_oa, an) == 2
    async with oa_home.app.database.read() as connection:
        rows = (await connection.execute(select(checkins.c.sent_at).order_by(checkins.c.sent_at))).scalars().all()
    assert len(rows) == 2
    assert (rows[1] - rows[0]).total_seconds() >= 30 * 60, "each is kept at the time it was sent"


# A vendor that is ill while we answer

ILL = [
    (Fault.BAD_GATEWAY, 1, False),
    (Fault.PAGE, 1, False),
    (Fault.DROP_BEFORE, 1, True),
    (Fault.DROP_AFTER, 2, True),
    (Fault.GATEWAY_TIMEOUT, 2, True),
]
"""The illness of one send; how often the answer arrives in the end; whether it is marked as perhaps come twice."""


@pytest.mark.parametrize(("fault", "times", "marked"), [*ILL, (Fault.TIMEOUT, 2, True)], ids=str)
async def test_an_answer_survives_an_ill_bot_platform(
    bot_home: Home, zalo_bot: ZaloBotDoor, fault: Fault, times: int, marked: bool
) -> None:
    await _answered(bot_home, zalo_bot, "sendMessage", fault, times, marked)


@pytest.mark.parametrize(("fault", "times", "marked"), ILL, ids=str)
async def test_an_answer_survives_an_ill_official_account(
    oa_home: Home, zalo_oa: ZaloOaDoor, fault: Fault, times: int, marked: bool
) -> None:
    await _answered(oa_home, zalo_oa, "/message/cs", fault, times, marked)


async def test_429_as_a_page_is_too_fast_and_no_quota_at_a_bot(bot_home: Home, zalo_bot: ZaloBotDoor) -> None:
    await _too_fast(bot_home, zalo_bot, "sendMessage")


async def test_429_as_a_page_is_too_fast_and_no_quota_at_an_official_account(
    oa_home: Home, zalo_oa: ZaloOaDoor
) -> None:
    await _too_fast(oa_home, zalo_oa, "/message/cs")


async def _too_fast(home: Home, door: ZaloBotDoor | ZaloOaDoor, call: str) -> None:
    """The answer waits for as long as the gate wants, which is tested where the pace is kept."""
    an = await home.enrol("Lò Văn An")
    door.fake.breaks(Fault.TOO_FAST, call, 1)
    door.says(an, "vneid 3")
    await _refused(home)
    found = await _parcel(home)
    assert (found.reason.partition(":")[0], found.maybe_twice) == ("rate", False)
    assert (await home.owed(RECEIPT))[0] == "owed"
    assert receipts(door, an) == 0


async def _answered(
    home: Home, door: ZaloBotDoor | ZaloOaDoor, call: str, fault: Fault, times: int, marked: bool
) -> None:
    an = await home.enrol("Lò Văn An")
    door.fake.breaks(fault, call, 1)
    door.says(an, "vneid 3")
    await _refused(home)
    home.later(minutes=2)
    await home.until(RECEIPT, "sent")
    assert receipts(door, an) == times
    assert (await _parcel(home)).maybe_twice is marked


async def _refused(home: Home) -> None:
    """Until the newest parcel waits for another try; looked at often, since a database tells nobody."""
    async with asyncio.timeout(8):
        while not (home.app.senders[home.account_id].failed and (await _parcel(home)).state == "waiting"):
            await asyncio.sleep(0.02)


async def _parcel(home: Home) -> Any:
    """The newest parcel."""
    async with home.app.database.read() as connection:
        return (await connection.execute(select(parcels).order_by(parcels.c.id.desc()).limit(1))).one()


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.DROP_BEFORE, Fault.GATEWAY_TIMEOUT], ids=str)
async def test_a_broadcast_cut_off_on_its_way_is_never_sent_again(
    bot_home: Home, zalo_bot: ZaloBotDoor, fault: Fault
) -> None:
    an = await bot_home.enrol("Lò Văn An")
    zalo_bot.fake.breaks(fault, "sendMessage", 1)
    await bot_home.owes(an, "Xã mời họp.", Lane.BULK)
    await bot_home.until("Xã mời họp.", "failed")
    bot_home.later(hours=1)
    await settled(bot_home)
    assert sum("Xã mời họp." in one.text for one in zalo_bot.shown(an)) == (fault is not Fault.DROP_BEFORE)


# Keys that are dead


async def test_of_two_bots_with_one_dead_token_the_other_goes_on_and_the_alarm_is_one(
    tmp_path: Path, zalo_bot: ZaloBotDoor, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = f"tule1={zalo_bot.fake.token},tule2=999:dead-Token"
    async with house(tmp_path, zalo_bot, zalo_bot_tokens=tokens) as home:
        an = zalo_bot.person("Lò Văn An")
        zalo_bot.says(an, home.codes["Bản Lềnh", "member"])
        await zalo_bot.hears(an, "đồng ý")
        dead = next(one for one in home.app.channels.values() if one.account == "tule2")
        for number in range(3):
            await owes_at(home, dead.account_id, f"u{number}")
        async with asyncio.timeout(8):
            while home.app.senders[dead.account_id].trouble is None:
                await asyncio.sleep(0.02)
        zalo_bot.says(an, "1")
        await zalo_bot.hears(an, "Họ tên")
    alarms = [one for one in caplog.records if "tule2" in one.getMessage() and one.levelno >= logging.WARNING]
    assert len({one.getMessage() for one in alarms}) == len(alarms), "nothing is said twice"
    assert not [one for one in caplog.records if "dead-Token" in one.getMessage()]


async def owes_at(home: Home, account_id: int, chat: str) -> None:
    """Something is owed to somebody at one of several bots."""
    from storage import addresses
    from storage.outbox import Owing, owe
    from storage.schema import new_id
    from storage.writing import apply

    now, door_id = home.door.clock.now(), new_id()
    one = Owing(account_id, door_id, None, "notice", Lane.REPLY, "Chào bác.")
    async with home.app.database.write() as connection:
        await apply(connection, [addresses.opened(door_id, account_id, chat, False, chat, now), owe(one, now)])
    home.app.senders[account_id].wake()


async def test_with_an_expired_refresh_token_the_operator_reads_one_line_and_answers_wait(
    oa_home: Home, zalo_oa: ZaloOaDoor, caplog: pytest.LogCaptureFixture
) -> None:
    an = await oa_home.enrol("Lò Văn An")
    oa_home.later(days=91)
    for _ in range(3):
        zalo_oa.says(an, "vneid 3")
        async with asyncio.timeout(8):
            while not oa_home.app.senders[oa_home.account_id].trouble:
                await asyncio.sleep(0.02)
    lines = [one.getMessage() for one in caplog.records if "refresh token" in one.getMessage()]
    assert len(lines) == 1, lines
    assert "tocds channel add zalo-oa" in lines[0]
    async with oa_home.app.database.read() as connection:
        states = (await connection.execute(select(owed.c.state).where(owed.c.words.startswith(RECEIPT)))).scalars()
        assert set(states) <= {"owed"}, "they wait, none is given up"


# Ids that no double can hold


@pytest.mark.parametrize("as_numbers", [False, True])
async def test_two_people_whose_ids_differ_beyond_a_double_are_two(
    bot_home: Home, zalo_bot: ZaloBotDoor, as_numbers: bool
) -> None:
    zalo_bot.fake.switches.ids_as_numbers = as_numbers
    ids = ["9223372036854775001", "9223372036854775002"]
    assert float(ids[0]) == float(ids[1])
    for user, name in zip(ids, ("Lò Văn An", "Lò Thị Hoa"), strict=True):
        zalo_bot.fake.person(user, name)
        for said, heard in ((bot_home.codes["Bản Lềnh", "member"], "đồng ý"), ("1", "Họ tên"), (name, name)):
            zalo_bot.says(user, said)
            await zalo_bot.hears(user, heard)
    zalo_bot.says(ids[0], "tôi là ai")
    await zalo_bot.hears(ids[0], "Lò Văn An")
    zalo_bot.says(ids[1], "tôi là ai")
    await zalo_bot.hears(ids[1], "Lò Thị Hoa")
