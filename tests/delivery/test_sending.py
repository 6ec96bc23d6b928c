"""What is owed leaves: in whose order, in how many messages, in what shape."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.channels.base import Limits
from storage import media
from storage.outbox import Lane, Owing, owe, parts
from storage.schema import new_id
from storage.writing import apply
from tests.delivery.conftest import LIMITS, PNG, Post

ODD = "Lò_Văn *An* [Tú Lệ] <b>&amp; `x`"


async def test_what_is_owed_arrives_and_is_recorded(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Đã ghi")
    assert await post.deliver() == ["Đã ghi"]
    assert await post.states() == {"Đã ghi": "sent"}
    (part,) = await post.town.rows(parts)
    assert (part.state, part.vendor_message_id, part.sent_at) == ("sent", "m1", post.town.now)


async def test_replies_go_before_the_clock_and_the_clock_before_bulk(post: Post) -> None:
    for place, lane in enumerate((Lane.BULK, Lane.CLOCK, Lane.REPLY)):
        await post.owes(await post.chat(f"c{place}"), lane.name, lane)
    assert await post.deliver() == ["REPLY", "CLOCK", "BULK"]


async def test_a_reply_finds_room_in_the_middle_of_a_broadcast(post: Post) -> None:
    for number in range(12):
        await post.owes(await post.chat(f"c{number}"), f"tin {number}", Lane.BULK)
    post.wire.gate.clear()
    post.nursery.start(post.sender.run(), "sender")
    await post.wire.has_started(4)
    await post.owes(await post.chat("an"), "Đã ghi")
    post.sender.wake()
    await post.wire.has_started(5)
    assert post.wire.started[-1].text == "Đã ghi", "a part of the hand is kept free for replies"


async def test_one_chat_gets_one_message_at_a_time_and_in_order(post: Post) -> None:
    an = await post.chat("an")
    for number in range(4):
        await post.owes(an, f"{number}", choices=(("1", "Đồng ý"),), question=f"q{number}")
    arrived = await post.deliver()
    assert [text.split("\n")[0] for text in arrived] == ["0", "1", "2", "3"]
    assert post.wire.most_flying == {"an": 1}


async def test_several_things_owed_to_one_person_leave_as_one_message(post: Post) -> None:
    an, hoa = await post.chat("an"), await post.chat("hoa")
    await post.owes(an, "Đã ghi")
    await post.owes(hoa, "Chào chị")
    await post.owes(an, "Chị Hà trả lời bác")
    await post.owes(an, "Nhắc bác", Lane.CLOCK)
    arrived = await post.deliver()
    assert sorted(arrived) == ["Chào chị", "Đã ghi\n\nChị Hà trả lời bác\n\nNhắc bác"]
    assert set((await post.states()).values()) == {"sent"}


async def test_a_broadcast_is_never_mixed_with_anything(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Đã ghi")
    await post.owes(an, "Mời họp", Lane.BULK)
    assert await post.deliver() == ["Đã ghi", "Mời họp"]


async def test_choices_are_numbered_lines_and_buttons(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Bác đồng ý không ạ?", choices=(("1", "Đồng ý"), ("2", "Không")), question="7f")
    assert await post.deliver() == ["Bác đồng ý không ạ?\n1. Đồng ý\n2. Không"]
    (part,) = post.wire.sent
    assert [(button.label, button.data) for button in part.buttons] == [("1. Đồng ý", "7f:1"), ("2. Không", "7f:2")]


async def test_more_choices_than_buttons_are_numbered_lines_only(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Việc gì?", choices=tuple((f"{n}", f"việc {n}") for n in range(1, 13)))
    (text,) = await post.deliver()
    assert text.endswith("12. việc 12")
    assert post.wire.sent[0].buttons == ()


async def test_nothing_follows_a_question_in_the_same_message(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Bác đồng ý không ạ?", choices=(("1", "Có"),), question="7f")
    await post.owes(an, "Chị Hà trả lời bác", Lane.CLOCK)
    arrived = await post.deliver()
    assert arrived == ["Bác đồng ý không ạ?\n1. Có", "Chị Hà trả lời bác"]


async def test_a_picture_travels_beside_short_words(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Tuần 47", media_id=await post.picture())
    await post.deliver()
    assert [(part.text, part.picture) for part in post.wire.sent] == [("Tuần 47", PNG)]


async def test_a_picture_follows_words_that_are_too_long_to_stand_beside_it(post: Post) -> None:
    an = await post.chat("an")
    words = "Cảm ơn các tổ. " * 6
    await post.owes(an, words, media_id=await post.picture())
    await post.deliver()
    assert [(part.text, part.picture) for part in post.wire.sent] == [(words.strip(), None), ("", PNG)]


async def test_a_picture_that_is_gone_leaves_its_words(post: Post) -> None:
    an = await post.chat("an")
    media_id = await post.picture()
    from sqlalchemy import delete

    from storage.media import media_bytes

    async with post.town.database.write() as connection:
        await connection.execute(delete(media_bytes))
    await post.owes(an, "Tuần 47", media_id=media_id)
    await post.deliver()
    assert [(part.text, part.picture) for part in post.wire.sent] == [("Tuần 47", None)]


async def test_a_picture_that_is_still_being_fetched_is_waited_for(post: Post) -> None:
    an, author, media_id = await post.chat("an"), await post.town.rostered("Hoàng Thị Hà", "Tú Lệ"), new_id()
    coming = media.sent(media_id, author, post.wire.account_id, "{}", post.town.now)
    async with post.town.database.write() as connection:
        await apply(connection, [coming])
    await post.owes(an, "Lịch họp", Lane.BULK, media_id=media_id)
    await post.owes(an, "Đã ghi")
    assert await post.deliver() == ["Đã ghi"]
    async with post.town.database.write() as connection:
        await apply(connection, media.kept(media_id, PNG, "image/png", post.town.now))
    await post.deliver()
    assert [(part.text, part.picture) for part in post.wire.sent] == [("Đã ghi", None), ("Lịch họp", PNG)]


async def test_a_picture_without_words_that_is_gone_was_not_sent(post: Post) -> None:
    media_id = await post.picture()
    async with post.town.database.write() as connection:
        await apply(connection, [media.gone(media_id, "forgotten", post.town.now)])
    await post.owes(await post.chat("an"), "", media_id=media_id)
    await post.deliver()
    assert post.wire.started == []
    assert await post.states() == {"": "failed"}


async def test_long_words_are_split_at_a_sentence(post: Post) -> None:
    an = await post.chat("an")
    words = "Một câu dài về VNeID cho bà con đọc. " * 12
    await post.owes(an, words)
    arrived = await post.deliver()
    assert len(arrived) > 2
    assert all(text.endswith("đọc.") and len(text) <= 200 for text in arrived)
    assert " ".join(arrived) == words.strip()
    assert await post.states() == {words: "sent"}


async def test_a_number_of_a_choice_is_never_cut_from_its_label(post: Post) -> None:
    an = await post.chat("an")
    choices = tuple((f"{n}", "a" * 28) for n in range(1, 11))
    await post.owes(an, "Việc gì?", choices=choices)
    arrived = await post.deliver()
    assert "\n".join(arrived).split("\n")[1:] == [f"{key}. {label}" for key, label in choices]


@pytest.mark.parametrize("limits", [replace(LIMITS, text=9)])
async def test_letters_outside_of_the_basic_plane_count_twice_and_stay_whole(post: Post, limits: Limits) -> None:
    await post.owes(await post.chat("an"), "😀" * 9)
    assert await post.deliver() == ["😀" * 4, "😀" * 4, "😀"]


async def test_odd_names_arrive_as_they_are(post: Post) -> None:
    await post.owes(await post.chat("an"), ODD)
    assert await post.deliver() == [ODD]


async def test_what_is_not_due_yet_waits(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Sáng mai", due_at=post.town.now + timedelta(hours=9))
    assert await post.deliver() == []
    post.town.later(hours=10)
    assert await post.deliver() == ["Sáng mai"]


async def test_a_reply_goes_at_once_though_the_clock_was_set_back_since(post: Post) -> None:
    later = post.town.now + timedelta(hours=1)
    owing = Owing(post.wire.account_id, await post.chat("an"), None, "reply", Lane.REPLY, "Đã ghi")
    async with post.town.database.write() as connection:
        await apply(connection, [owe(owing, later)])
    assert await post.deliver() == ["Đã ghi"]


async def test_what_is_not_wanted_any_more_is_not_sent(post: Post) -> None:
    an = await post.chat("an")
    await post.owes(an, "Nhắc bác", Lane.CLOCK, expires_at=post.town.now + timedelta(hours=2))
    post.town.later(hours=3)
    assert await post.deliver() == []
    assert (await post.states(), await post.reasons()) == ({"Nhắc bác": "expired"}, {"Nhắc bác": "not sent in time"})


async def test_a_chat_with_very_many_messages_does_not_keep_others_waiting(post: Post) -> None:
    busy = await post.chat("busy")
    for number in range(60):
        await post.owes(busy, f"{number}", choices=(("1", "x"),))
    await post.owes(await post.chat("an"), "Đã ghi")
    post.wire.gate.clear()
    post.nursery.start(post.sender.run(), "sender")
    await post.wire.has_started(2)
    assert "Đã ghi" in [part.text for part in post.wire.started]


@pytest.mark.parametrize("limits", [replace(LIMITS, per_chat_interval=30.0)])
async def test_a_chat_that_must_rest_does_not_keep_others_waiting(post: Post, limits: Limits) -> None:
    busy = await post.chat("busy")
    await post.owes(busy, "1", choices=(("1", "x"),))
    await post.owes(busy, "2", choices=(("1", "x"),))
    post.nursery.start(post.sender.run(), "sender")
    await post.wire.has_started(1)
    for number in range(5):
        await post.owes(await post.chat(f"c{number}"), f"tin {number}")
    post.sender.wake()
    await post.wire.has_started(6)
    assert sum(part.chat == "busy" for part in post.wire.started) == 1


async def test_a_row_that_another_process_wrote_is_noticed_within_a_second(post: Post) -> None:
    an = await post.chat("an")
    post.nursery.start(post.sender.run(), "sender")
    await post.owes(an, "from the command line")
    async with asyncio.timeout(1.5):
        await post.wire.has_started(1)
