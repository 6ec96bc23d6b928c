"""What messages cost: by Zalo's word, else by the clock; per person and per Vietnamese month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.channels.base import Part
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.plan import Plan
from storage import oa_ledger
from storage.addresses import addresses
from storage.engine import Database
from storage.oa_ledger import Charge, Totals, reach_of
from storage.prices import Pockets
from storage.schema import new_id
from tests.channels.zalo_oa.conftest import channel_to
from tests.fakes.zalo_oa import FakeZaloOa

NOW = datetime(2026, 11, 23, tzinfo=UTC)


async def writes(
    database: Database, account_id: int, chats: Sequence[tuple[str, datetime]], *, group: bool = False
) -> None:
    """These chats were last heard at these times."""
    row = {"account_id": account_id, "is_group": group, "state": "open", "created_at": NOW}
    async with database.write() as connection:
        for vendor_id, heard_at in chats:
            await connection.execute(
                insert(addresses), [{**row, "id": new_id(), "vendor_id": vendor_id, "heard_at": heard_at}]
            )


async def test_zalos_own_word_fills_the_ledger(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an, hoa = server.person("An"), server.person("Hoa")
    server.package_used = 499
    server.clock.later(hours=47)
    await channel.send(Part(an, False, "một"))
    server.clock.later(hours=2)
    for words in ("hai", "ba", "bốn"):
        await channel.send(Part(an, False, words))
    await channel.send(Part(hoa, False, "năm"))
    await channel.send(Part(server.group(), True, "sáu"))
    assert [sent.pocket for sent in server.sent_to(an)] == ["reply", "sub_quota", "purchase_quota", "purchase_quota"]
    assert await channel.books.totals(an) == Totals(1, 1, 2, 110)
    assert await channel.books.totals(hoa) == Totals(0, 0, 1, 55)
    assert await channel.books.totals() == Totals(1, 1, 3, server.dong)


async def test_where_zalo_does_not_say_the_clock_does(server: FakeZaloOa, database: Database, account_id: int) -> None:
    server.switches.quota = False
    channel = channel_to(server, database, account_id, plan=Plan(package=1, price=60))
    await channel.open()
    await channel.tokens.give(server.oauth.refresh)
    an, hoa = server.person("An"), server.person("Hoa")
    now = server.clock.now()
    await writes(database, account_id, [(an, now), (hoa, now - timedelta(days=3))])
    for one in (an, hoa, hoa):
        await channel.send(Part(one, False, "Chào bác"))
    assert await channel.books.totals() == Totals(1, 1, 1, 60)
    await channel.close()


async def test_a_month_begins_when_it_does_in_vietnam(channel: ZaloOaChannel, server: FakeZaloOa) -> None:
    an = server.person()
    await channel.send(Part(an, False, "một"))
    server.clock.later(days=7, hours=15, minutes=1)
    assert (server.clock.now().month, channel.books.month) == (11, "2026-12")
    assert await channel.books.totals() == Totals()


async def test_a_ledger_that_cannot_be_written_undoes_no_message(
    channel: ZaloOaChannel, server: FakeZaloOa, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(oa_ledger, "note", full)
    an = server.person()
    assert await channel.send(Part(an, False, "một"))
    assert "missing in the ledger: OSError" in caplog.text


SILENCES = [
    (timedelta(0), "free"),
    (timedelta(hours=48), "free"),
    (timedelta(hours=48, seconds=1), "charged"),
    (timedelta(days=7), "charged"),
    (timedelta(days=7, seconds=1), "closed"),
]


@pytest.mark.parametrize(("silence", "reach"), SILENCES)
def test_what_a_message_costs_depends_on_the_silence(silence: timedelta, reach: str) -> None:
    assert reach_of(NOW - silence, NOW) == reach
    assert reach_of(None, NOW) == "closed"


async def test_a_preview_knows_which_chat_is_free_which_costs_and_who_must_write_first(
    database: Database, account_id: int
) -> None:
    days = [("1", 0), ("2", 1), ("3", 3), ("4", 8), ("5", 90)]
    await writes(database, account_id, [(user, NOW - timedelta(days=ago)) for user, ago in days])
    async with database.read() as connection:
        ids = {row.vendor_id: row.id for row in await connection.execute(select(addresses))}
        (found,) = await Pockets.answer(connection, [Pockets(tuple(ids.values()), NOW)])
    assert {user: found[ids[user]] for user, _ in days} == {
        "1": "free", "2": "free", "3": "charged", "4": "closed", "5": "closed",
    }  # fmt: skip


async def test_each_pocket_is_counted_in_its_own_column(database: Database, account_id: int) -> None:
    async with database.write() as connection:
        for charge, dong in ((Charge.FREE, 0), (Charge.PAID, 55), (Charge.PAID, 60), (Charge.PACKAGE, 0)):
            await oa_ledger.note(connection, account_id, "1", "2026-11", charge, dong)
    async with database.read() as connection:
        assert await oa_ledger.totals(connection, account_id, "2026-11", "1") == Totals(1, 1, 2, 115)
        assert await oa_ledger.totals(connection, account_id, "2026-12", "1") == Totals()
