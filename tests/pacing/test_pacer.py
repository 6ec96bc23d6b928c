"""The published limits of a messenger hold on its own clock, whatever the network does."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import SendFailed, Why
from bot.pacing import KEPT_CHATS, Pacer
from tests.pacing.world import Clock, World, jitter, limits, most_within


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pacer(clock: Clock) -> Pacer:
    return Pacer(limits(), clock)


def passes(pacer: Pacer, clock: Clock, chat: str, group: bool = False) -> float:
    """Send one message as early as allowed, answered at once; returns when."""
    clock.time = max(clock.time, pacer.ready_at(chat, group))
    pacer.begin(chat, group)
    pacer.end(chat, group)
    return clock.time


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), slowest=st.sampled_from([0.0, 0.005, 0.2, 3.0]))
def test_the_vendor_never_sees_more_than_30_in_a_second_even_over_a_shaky_network(seed: int, slowest: float) -> None:
    world = World(limits(), there=jitter(seed, slowest), back=jitter(seed + 1, slowest))
    for n in range(400):
        world.lane.put(f"m{n}", f"chat-{n % 150}")
    world.run()
    assert len(world.reached) == 400
    assert most_within(world.moments(), 1.0) <= 30
    assert all(most_within(world.moments(f"chat-{n}"), 1.0) == 1 for n in range(150))


def test_a_message_to_everyone_takes_hardly_longer_than_the_limit_itself() -> None:
    world = World(limits(), there=jitter(1, 0.01), back=jitter(2, 0.01))
    for n in range(1057):
        world.lane.put("tally", f"member-{n}")
    world.run()
    assert len(world.reached) == 1057
    assert world.clock.time - 1000.0 < 1.03 * 1057 / 30


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_group_hears_at_most_20_a_minute(seed: int) -> None:
    world = World(limits(), there=jitter(seed, 0.5), back=jitter(seed + 1, 0.5))
    for n in range(70):
        world.lane.put(f"m{n}", "group", group=True)
    world.run()
    assert len(world.reached) == 70
    assert most_within(world.moments("group"), 60.0) == 20


def test_a_person_is_not_bound_by_the_limit_for_groups(pacer: Pacer, clock: Clock) -> None:
    times = [passes(pacer, clock, "an") for _ in range(25)]
    assert times == [1000.0 + n for n in range(25)]


def test_the_next_message_to_a_chat_waits_a_second_after_the_answer_not_the_start(pacer: Pacer, clock: Clock) -> None:
    pacer.begin("an")
    assert pacer.ready_at("an") == inf
    clock.time += 4
    pacer.end("an")
    assert pacer.ready_at("an") == clock.time + 1


def test_a_slot_is_free_again_one_second_after_its_answer(pacer: Pacer, clock: Clock) -> None:
    for n in range(30):
        pacer.begin(f"chat-{n}")
    assert pacer.ready_at("hoa") == inf
    clock.time += 0.25
    pacer.end("chat-7")
    assert pacer.ready_at("hoa") == clock.time + 1


def test_a_wait_for_the_whole_account_holds_everyone(pacer: Pacer, clock: Clock) -> None:
    pacer.heed("an", SendFailed(Why.RATE, retryable=True, retry_after=7, whole_account=True))
    pacer.hold(2)
    assert pacer.ready_at("an") == pacer.ready_at("hoa") == 1007.0


def test_a_wait_for_one_chat_leaves_the_others_alone(pacer: Pacer, clock: Clock) -> None:
    pacer.heed("an", SendFailed(Why.RATE, retryable=True, retry_after=7))
    pacer.heed("hoa", SendFailed(Why.VENDOR, retryable=True))
    assert pacer.ready_at("an") == 1007.0
    assert pacer.ready_at("hoa") <= clock.time


def test_a_wait_asked_for_while_a_message_is_under_way_outlives_its_answer(pacer: Pacer, clock: Clock) -> None:
    pacer.begin("an")
    pacer.hold_chat("an", 30)
    pacer.end("an")
    assert pacer.ready_at("an") == 1030.0


def test_a_sender_that_does_not_ask_is_stopped(pacer: Pacer) -> None:
    pacer.begin("an")
    with pytest.raises(RuntimeError, match="before its time"):
        pacer.begin("an")


def test_a_channel_without_a_published_rate_is_bound_only_by_what_is_under_way() -> None:
    world = World(limits(per_second=None, in_flight=64, per_chat_interval=0.0, per_group_minute=None))
    for n in range(640):
        world.lane.put(f"m{n}", f"chat-{n}")
    world.run()
    assert world.clock.time - 1000.0 == pytest.approx(10 * 0.02)


def test_an_account_of_one_message_in_two_seconds_keeps_to_it() -> None:
    world = World(limits(per_second=0.5, in_flight=1))
    for n in range(5):
        world.lane.put(f"m{n}", f"chat-{n}")
    world.run()
    assert most_within(world.moments(), 2.0) == 1


def test_chats_at_rest_are_forgotten_and_busy_ones_are_not(clock: Clock) -> None:
    pacer = Pacer(limits(per_second=None, in_flight=10), clock)
    pacer.begin("busy")
    pacer.hold_chat("held", 1e6)
    for n in range(3 * KEPT_CHATS):
        passes(pacer, clock, f"chat-{n}")
        clock.time += 2
    assert len(pacer._chats) < 2 * KEPT_CHATS
    assert pacer.ready_at("busy") == inf
    assert pacer.ready_at("held") == 1000.0 + 1e6
