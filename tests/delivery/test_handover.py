"""Answers that are taken in hand by the transaction that owes them: at once, in order, within the hand, once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from bot.inbound import Inbound
from storage.addresses import addresses
from storage.engine import Database
from storage.outbox import Lane
from storage.writing import Write
from tests.delivery.conftest import LIMITS, Post, bad_gateway
from tests.town import Speaker, Town

Says = Callable[[Speaker, str], Awaitable[None]]


def answering(post: Post, database: Database | None = None) -> Inbound:
    """The town's turns, whose answers go to the post's sender."""
    town, account = post.town, post.wire.account_id
    channels, senders = {account: town.channel}, {account: post.sender}
    return Inbound(database or town.database, channels, town.clock, lambda: town.around, post.sender.wake, senders)


@pytest.fixture
def open_town(town: Town, post: Post) -> Town:
    town.inbound = answering(post)
    return town


def said(who: Speaker, number: int, text: str) -> dict[str, object]:
    return {
        "event_id": f"{who.vendor_id}-{number}",
        "chat": who.vendor_id,
        "speaker": who.vendor_id,
        "name": who.name,
        "text": text,
        "sent_at": who.town.now.isoformat(),
    }


async def village(town: Town, people: int) -> list[Speaker]:
    return [await town.person(f"Lò Văn {number}", f"Tú Lệ/Bản {number}") for number in range(people)]


async def test_an_answer_leaves_without_a_look_at_what_is_owed(open_town: Town, post: Post) -> None:
    [an] = await village(open_town, 1)
    post.wire.gate.clear()
    await open_town.events([said(an, 1, "vneid 3")])
    await post.wire.has_started(1)
    assert [row.state for row in await post.parcels()] == ["sending"], "it is on record before it leaves"
    post.wire.gate.set()
    await post.deliver()
    assert [text.startswith("Đã ghi cho Bản 0") for text in post.wire.texts] == [True]
    assert set((await post.states()).values()) == {"sent"}


async def test_an_answer_overtakes_no_earlier_one_that_waits_for_another_try(open_town: Town, post: Post) -> None:
    [an] = await village(open_town, 1)
    post.wire.accidents = [bad_gateway()]
    await open_town.events([said(an, 1, "vneid 3")])
    await post.wire.has_started(1)
    await open_town.events([said(an, 2, "dvc 2")])
    async with asyncio.timeout(5):
        while (await post.parcels())[0].state != "waiting":
            await asyncio.sleep(0)
    await open_town.events([said(an, 3, "etax 4")])
    open_town.later(minutes=1)
    await post.deliver()
    told = "\n".join(post.wire.texts)
    assert told.index("VNeID 3") < told.index("trực tuyến 2") < told.index("eTax 4")
    assert set((await post.states()).values()) == {"sent"}


async def test_no_more_is_in_hand_than_a_crash_may_send_twice(open_town: Town, post: Post) -> None:
    people = await village(open_town, LIMITS.in_flight + 4)
    post.wire.gate.clear()
    await open_town.events([said(one, 1, "vneid 3") for one in people])
    await post.wire.has_started(1)
    assert [row.state for row in await post.parcels()] == ["sending"] * LIMITS.in_flight
    post.wire.gate.set()
    await post.deliver()
    assert sorted(part.chat for part in post.wire.sent) == sorted(one.vendor_id for one in people)
    assert set((await post.states()).values()) == {"sent"}


async def test_an_answer_goes_before_a_post_that_waits(open_town: Town, post: Post) -> None:
    [an] = await village(open_town, 1)
    await open_town.events([said(an, 1, "vneid 3")])
    await post.deliver()
    [door] = [row for row in await open_town.rows(addresses) if row.vendor_id == an.vendor_id]
    post.wire.gate.clear()
    await post.owes(door.id, "nhắc bác", Lane.CLOCK)
    await open_town.events([said(an, 2, "dvc 2")])
    await post.wire.has_started(2)
    post.wire.gate.set()
    await post.deliver()
    assert post.wire.texts[-1] == "nhắc bác"


class Cut(Database):
    """Its connection is cut once, before or after it has written."""

    def __init__(self, url: str, *, after: bool) -> None:
        super().__init__(url)
        self.after, self.whole = after, False

    async def apply(self, writes: Sequence[Write]) -> None:
        cut, self.whole = not self.whole, True
        if cut and not self.after:
            raise OSError("cut off")
        await super().apply(writes)
        if cut:
            raise OSError("cut off after the commit")


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
async def test_an_answer_whose_commit_was_in_doubt_goes_once(town: Town, post: Post, *, after: bool) -> None:
    [an] = await village(town, 1)
    database = Cut(str(town.database.url), after=after)
    town.inbound = answering(post, database)
    await town.events([said(an, 1, "vneid 3")])
    await post.deliver()
    town.later(minutes=1)
    await post.deliver()
    assert len(post.wire.sent) == 1
    assert [row.maybe_twice for row in await post.parcels()] == [False]
    assert set((await post.states()).values()) == {"sent"}
    await database.close()


async def test_an_answer_in_hand_at_a_crash_goes_again_marked(open_town: Town, post: Post) -> None:
    [an] = await village(open_town, 1)
    post.wire.gate.clear()
    await open_town.events([said(an, 1, "vneid 3")])
    await post.wire.has_started(1)
    await post.again()
    post.wire.gate.set()
    await post.deliver()
    assert len(post.wire.sent) == 1
    assert [row.maybe_twice for row in await post.parcels()] == [True]


async def test_a_sender_that_stops_puts_an_answer_back(open_town: Town, post: Post) -> None:
    """What comes to a service that is ending waits for the next one, in nobody's hand."""
    an, hoa = await village(open_town, 2)
    await post.sender.stop()
    await open_town.events([said(an, 1, "vneid 3"), said(hoa, 1, "vneid 3")])
    assert await post.parcels() == []
    assert set((await post.states()).values()) == {"owed"}
