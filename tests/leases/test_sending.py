"""One sender an account: who holds the lease sends, and whoever comes late overwrites nothing."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest
from sqlalchemy import func, update

from bot.channels.base import SendFailed, Why
from bot.inbound import Inbound
from storage import leases
from storage.leases import account_leases
from storage.outbox import Lane
from storage.writing import apply
from tests.delivery.conftest import LIMITS
from tests.leases.conftest import Process

Pair = tuple[Process, Process]
LIMITED = replace(LIMITS, per_second=4, per_group_minute=3)
"""Slots are given back a second after the answer: with four a second the window is one second."""


async def test_of_many_who_want_a_lease_one_gets_it(pair: Pair) -> None:
    one, two = pair
    assert sorted(await asyncio.gather(*(process.lease.take() for process in (one, two) * 4))) == [False] * 7 + [True]


async def test_a_lease_is_kept_by_renewing_and_free_after_its_end(pair: Pair) -> None:
    one, two = pair
    await one.holds()
    for _ in range(4):
        await asyncio.sleep(one.length / 2)
        await one.lease.renew()
        assert not await two.lease.take()
    await two.holds()
    assert two.lease.holds
    await one.lease.renew()
    assert not one.lease.holds


async def test_a_lease_that_is_let_go_is_free_at_once(pair: Pair) -> None:
    one, two = pair
    assert await one.lease.take()
    await one.lease.release()
    assert await two.lease.take()
    async with two.town.database.read() as connection:
        assert await leases.holders(connection) == {two.wire.account_id: "two"}


async def test_only_the_holder_sends(pair: Pair) -> None:
    one, two = pair
    an = await one.chat("an")
    await one.owes(an, "chào bác")
    assert await two.deliver() == []
    await one.holds()
    assert await one.deliver() == ["chào bác"]
    assert await two.deliver() == []


async def test_nothing_leaves_in_the_last_part_of_a_lease(pair: Pair) -> None:
    one, _two = pair
    await one.owes(await one.chat("an"), "chào bác")
    await one.holds()
    one.watch.now += one.length * 0.7
    assert not one.lease.may_write()
    assert await one.deliver() == []
    await one.lease.renew()
    assert await one.deliver() == ["chào bác"]


async def test_what_a_dead_holder_had_in_hand_goes_once_more_and_says_so(pair: Pair) -> None:
    one, two = pair
    await one.holds()
    one.wire.gate.clear()
    reply, bulk, later = [await one.chat(name) for name in ("an", "hoa", "pao")]
    await one.owes(reply, "trả lời")
    await one.owes(bulk, "thông báo", Lane.BULK)
    sending = asyncio.ensure_future(one.sender.drain())
    await one.wire.has_started(2)
    await one.owes(later, "sau")
    await one.die()
    sending.cancel()
    await two.holds()
    assert sorted(await two.deliver()) == ["sau", "trả lời"]
    assert await two.states() == {"trả lời": "sent", "thông báo": "failed", "sau": "sent"}
    assert (await two.reasons())["thông báo"] == "the answer never came"
    assert {(parcel.address_id, parcel.maybe_twice) for parcel in await two.parcels()} == {
        (reply, True),
        (bulk, False),
        (later, False),
    }


@pytest.mark.parametrize(
    "answer",
    [
        None,
        SendFailed(Why.BLOCKED, "403"),
        SendFailed(Why.NETWORK, "no answer", retryable=True, maybe_sent=True),
        SendFailed(Why.MALFORMED, "400"),
    ],
    ids=["arrived", "blocked", "unknown", "refused"],
)
async def test_a_woken_process_overwrites_nothing_whatever_answer_it_finds(
    pair: Pair, answer: SendFailed | None
) -> None:
    one, two = pair
    an = await one.chat("an")
    await one.owes(an, "trả lời")
    await one.holds()
    one.wire.gate.clear()
    sending = asyncio.ensure_future(one.sender.drain())
    await one.wire.has_started(1)
    one.sleeps()
    await two.holds()
    two.wire.gate.clear()
    resending = asyncio.ensure_future(two.sender.drain())
    await two.wire.has_started(1)
    before = await two.parcels()
    one.wire.accidents = [answer]
    one.wire.gate.set()  # it wakes, and reads what the messenger answered long ago
    await asyncio.wait_for(sending, 10)
    assert await two.parcels() == before
    assert (before[0].state, before[0].maybe_twice) == ("sending", True)
    assert (await two.door(an)).state == "open"
    assert one.lost == []
    two.wire.gate.set()
    await asyncio.wait_for(resending, 10)
    assert await two.states() == {"trả lời": "sent"}


async def test_a_woken_process_sends_nothing_more_and_can_take_its_turn_again(pair: Pair) -> None:
    one, two = pair
    chats = [await one.chat(f"c{number}") for number in range(12)]
    for chat in chats:
        await one.owes(chat, f"tin {chat}")
    await one.holds()
    one.wire.gate.clear()
    sending = asyncio.ensure_future(one.sender.drain())
    await one.wire.has_started(6)
    one.sleeps()
    await two.holds()
    assert len(await two.deliver()) == 12
    one.wire.gate.set()
    await asyncio.wait_for(sending, 10)
    await one.lease.renew()
    await one.sender.step_back()
    assert len(one.wire.started) == 6, "what it had under way, and nothing more"
    assert sum(parcel.maybe_twice for parcel in await two.parcels()) == 6
    await two.lease.release()
    await one.holds()
    await one.owes(chats[0], "hôm sau")
    assert (await one.deliver())[-1] == "hôm sau"
    assert set((await one.states()).values()) == {"sent"}


async def test_a_process_frozen_over_its_taking_in_hand_takes_nothing(pair: Pair) -> None:
    """What it had read before is another's by now: written by it, a message would be in two hands."""
    one, two = pair
    await one.owes(await one.chat("an"), "chào bác")
    await one.holds()
    real = one.recorder.write

    async def frozen(writes):  # type: ignore[no-untyped-def]
        one.recorder.write = real  # type: ignore[method-assign]
        one.sleeps()
        await two.holds()
        await two.deliver()
        await real(writes)

    one.recorder.write = frozen  # type: ignore[method-assign]
    assert await one.deliver() == []
    assert two.wire.texts == ["chào bác"]
    assert len(await two.parcels()) == 1


