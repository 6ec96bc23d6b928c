"""From the journal to turns: once each, in order, whatever else happens."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

import bot.inbound
import bot.living
from bot.inbound import Inbound
from bot.journaling import JournalUnavailable
from storage.checkins import checkins
from storage.engine import Database
from storage.journal import journal
from storage.outbox import owed
from tests.inbound.conftest import Handlers, event, states
from tests.town import Town


async def test_the_same_event_twice_is_one_event(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    said = event(town, an.vendor_id, "vneid 3")
    await town.events([said])
    await town.events([said])
    assert len(await town.rows(checkins)) == 1
    assert len(await an.hears()) == 1


async def test_the_same_event_twice_in_one_batch_is_one_event(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    said = event(town, an.vendor_id, "vneid 3")
    await town.events([said, dict(said)])
    assert len(await town.rows(checkins)) == 1


async def test_the_same_event_after_a_restart_is_one_event(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    said = event(town, an.vendor_id, "vneid 3")
    await town.events([said])
    town.inbound = Inbound(town.database, {town.channel.account_id: town.channel}, town.clock, lambda: town.around)
    await town.events([said])
    assert len(await town.rows(checkins)) == 1


async def test_what_one_person_says_is_handled_in_order(town: Town, handlers: Handlers) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.person("Lò Thị Hoa", "Gia Hội/Thôn 2")
    words = [f"vneid {number}" for number in range(1, 6)]
    await town.events([event(town, who.vendor_id, text) for text in words for who in (an, hoa)])
    assert [text for text in handlers.lived if text][0:2] == ["vneid 1", "vneid 1"], "two people share a batch"
    assert handlers.lived == [text for text in words for _ in range(2)]


async def test_what_one_person_says_in_two_chats_is_handled_in_order(town: Town, handlers: Handlers) -> None:
    """Hoa's word in the group waits behind An's; what she writes privately after it must not overtake it."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.person("Lò Thị Hoa", "Gia Hội/Thôn 2")
    await town.events(
        [
            event(town, an.vendor_id, "first", chat="g1", group=True),
            event(town, hoa.vendor_id, "second", chat="g1", group=True),
            event(town, hoa.vendor_id, "third"),
        ]
    )
    assert handlers.lived == ["first", "second", "third"]


