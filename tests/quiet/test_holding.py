"""Delivery asks before it sends: whatever was owed by whomever, at night it waits, and replies do not."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from handlers.clock.sending import URGENT
from storage import health, leaves, pauses
from storage.calendar import Moved, strike_out, write_down
from storage.outbox import Lane, Owing, owe, owed
from storage.writing import Write, apply
from tests.clock.clockwork import Clockwork, at
from tests.delivery.conftest import bad_gateway, too_fast
from tests.quiet.conftest import Mindful
from tests.town import Speaker, Town

NIGHT, MORNING = at(18, 21), at(19, 6, 30)


async def owes(post: Mindful, address_id: int, words: str, kind: str, lane: Lane, **more: Any) -> None:
    owing = Owing(post.wire.account_id, address_id, more.pop("person_id", None), kind, lane, words, **more)
    await writes(post.town, owe(owing, post.town.now))


async def writes(town: Town, *some: Write) -> None:
    async with town.database.write() as connection:
        await apply(connection, some)


async def test_at_night_only_the_reply_goes_and_the_rest_says_why(town: Town, post: Mindful) -> None:
    chat = await post.chat("an")
    town.clock.move_to(NIGHT)
    await owes(post, chat, "đáp", "reply", Lane.REPLY)
    await owes(post, chat, "nhắc", "remind-members", Lane.CLOCK)
    await owes(post, chat, "báo", "broadcast", Lane.BULK)
    await owes(post, chat, "tin mới", "notice", Lane.CLOCK)
    assert await post.deliver() == ["đáp"]
    assert await post.states() == {"đáp": "sent", "nhắc": "held", "báo": "held", "tin mới": "held"}
    assert (await post.reasons())["báo"] == "quiet hours"
    async with town.database.read() as connection:
        assert await health.held_counts(connection) == {"quiet hours": 3}
    assert {row.due_at for row in await town.rows(owed) if row.state == "held"} == {MORNING}
    town.clock.move_to(MORNING)
    assert set("\n".join(await post.deliver()).split("\n")) >= {"đáp", "nhắc", "báo", "tin mới"}
    assert set((await post.states()).values()) == {"sent"}


async def test_what_would_be_too_late_in_the_morning_ends_at_night_with_a_reason(town: Town, post: Mindful) -> None:
    chat = await post.chat("an")
    town.clock.move_to(NIGHT)
    await owes(post, chat, "nhắc", "remind-members", Lane.CLOCK, expires_at=at(18, 22))
    assert await post.deliver() == []
    assert await post.states() == {"nhắc": "expired"}
    assert await post.reasons() == {"nhắc": "quiet hours: too late by then"}


@pytest.mark.parametrize("kind", sorted(URGENT))
async def test_what_is_urgent_goes_at_night(town: Town, post: Mindful, kind: str) -> None:
    chat = await post.chat("boss")
    town.clock.move_to(NIGHT)
    await owes(post, chat, "lũ về", kind, Lane.BULK)
    assert await post.deliver() == ["lũ về"]


async def test_a_try_that_failed_in_the_evening_is_not_repeated_at_night(town: Town, post: Mindful) -> None:
    chat = await post.chat("an")
    town.clock.move_to(at(18, 20, 29))
    post.wire.accidents.append(bad_gateway())
    await owes(post, chat, "báo", "broadcast", Lane.CLOCK)
    assert await post.deliver() == []
    town.clock.move_to(NIGHT)
    assert await post.deliver() == []
    assert (await post.states(), await post.reasons()) == ({"báo": "held"}, {"báo": "quiet hours"})
    town.clock.move_to(MORNING)
    assert await post.deliver() == ["báo"]
    assert await post.states() == {"báo": "sent"}


async def test_what_lay_in_hand_when_the_night_came_is_asked_once_more(town: Town, post: Mindful) -> None:
    """The vendor asked to wait; what had been taken in hand by then must not leave at night."""
    one, other = await post.chat("an"), await post.chat("hoa")
    town.clock.move_to(at(18, 20, 25))
    post.wire.accidents.append(too_fast(0.5))
    await owes(post, one, "báo an", "broadcast", Lane.BULK)
    assert await post.deliver() == []
    await owes(post, other, "báo hoa", "broadcast", Lane.BULK)
    delivering = asyncio.ensure_future(post.deliver())
    while "sending" not in [row.state for row in await post.parcels()]:
        await asyncio.sleep(0)
    town.clock.move_to(NIGHT)
    assert await delivering == []
    assert await post.deliver() == []
    assert await post.states() == {"báo an": "held", "báo hoa": "held"}
    town.clock.move_to(MORNING)
    assert sorted(await post.deliver()) == ["báo an", "báo hoa"]


async def test_who_stopped_meanwhile_gets_nothing_that_was_owed_before(town: Town, post: Mindful) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    chat = await post.chat("an")
    await owes(post, chat, "báo", "broadcast", Lane.BULK, person_id=an.person_id)
    await Clockwork(town).wants_no_messages(an)
    assert await post.deliver() == []
    assert (await post.states(), await post.reasons()) == ({"báo": "cancelled"}, {"báo": "stopped"})


async def away(town: Town, who: Speaker, last: date) -> None:
    assert who.person_id is not None
    await writes(town, *leaves.taken(who.person_id, date(2026, 11, 18), last, town.now))


async def test_a_leave_holds_reminders_and_nothing_else(town: Town, post: Mindful) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    chat = await post.chat("an")
    await away(town, an, date(2026, 11, 19))
    await owes(post, chat, "nhắc", "lead-reminder", Lane.CLOCK, person_id=an.person_id)
    await owes(post, chat, "báo", "broadcast", Lane.BULK, person_id=an.person_id)
    assert await post.deliver() == ["báo"]
    assert (await post.reasons())["nhắc"] == "on leave"
    town.clock.move_to(at(20, 6, 30))
    assert await post.deliver() == ["báo", "nhắc"]


async def test_a_pause_of_the_commune_holds_what_its_villages_were_owed(town: Town, post: Mindful) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    tai = await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    await writes(town, *pauses.paused(town.places["Tú Lệ"], None, at(23, 0), town.now))
    for who, name in ((an, "an"), (tai, "tài")):
        chat = await post.chat(name)
        await owes(post, chat, f"nhắc {name}", "remind-members", Lane.CLOCK, person_id=who.person_id)
    assert await post.deliver() == ["nhắc tài"]
    assert (await post.reasons())["nhắc an"] == "paused"
    await writes(town, pauses.lifted(town.places["Tú Lệ"], town.now))
    town.clock.move_to(at(23, 6, 30))
    assert await post.deliver() == ["nhắc tài", "nhắc an"]


async def test_a_day_that_the_government_moved_is_off_and_taken_back(town: Town, post: Mindful) -> None:
    chat = await post.chat("an")
    async with town.database.write() as connection:
        await write_down(connection, [Moved(date(2026, 11, 18), "off", "nghỉ bù")], town.now)
    await owes(post, chat, "báo", "broadcast", Lane.BULK)
    assert await post.deliver() == []
    assert await post.reasons() == {"báo": "day off: nghỉ bù"}
    async with town.database.write() as connection:
        await strike_out(connection, date(2026, 11, 18))
    await owes(post, chat, "báo nữa", "broadcast", Lane.BULK)
    assert await post.deliver() == ["báo nữa"]


async def test_a_bad_rule_holds_all_but_replies_and_is_told_once(
    town: Town, post: Mindful, caplog: pytest.LogCaptureFixture
) -> None:
    await _holds_all_but_replies(town, post, caplog, "('2026-11-18', 'purple', 'x', '2026-11-01 00:00:00')")


@pytest.mark.only("sqlite")  # PostgreSQL keeps no such day
async def test_so_does_a_day_that_is_none(town: Town, post: Mindful, caplog: pytest.LogCaptureFixture) -> None:
    await _holds_all_but_replies(town, post, caplog, "('soon', 'off', 'x', '2026-11-01 00:00:00')")


async def _holds_all_but_replies(town: Town, post: Mindful, caplog: pytest.LogCaptureFixture, row: str) -> None:
    chat, other = await post.chat("an"), await post.chat("hoa")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    async with town.database.write() as connection:
        await connection.execute(text(f"INSERT INTO calendar_days (day, kind, name, changed_at) VALUES {row}"))
    await owes(post, chat, "đáp", "reply", Lane.REPLY)
    await owes(post, other, "báo", "broadcast", Lane.BULK)
    with caplog.at_level(logging.ERROR):
        assert await post.deliver() == ["đáp"]
        town.later(minutes=2)
        await owes(post, chat, "đáp nữa", "reply", Lane.REPLY)
        assert await post.deliver() == ["đáp", "đáp nữa"]
    assert len([line for line in caplog.messages if "a rule of sending is bad" in line]) == 1
    states, reasons = await post.states(), await post.reasons()
    assert states["báo"] == "held"
    assert (reasons["báo"] or "").startswith("a rule of sending is bad: calendar_days")
    assert "Em đã chuyển câu hỏi" in await an.says("hỏi bao giờ có kinh phí")
    async with town.database.write() as connection:
        await connection.execute(text("DELETE FROM calendar_days"))
    town.later(minutes=2)
    assert "báo" in await post.deliver()


async def test_days_off_without_end_are_a_bad_rule_too(town: Town, post: Mindful) -> None:
    chat = await post.chat("an")
    days = [Moved(date.fromordinal(date(2026, 11, 18).toordinal() + n), "off", "x") for n in range(70)]
    async with town.database.write() as connection:
        await write_down(connection, days, town.now)
    await owes(post, chat, "báo", "broadcast", Lane.BULK)
    await owes(post, chat, "đáp", "reply", Lane.REPLY)
    assert await post.deliver() == ["đáp"]
    assert "60 days" in str((await post.reasons())["báo"])