async def test_a_process_frozen_in_a_transaction_does_not_keep_the_lease_from_others(pair: Pair) -> None:
    one, two = pair
    await one.holds()
    with contextlib.suppress(Exception):  # its session is ended by the database, and it finds out when it wakes
        async with one.town.database.write() as connection:
            await apply(connection, one.lease.fence())
            await two.holds()
    assert two.lease.holds


async def test_a_group_that_a_former_holder_filled_waits_its_minute(pair: Pair) -> None:
    one, two = pair
    for process in pair:
        process.wire.limits = LIMITED
        process.sender = process._sender()
        await process.sender.begin()
    group, an = await one.chat("-1", group=True), await one.chat("an")
    await one.holds()
    for number in range(3):
        await one.owes(group, f"số {number}", cause_id=number)
        await one.deliver()
    await one.lease.release()
    began = asyncio.get_running_loop().time()
    await two.holds()
    await two.owes(group, "nữa")
    await two.owes(an, "riêng")
    sending = asyncio.ensure_future(two.sender.drain())
    await two.wire.has_started(1)
    assert asyncio.get_running_loop().time() - began >= 0.25, "one full window"
    while not two.wire.sent:
        await asyncio.sleep(0.01)
    assert two.wire.texts == ["riêng"]
    sending.cancel()


async def test_the_answer_of_a_process_that_was_overtaken_is_the_others_to_send(pair: Pair) -> None:
    """It does not know yet, and would take the answer in hand as it owes it: the row of the lease refuses."""
    one, two = pair
    await one.holds()
    async with two.town.database.write() as connection:
        await connection.execute(update(account_leases).values(until=func.clock_timestamp()))
    await two.holds()
    assert one.lease.may_write()
    town, account = one.town, one.wire.account_id
    channels, senders = {account: town.channel}, {account: one.sender}
    town.inbound = Inbound(town.database, channels, town.clock, lambda: town.around, one.sender.wake, senders)
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert (await an.says("vneid 3")).startswith("Đã ghi")
    assert await two.deliver() == [an.last[0].text]
    assert one.wire.started == []
    assert len(await two.parcels()) == 1