async def test_two_people_of_one_village_do_not_share_a_batch(town: Town, handlers: Handlers) -> None:
    """Each must see what the other has reported."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.person("Lò Thị Hoa", "Tú Lệ/Bản Lềnh")
    seen: list[int] = []
    handlers.on = lambda turn: seen.append(turn.journal_id)
    await town.events([event(town, who.vendor_id, "người 40") for who in (an, hoa)])
    heard = (await an.hears()) + (await hoa.hears())
    assert len(seen) == 2
    assert "chung" not in heard[0]
    assert "chung" in heard[1]


async def test_a_turn_that_raises_spoils_nobody_elses(town: Town, handlers: Handlers) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.person("Lò Thị Hoa", "Gia Hội/Thôn 2")
    handlers.raises = {"boom"}
    await town.events([event(town, an.vendor_id, "boom"), event(town, hoa.vendor_id, "vneid 3")])
    assert (await hoa.hears())[0].startswith("Đã ghi")
    assert await states(town) == {f"{an.vendor_id}:boom": "failed", f"{hoa.vendor_id}:vneid 3": "done"}


async def test_an_event_is_given_up_after_three_tries_alone_kindly_and_visibly(
    town: Town, handlers: Handlers, caplog: pytest.LogCaptureFixture
) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    handlers.raises = {"boom"}
    await town.events([event(town, an.vendor_id, "boom"), event(town, an.vendor_id, "vneid 3")])
    assert handlers.lived == ["boom"] * 4 + ["vneid 3"], "once in a batch, three times alone; then the chat goes on"
    (failed,) = [row for row in await town.rows(journal) if row.state == "failed"]
    assert failed.reason.startswith("ZeroDivisionError: a handler stumbles")
    assert failed.ended_at is not None
    heard = await an.hears()
    assert heard[0].startswith("Em bị vấp ở tin vừa rồi của bác")
    assert heard[1].startswith("Đã ghi")
    given_up = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(given_up) == 1
    assert "\n" not in given_up[0].getMessage()
    assert given_up[0].exc_info is None


async def test_a_handler_that_recovers_is_answered_once(town: Town, handlers: Handlers) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    handlers.raises = {"vneid 3"}

    def recovers(_turn: object) -> None:
        if len(handlers.lived) == 3:
            handlers.raises.clear()

    handlers.on = recovers
    await town.events([event(town, an.vendor_id, "vneid 3")])
    assert [words.split()[0] for words in await an.hears()] == ["Đã"]
    assert len(await town.rows(checkins)) == 1


async def test_a_commit_that_fails_is_played_again_one_by_one(town: Town, handlers: Handlers) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.person("Lò Thị Hoa", "Gia Hội/Thôn 2")
    handlers.spoils = {"dvc 2"}
    await town.events(
        [
            event(town, an.vendor_id, "dvc 2"),
            event(town, an.vendor_id, "vneid 1"),
            event(town, hoa.vendor_id, "vneid 3"),
        ]
    )
    assert (await hoa.hears())[0].startswith("Đã ghi")
    assert len(await town.rows(checkins)) == 2, "nothing of the spoilt turn was kept, and nothing twice"
    assert (await states(town))[f"{an.vendor_id}:dvc 2"] == "failed"
    last = [text for text in handlers.lived if text != "vneid 3"]
    assert last.index("vneid 1") > max(place for place, text in enumerate(last) if text == "dvc 2")


async def test_an_event_is_never_handled_twice_when_the_news_of_its_commit_got_lost(
    town: Town, handlers: Handlers
) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")

    news = iter([OSError("the answer of the commit never came")])

    def lost() -> None:
        for error in news:
            raise error

    channels = {town.channel.account_id: town.channel}
    town.inbound = Inbound(town.database, channels, town.clock, lambda: town.around, lost)
    await town.events([event(town, an.vendor_id, "vneid 3")])
    assert len(await town.rows(checkins)) == 1
    assert len(await an.hears()) == 1


async def test_an_event_that_cannot_even_be_answered_does_not_block_its_chat(
    town: Town, handlers: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    handlers.raises = {"boom"}

    def speechless(turn: object) -> None:
        raise ValueError("no words")

    monkeypatch.setattr(bot.living, "sorry", speechless)
    await town.events([event(town, an.vendor_id, "boom"), event(town, an.vendor_id, "vneid 3")])
    assert (await states(town))[f"{an.vendor_id}:boom"] == "failed"
    assert (await an.hears())[0].startswith("Đã ghi")


async def test_an_event_that_cannot_be_read_is_given_up(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.events([event(town, an.vendor_id, "x", kind="hologram"), event(town, an.vendor_id, "vneid 3")])
    assert (await states(town))[f"{an.vendor_id}:x"] == "failed"
    assert (await an.hears())[0].startswith("Đã ghi")


async def test_an_unknown_shape_is_journaled_as_ignored(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.events([{"surprise": [1, 2]}, event(town, an.vendor_id, "vneid 3"), {"surprise": [1, 2]}])
    ignored = [row for row in await town.rows(journal) if row.state == "ignored"]
    assert [(json.loads(row.body), row.reason) for row in ignored] == [({"surprise": [1, 2]}, "unknown shape")]
    assert (await an.hears())[0].startswith("Đã ghi")


@pytest.mark.only("sqlite")  # where processes share a database, another one may serve the account
async def test_an_event_of_an_account_that_is_not_served_is_ignored_with_a_reason(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    town.inbound = Inbound(town.database, {}, town.clock, lambda: town.around)
    await town.events([event(town, an.vendor_id, "vneid 3")])
    (row,) = await town.rows(journal)
    assert (row.state, row.reason) == ("ignored", "account is not served by this process")


async def test_a_late_event_keeps_the_time_at_which_it_was_sent(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    sent = town.now - timedelta(days=2)
    await an.says("vneid 3", sent_at=sent)
    (kept,) = await town.rows(checkins)
    assert kept.sent_at == sent
    assert kept.day == sent.date()


async def test_what_a_dead_process_left_comes_first(town: Town, handlers: Handlers) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    writing = asyncio.ensure_future(town.inbound.journal.run())
    await town.inbound.take(town.channel, [json.dumps(event(town, an.vendor_id, "vneid 3")).encode()])
    writing.cancel()
    assert handlers.lived == []
    again = Inbound(town.database, {town.channel.account_id: town.channel}, town.clock, lambda: town.around)
    await again.drain()
    assert (await an.hears())[0].startswith("Đã ghi")


async def test_many_events_are_one_commit(town: Town) -> None:
    commits = 0

    class Counted(Database):
        def turn_at_writing(self):  # type: ignore[no-untyped-def]
            nonlocal commits
            commits += 1
            return super().turn_at_writing()

    town.inbound.journal._database = Counted(str(town.database.url))
    bodies = [json.dumps(event(town, "u1", f"vneid {number}")).encode() for number in range(50)]
    taking = [asyncio.ensure_future(town.inbound.take(town.channel, [body])) for body in bodies]
    writing = asyncio.ensure_future(town.inbound.journal.run())
    await asyncio.gather(*taking)
    writing.cancel()
    assert commits == 1
    assert len(await town.rows(journal)) == 50
    await town.inbound.journal._database.close()


async def test_an_event_is_durable_before_it_is_acknowledged(town: Town) -> None:
    """What `take` has returned from is in the file, whoever reads it."""
    writing = asyncio.ensure_future(town.inbound.journal.run())
    await town.inbound.take(town.channel, [json.dumps(event(town, "u1", "vneid 3")).encode()])
    other = Database(str(town.database.url))
    async with other.read() as connection:
        assert len((await connection.execute(journal.select())).all()) == 1
    await other.close()
    writing.cancel()


async def test_without_a_database_nothing_is_acknowledged_and_the_next_try_works(town: Town) -> None:
    class Sick(Database):
        sick = True

        def turn_at_writing(self):  # type: ignore[no-untyped-def]
            if self.sick:
                raise OSError("disk full")
            return super().turn_at_writing()

    sick = town.inbound.journal._database = Sick(str(town.database.url))
    writing = asyncio.ensure_future(town.inbound.journal.run())
    body = json.dumps(event(town, "u1", "vneid 3")).encode()
    takes = [town.inbound.take(town.channel, [body]) for _ in range(5)]
    refused = await asyncio.gather(*takes, return_exceptions=True)
    assert [type(one) for one in refused] == [JournalUnavailable] * 5
    sick.sick = False
    await town.inbound.take(town.channel, [body])
    assert len(await town.rows(journal)) == 1
    writing.cancel()
    await sick.close()


async def test_turns_go_on_when_the_database_comes_back(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    monkeypatch.setattr(bot.inbound, "_CATCH_BREATH", 0.01)
    tried, done = asyncio.Event(), asyncio.Event()
    channels = {town.channel.account_id: town.channel}
    town.inbound = Inbound(town.database, channels, town.clock, lambda: town.around, done.set)
    writing = asyncio.ensure_future(town.inbound.journal.run())
    await town.inbound.take(town.channel, [json.dumps(event(town, an.vendor_id, "vneid 3")).encode()])
    real = town.database.look

    def away():  # type: ignore[no-untyped-def]
        tried.set()
        raise OSError("unable to open database file")

    monkeypatch.setattr(town.inbound._database, "look", away)
    living = asyncio.ensure_future(town.inbound.run())
    await asyncio.wait_for(tried.wait(), 5)
    monkeypatch.setattr(town.inbound._database, "look", real)
    await asyncio.wait_for(done.wait(), 5)
    assert len(await town.rows(owed)) == 1
    living.cancel()
    writing.cancel()
