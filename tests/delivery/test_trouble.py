"""Vendors that are ill, people who left, processes that die: nothing is lost, nothing is said to nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.channels.base import Part, SendFailed, Why
from storage.outbox import Lane
from storage.writing import Write
from tests.delivery.conftest import Post, bad_gateway, no_answer, no_line, too_fast


@pytest.mark.parametrize("accident", [bad_gateway(), no_line(), no_answer(), RuntimeError("a bug in the channel")])
async def test_a_vendor_in_trouble_is_tried_again(post: Post, accident: Exception) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.accidents = [accident]
    assert await post.deliver() == []
    assert await post.states() == {"Đã ghi": "owed"}
    post.town.later(seconds=3)
    assert await post.deliver() == ["Đã ghi"]
    assert await post.states() == {"Đã ghi": "sent"}


async def test_tries_are_ever_further_apart_and_end_after_days(post: Post) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.refuses = lambda _part: bad_gateway()
    waits = []
    for _ in range(8):
        await post.deliver()
        (parcel,) = await post.parcels()
        waits.append((parcel.due_at - post.town.now).total_seconds())
        post.town.later(seconds=waits[-1])
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    post.town.later(days=3)
    await post.deliver()
    assert await post.states() == {"Đã ghi": "failed"}


async def test_what_was_held_over_tet_is_not_given_up_at_the_first_mishap(post: Post) -> None:
    tet = post.town.now + timedelta(days=9)
    await post.owes(await post.chat("an"), "Mời họp", Lane.BULK, due_at=tet, held_for="Tet weeks")
    post.town.later(days=9)
    post.wire.accidents = [bad_gateway()]
    assert await post.deliver() == []
    assert await post.states() == {"Mời họp": "owed"}
    post.town.later(minutes=2)
    assert await post.deliver() == ["Mời họp"]


async def test_a_later_reply_never_overtakes_one_that_is_tried_again(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "one")
    post.wire.accidents = [bad_gateway()]
    await post.deliver()
    await post.owes(an, "two")
    assert await post.deliver() == []
    post.town.later(seconds=3)
    assert await post.deliver() == ["one", "two"]


async def test_a_reply_does_not_wait_for_a_broadcast_that_is_tried_again(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Mời họp", Lane.BULK)
    post.wire.accidents = [bad_gateway()]
    await post.deliver()
    await post.owes(an, "Đã ghi")
    assert await post.deliver() == ["Đã ghi"]


async def test_a_reminder_is_not_sent_days_late_because_the_vendor_was_down(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Nhắc bác", Lane.CLOCK, expires_at=post.town.now + timedelta(hours=2))
    post.wire.accidents = [bad_gateway()]
    await post.deliver()
    post.town.later(hours=3)
    assert await post.deliver() == []
    assert await post.states() == {"Nhắc bác": "expired"}


async def test_trouble_of_the_vendor_is_named_until_it_is_over(post: Post) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.accidents = [bad_gateway()]
    await post.deliver()
    assert post.sender.trouble is Why.VENDOR
    post.town.later(seconds=3)
    await post.deliver()
    assert post.sender.trouble is None


async def test_after_429_nothing_goes_to_anybody_for_as_long_as_was_asked(post: Post) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.accidents = [too_fast(0.4)]
    start = asyncio.get_running_loop().time()  # before it is asked: on a busy machine the pause runs on meanwhile
    await post.deliver()
    await post.owes(await post.chat("hoa"), "Chào chị")
    assert await post.deliver() == ["Chào chị"]
    assert asyncio.get_running_loop().time() - start >= 0.35
    post.town.later(seconds=1)
    assert await post.deliver() == ["Chào chị", "Đã ghi"]


async def test_whoever_blocked_us_is_not_tried_again_until_they_write(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Đã ghi")
    post.wire.accidents = [SendFailed(Why.BLOCKED, "403")]
    await post.deliver()
    assert await post.states() == {"Đã ghi": "failed"}
    assert await post.reasons() == {"Đã ghi": "blocked"}
    assert (await post.door(an)).state == "blocked"
    assert post.lost == [(an, Why.BLOCKED)]
    for lane in Lane:
        await post.owes(an, f"tin {lane.name}", lane)
    assert await post.deliver() == []
    assert len(post.wire.started) == 1
    assert set((await post.states()).values()) == {"failed"}
    await post.opens(an)
    await post.owes(an, "Chào bác")
    assert await post.deliver() == ["Chào bác"]


async def test_what_waited_for_somebody_who_left_meanwhile_is_not_tried_either(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Mời họp", Lane.BULK)
    post.wire.accidents = [bad_gateway(), SendFailed(Why.BLOCKED, "403")]
    await post.deliver()
    await post.owes(an, "Đã ghi")
    await post.deliver()
    post.town.later(minutes=2)
    await post.deliver()
    assert len(post.wire.started) == 2
    assert await post.states() == {"Mời họp": "failed", "Đã ghi": "failed"}


async def test_a_person_who_writes_again_is_answered(post: Post) -> None:
    """From the door: the event opens the chat in the same transaction as its reply."""
    an = await post.town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    post.wire.accidents = [SendFailed(Why.BLOCKED, "403")]
    await post.deliver()
    await an.says("vneid 4")
    arrived = await post.deliver()
    assert len(arrived) == 1
    assert arrived[0].startswith("Đã ghi")


@pytest.mark.parametrize("why", [Why.CHAT_GONE, Why.NO_RIGHTS])
async def test_a_broken_group_stops_nobody_else(post: Post, why: Why) -> None:
    group, other = await post.chat("g1", group=True), await post.chat("g2", group=True)
    await post.owes(group, "Tuần 47", Lane.CLOCK)
    await post.owes(other, "Tuần 47 nữa", Lane.CLOCK)
    post.wire.refuses = lambda part: SendFailed(why) if part.chat == "g1" else None
    assert await post.deliver() == ["Tuần 47 nữa"]
    assert (await post.door(group)).state == "gone"
    assert post.lost == [(group, why)]


async def test_a_group_that_moved_is_followed(post: Post) -> None:
    group = await post.chat("-4001", group=True)
    await post.owes(group, "Tuần 47", Lane.CLOCK)
    post.wire.refuses = _moved
    assert await post.deliver() == ["Tuần 47"]
    assert post.wire.sent[0].chat == "-1001"
    assert (await post.door(group)).vendor_id == "-1001"


async def test_a_group_that_moved_to_where_it_is_known_already_is_followed(post: Post) -> None:
    old, new = await post.chat("-4001", group=True), await post.chat("-1001", group=True)
    await post.owes(old, "Tuần 47", Lane.CLOCK)
    await post.owes(old, "Mời họp", Lane.BULK)
    post.wire.refuses = _moved
    assert await post.deliver() == ["Tuần 47", "Mời họp"]
    assert {part.chat for part in post.wire.sent} == {"-1001"}
    assert (await post.door(old)).state == "gone"
    assert (await post.door(new)).state == "open"


def _moved(part: Part) -> Exception | None:
    return SendFailed(Why.MOVED, moved_to="-1001") if part.chat == "-4001" else None


async def test_words_that_the_vendor_refuses_for_good_are_given_up(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    await post.owes(await post.chat("hoa"), "Chào chị")
    post.wire.refuses = lambda part: SendFailed(Why.MALFORMED, "400") if part.chat == "an" else None
    assert await post.deliver() == ["Chào chị"]
    assert await post.states() == {"Đã ghi": "failed", "Chào chị": "sent"}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
        "account plain: something owed was given up: malformed: 400"
    ]


async def test_a_picture_that_is_refused_undoes_no_words(post: Post) -> None:
    short, long = await post.chat("an"), await post.chat("hoa")
    words = "Cảm ơn các tổ. " * 6
    await post.owes(short, "Tuần 47", media_id=await post.picture())
    await post.owes(long, words, media_id=await post.picture())
    post.wire.refuses = lambda part: SendFailed(Why.MALFORMED, "400") if part.picture else None
    assert sorted(await post.deliver()) == [words.strip(), "Tuần 47"]
    assert set((await post.states()).values()) == {"sent"}


async def test_a_picture_without_words_that_is_refused_was_not_sent(post: Post) -> None:
    await post.owes(await post.chat("an"), "", media_id=await post.picture())
    post.wire.refuses = lambda _part: SendFailed(Why.MALFORMED, "400")
    await post.deliver()
    assert await post.states() == {"": "failed"}


async def test_words_that_arrived_before_a_restart_stay_sent_whatever_becomes_of_their_picture(post: Post) -> None:
    words = "Cảm ơn các tổ. " * 6
    await post.owes(await post.chat("an"), words, media_id=await post.picture())
    post.wire.refuses = lambda part: bad_gateway() if part.picture else None
    await post.deliver()
    await post.again()
    post.wire.refuses = lambda part: SendFailed(Why.MALFORMED, "400") if part.picture else None
    post.town.later(minutes=1)
    assert await post.deliver() == [words.strip()]
    assert await post.states() == {words: "sent"}


async def test_replies_do_not_wait_where_the_clock_is_put_back(post: Post) -> None:
    """And keep their order; what is to go at a time waits for it."""
    an = await post.chat("an")
    await post.owes(an, "một")
    await post.owes(await post.chat("hoa"), "Nhắc", Lane.CLOCK)
    post.town.clock._at -= timedelta(hours=2)
    await post.owes(an, "hai")
    assert await post.deliver() == ["một\n\nhai"]
    post.town.later(hours=2)
    assert await post.deliver() == ["một\n\nhai", "Nhắc"]


# An unknown outcome


async def test_a_reply_whose_answer_never_came_is_resent_once_and_marked(post: Post) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.refuses = lambda _part: no_answer()
    await post.deliver()
    (parcel,) = await post.parcels()
    assert parcel.maybe_twice
    post.town.later(minutes=1)
    await post.deliver()
    post.town.later(minutes=1)
    await post.deliver()
    assert len(post.wire.started) == 2
    assert await post.states() == {"Đã ghi": "failed"}


async def test_a_broadcast_whose_answer_never_came_is_not_resent(post: Post) -> None:
    await post.owes(await post.chat("an"), "Mời họp", Lane.BULK)
    post.wire.refuses = lambda _part: no_answer()
    await post.deliver()
    post.town.later(minutes=5)
    await post.deliver()
    assert len(post.wire.started) == 1
    assert await post.states() == {"Mời họp": "failed"}


async def test_a_process_that_dies_in_the_middle_resends_replies_once_and_marks_them(post: Post) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    await post.owes(await post.chat("hoa"), "Mời họp", Lane.BULK)
    for _ in range(2):
        post.wire.gate.clear()
        delivering = asyncio.ensure_future(post.deliver())
        await post.wire.has_started(len(post.wire.started) + 1)
        await asyncio.wait_for(_all_in_the_air(post), 5)
        delivering.cancel()
        await post.again()
        assert (await post.states())["Mời họp"] == "failed"
    assert await post.states() == {"Mời họp": "failed", "Đã ghi": "failed"}
    assert [part.text for part in post.wire.started].count("Đã ghi") == 2
    assert [parcel.maybe_twice for parcel in await post.parcels()] == [True, False]


async def _all_in_the_air(post: Post) -> None:
    while post.wire.flying < sum(parcel.state == "sending" for parcel in await post.parcels()):
        await asyncio.sleep(0)


async def test_of_a_long_message_only_what_has_not_arrived_is_resent(post: Post) -> None:
    words = "Một câu dài về VNeID cho bà con đọc. " * 12
    await post.owes(await post.chat("an"), words)
    post.wire.accidents = [None, bad_gateway()]
    await post.deliver()
    post.town.later(seconds=3)
    arrived = await post.deliver()
    assert " ".join(arrived) == words.strip()


# Stopping


async def test_stopping_waits_for_what_is_under_way_and_puts_back_the_rest(post: Post) -> None:
    post.sender._pacer._limits = post.wire.limits  # the hand is wider than the wire
    for number in range(6):
        await post.owes(await post.chat(f"c{number}"), f"tin {number}")
    post.wire.gate.clear()
    running = post.nursery.start(post.sender.run(), "sender")
    await post.wire.has_started(6)
    stopping = asyncio.ensure_future(post.sender.stop())
    await post.owes(await post.chat("late"), "muộn")
    post.sender.wake()
    await asyncio.wait({stopping}, timeout=0.05)
    assert not stopping.done()
    post.wire.gate.set()
    await asyncio.wait_for(stopping, 5)
    await asyncio.wait_for(running, 5)
    states = await post.states()
    assert states.pop("muộn") == "owed"
    assert set(states.values()) == {"sent"}


async def test_what_has_not_left_when_the_service_stops_leaves_at_the_next_start(post: Post) -> None:
    """A chat that rests for a minute does not hold up the stop, and nothing becomes uncertain by it."""
    long = "Một câu dài về VNeID cho bà con đọc. " * 12
    await post.owes(await post.chat("an"), long)
    await post.owes(await post.chat("hoa"), "Mời họp", Lane.BULK)
    post.sender._pacer.hold(60)
    running = post.nursery.start(post.sender.run(), "sender")
    async with asyncio.timeout(5):
        while len(await post.parcels()) < 2:
            await asyncio.sleep(0)
        await post.sender.stop()
        await running
    assert post.wire.started == []
    assert {parcel.state for parcel in await post.parcels()} == {"waiting"}
    await post.again()
    assert "Mời họp" in await post.deliver()
    assert {parcel.maybe_twice for parcel in await post.parcels()} == {False}
    assert set((await post.states()).values()) == {"sent"}


async def test_what_is_just_being_taken_in_hand_is_not_left_behind_by_a_stop(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.sender._pacer.hold(60)
    real, taking, go_on = post.recorder.write, asyncio.Event(), asyncio.Event()

    async def slow(writes: Sequence[Write]) -> None:
        taking.set()
        await go_on.wait()
        await real(writes)

    monkeypatch.setattr(post.recorder, "write", slow)
    running = post.nursery.start(post.sender.run(), "sender")
    await asyncio.wait_for(taking.wait(), 5)
    stopping = asyncio.ensure_future(post.sender.stop())
    await asyncio.wait({stopping}, timeout=0.05)
    go_on.set()
    await asyncio.wait_for(asyncio.gather(stopping, running), 5)
    assert [parcel.state for parcel in await post.parcels()] == ["waiting"]


async def test_a_long_message_is_cut_by_a_stop_between_two_parts_and_goes_on_later(post: Post) -> None:
    words = "Một câu dài về VNeID cho bà con đọc. " * 12
    await post.owes(await post.chat("an"), words)
    post.wire.gate.clear()
    running = post.nursery.start(post.sender.run(), "sender")
    await post.wire.has_started(1)
    stopping = asyncio.ensure_future(post.sender.stop())
    await asyncio.wait({stopping}, timeout=0.05)
    post.wire.gate.set()
    await asyncio.wait_for(asyncio.gather(stopping, running), 5)
    assert len(post.wire.sent) == 1
    await post.again()
    assert " ".join(await post.deliver()) == words.strip()


# The database in trouble


async def test_a_message_that_left_is_recorded_when_the_database_is_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.gate.clear()
    delivering = asyncio.ensure_future(post.deliver())
    await post.wire.has_started(1)
    real, away = post.town.database.turn_at_writing, asyncio.Event()

    def locked():  # type: ignore[no-untyped-def]
        away.set()
        raise OSError("database is locked")

    monkeypatch.setattr(post.recorder._database, "turn_at_writing", locked)
    post.wire.gate.set()
    await asyncio.wait_for(away.wait(), 5)
    monkeypatch.setattr(post.recorder._database, "turn_at_writing", real)
    assert await delivering == ["Đã ghi"]
    assert await post.states() == {"Đã ghi": "sent"}


async def test_delivery_lives_on_when_the_database_is_away_for_a_while(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.owes(await post.chat("an"), "Đã ghi")
    real, away = post.town.database.look, asyncio.Event()

    def gone():  # type: ignore[no-untyped-def]
        away.set()
        raise OSError("unable to open database file")

    monkeypatch.setattr(post.town.database, "look", gone)
    post.nursery.start(post.sender.run(), "sender")
    await asyncio.wait_for(away.wait(), 5)
    monkeypatch.setattr(post.town.database, "look", real)
    post.sender.wake()
    await post.wire.has_started(1)
