"""Who goes next: replies before bulk, and nobody waits for somebody else's slow chat."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.lane import Lane
from bot.pacing import Pacer
from tests.pacing.world import JumpingLoop, World, limits, names

REPLY, CLOCK, BULK = 0, 1, 2


def test_a_reply_goes_before_a_broadcast_that_came_first() -> None:
    world = World(limits())
    for name in names("bulk", 100):
        world.lane.put(name, name, urgency=BULK)
    world.run(until=0.5)
    world.lane.put("reply", "an", urgency=REPLY)
    world.run()
    assert world.order()[30] == "reply"
    assert len(world.reached) == 101


def test_within_a_chat_what_came_first_goes_first() -> None:
    world = World(limits())
    for n in range(12):
        world.lane.put(f"m{n}", "an")
    world.run()
    assert world.order() == [f"m{n}" for n in range(12)]


def test_a_reply_overtakes_bulk_in_its_own_chat() -> None:
    world = World(limits())
    world.lane.put("first", "an", urgency=BULK)
    world.lane.put("second", "an", urgency=BULK)
    world.run(until=0.5)
    world.lane.put("reply", "an", urgency=REPLY)
    world.run()
    assert world.order() == ["first", "reply", "second"]


def test_a_reply_goes_first_to_somebody_whom_a_broadcast_has_not_reached_yet() -> None:
    world = World(limits())
    for name in names("bulk", 40):
        world.lane.put(name, name, urgency=BULK)
    world.run(until=0.5)
    world.lane.put("reply", "bulk-39", urgency=REPLY)
    world.run()
    assert world.order()[30] == "reply"
    assert world.order()[-1] == "bulk-39"
    assert len(world.reached) == 41


def test_a_held_chat_does_not_hold_up_the_others() -> None:
    world = World(limits())
    world.pacer.hold_chat("stuck", 300)
    for n in range(50):
        world.lane.put(f"stuck-{n}", "stuck", urgency=REPLY)
    for name in names("bulk", 60):
        world.lane.put(name, name, urgency=BULK)
    world.run(until=5)
    assert world.order() == list(names("bulk", 60))
    assert world.clock.time < 1002.0


def test_a_chat_whose_answer_never_comes_does_not_hold_up_the_others() -> None:
    world = World(limits())
    world.lane.put("lost", "far")
    assert world.lane.pick() is not None  # and its answer is awaited for ever
    world.lane.put("later", "far")
    for name in names("m", 90):
        world.lane.put(name, name)
    world.run(until=10)
    assert world.order() == list(names("m", 90))
    assert len(world.lane) == 1


def test_what_failed_goes_again_before_what_came_later_to_its_chat() -> None:
    world = World(limits())
    world.lane.put("first", "an")
    world.lane.put("second", "an")
    ticket = world.lane.pick()
    assert ticket is not None
    with ticket:
        world.lane.again(ticket)
    world.run()
    assert world.order() == ["first", "second"]


def test_the_parts_of_one_message_stay_together() -> None:
    world = World(limits())
    world.lane.put("text", "an")
    world.lane.put("other", "an")
    ticket = world.lane.pick()
    assert ticket is not None
    with ticket:
        world.lane.again(ticket, "picture 1")
        world.lane.again(ticket, "picture 2")
    world.run()
    assert world.order() == ["picture 1", "picture 2", "other"]


def test_a_cancelled_broadcast_leaves_and_replies_stay() -> None:
    world = World(limits())
    world.lane.put("bulk a", "an", urgency=BULK)
    world.lane.put("reply", "an", urgency=BULK)
    world.lane.put("bulk b", "hoa", urgency=BULK)
    assert sorted(world.lane.drop(lambda item: item.startswith("bulk"))) == ["bulk a", "bulk b"]
    assert len(world.lane) == 1
    world.run()
    assert world.order() == ["reply"]


def test_leaving_a_ticket_twice_frees_one_slot_only() -> None:
    world = World(limits())
    world.lane.put("m", "an")
    ticket = world.lane.pick()
    assert ticket is not None
    with ticket:
        assert world.pacer.flying == 1
    ticket.done()
    assert world.pacer.flying == 0


def in_time_that_jumps(scene: Callable[[JumpingLoop, Lane[str]], Awaitable[None]]) -> None:
    loop = JumpingLoop()
    try:
        lane: Lane[str] = Lane(Pacer(limits(), loop.time))
        loop.run_until_complete(asyncio.wait_for(scene(loop, lane), 1e6))
    finally:
        loop.close()


def test_a_sender_waits_without_polling_until_something_may_go() -> None:
    async def scene(loop: JumpingLoop, lane: Lane[str]) -> None:
        lane.pacer.hold_chat("an", 3600)
        lane.put("tomorrow", "an")
        with await lane.take() as ticket:
            assert ticket.item == "tomorrow"
        assert loop.time() >= 4600
        assert loop.jumps < 5

    in_time_that_jumps(scene)


def test_a_sender_that_waits_for_nothing_wakes_for_a_new_message() -> None:
    async def scene(loop: JumpingLoop, lane: Lane[str]) -> None:
        loop.call_later(50, lane.put, "hello", "an")
        with await lane.take() as ticket:
            assert ticket.item == "hello"
        assert 1050 <= loop.time() < 1051

    in_time_that_jumps(scene)


def test_a_sender_whose_slots_are_all_under_way_wakes_with_the_first_answer() -> None:
    async def scene(loop: JumpingLoop, lane: Lane[str]) -> None:
        for name in names("m", 31):
            lane.put(name, name)
        tickets = [await lane.take() for _ in range(30)]
        loop.call_later(9, tickets[4].done)
        with await lane.take() as last:
            assert last.item == "m-30"
        assert 1010 <= loop.time() < 1011

    in_time_that_jumps(scene)


def test_a_sender_that_is_cancelled_takes_no_message_with_it() -> None:
    async def scene(loop: JumpingLoop, lane: Lane[str]) -> None:
        lane.pacer.hold(10)
        lane.put("m", "an")
        waiting = asyncio.ensure_future(lane.take())
        await asyncio.sleep(5)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert len(lane) == 1
        assert lane.pacer.flying == 0

    in_time_that_jumps(scene)
