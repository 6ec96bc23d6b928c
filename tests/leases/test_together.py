"""What two processes decide on the same view of things: kept once, or the second is refused and looks again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from bot import accounts as seeding
from bot.preparing import prepare
from bot.secrets import vault
from bot.settings import load
from bot.tidying import Tidying
from bot.traffic import Traffic
from handlers.messages import PictureRef
from storage import (
    accounts,
    addresses,
    broadcasts,
    checkins,
    colleagues,
    enrolment,
    invitations,
    media,
    parcels,
    requests,
)
from storage.accounts import account_usage
from storage.addresses import group_bindings
from storage.broadcasts import Broadcast, Recipient
from storage.engine import Connection, Database
from storage.forms import form_versions
from storage.invites import invites
from storage.outbox import Lane, Owing, owe, owed
from storage.progress import Progress
from storage.requests import RequestKind
from storage.schema import new_id
from storage.upgrade import upgrade
from storage.writing import Write, apply
from tests import postgres
from tests.channels.zalo_oa.conftest import channel_to
from tests.fakes.zalo_oa import APP_ID, FakeZaloOa
from tests.leases.conftest import town_at
from tests.town import START, Speaker, Town


@dataclass
class Both:
    """Two processes in one town."""

    one: Town
    two: Town

    async def at_once(self, first: Sequence[Write], second: Sequence[Write]) -> Exception | None:
        """Both write before either has committed, as far as the second one is let; what refuses the second."""
        async with self.one.database.write() as connection:
            await apply(connection, first)
            other = asyncio.ensure_future(self._keep(second))
            await self.waits_or_ends(other)
        return await asyncio.wait_for(other, 10)

    async def _keep(self, writes: Sequence[Write]) -> Exception | None:
        try:
            async with self.two.database.write() as connection:
                await apply(connection, writes)
        except Exception as error:
            return error
        return None

    async def waits_or_ends(self, other: asyncio.Future[Any]) -> None:
        waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
        async with asyncio.timeout(10):
            while not other.done():
                async with self.one.database.read() as connection:
                    if (await connection.execute(waiting)).scalar():
                        return
                await asyncio.sleep(0.01)


@pytest.fixture
async def both(url: str) -> AsyncIterator[Both]:
    made = Both(await town_at(url), await town_at(url))
    yield made
    await made.one.database.close()
    await made.two.database.close()


async def an_and_hoa(town: Town) -> tuple[Speaker, Speaker]:
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh"), await town.person("Lò Thị Hoa", "Tú Lệ/Bản Lềnh")


def refused(error: Exception | None) -> bool:
    return type(error).__name__ == "IntegrityError"


# Turns


async def test_a_number_is_one_requests_only(both: Both) -> None:
    an, hoa = await an_and_hoa(both.one)
    unit, commune = both.one.places["Tú Lệ/Bản Lềnh"], both.one.places["Tú Lệ"]

    def asked(who: Speaker) -> list[Write]:
        assert who.person_id is not None
        day = date(2026, 11, 20)
        return [requests.asked(1, RequestKind.QUESTION, "?", who.person_id, unit, commune, day, START)]

    assert refused(await both.at_once(asked(an), asked(hoa)))


async def test_a_request_is_answered_once(both: Both) -> None:
    _an, ha = await an_and_hoa(both.one)
    unit, commune = both.one.places["Tú Lệ/Bản Lềnh"], both.one.places["Tú Lệ"]
    assert ha.person_id is not None
    day = date(2026, 11, 20)
    asking = requests.asked(1, RequestKind.QUESTION, "?", ha.person_id, unit, commune, day, START)
    assert await both.at_once([], [asking]) is None
    (row,) = await both.one.rows(requests.requests)
    answers = [[requests.answered(row.id, words, ha.person_id, START)] for words in ("Thứ Năm", "Thứ Sáu")]
    assert refused(await both.at_once(*answers))
    assert [one.answer for one in await both.one.rows(requests.requests)] == ["Thứ Năm"]
    assert refused(await both.at_once([], [requests.closed(row.id, ha.person_id, START)]))


async def test_a_last_seat_is_taken_once_and_a_code_is_one_invites_only(both: Both) -> None:
    unit = await both.one.place("Tú Lệ/Bản Lềnh")
    invite, write = invitations.issue("482913", unit_id=unit, team_id=None, role="member", now=START, uses=1)
    _, twin = invitations.issue("482913", unit_id=unit, team_id=None, role="member", now=START)
    assert refused(await both.at_once([write], [twin]))
    assert refused(await both.at_once([enrolment.seat_taken(invite.id)], [enrolment.seat_taken(invite.id)]))
    assert [row.used for row in await both.one.rows(invites)] == [1]


async def test_an_entry_is_replaced_once(both: Both) -> None:
    monday = date(2026, 11, 16)
    first, second = ([checkins.replaced(7, monday, by, START)] for by in (8, 9))
    assert refused(await both.at_once(first, second))


async def test_of_two_who_count_a_session_in_each_others_entry_one_counts(both: Both) -> None:
    an, hoa = await an_and_hoa(both.one)
    for who in (an, hoa):
        await who.says("người 40")
    mine, hers = [row.id for row in await both.one.rows(checkins.checkins)]
    team, monday = both.one.teams["Tú Lệ/Bản Lềnh"], date(2026, 11, 16)

    def joint(own: int, other: int) -> list[Write]:
        return [checkins.replaced(own, monday, new_id(), START), *colleagues.counts_still(team, other)]

    assert refused(await both.at_once(joint(mine, hers), joint(hers, mine)))
    assert [row.replaced_id for row in await both.one.rows(checkins.replacements)] == [mine]


async def test_a_group_that_two_bind_at_once_belongs_to_one_place(both: Both) -> None:
    door, account = new_id(), both.one.channel.account_id
    here, there, before = [await both.one.place(name) for name in ("Tú Lệ", "Gia Hội", "Nậm Búng")]
    async with both.one.database.write() as connection:
        opened = addresses.opened(door, account, "-1", True, "Nhóm", START)
        await apply(connection, [opened, *addresses.bound(new_id(), door, before, None, START)])
    first, second = (addresses.bound(new_id(), door, unit, None, START) for unit in (here, there))
    assert await both.at_once(first, second) is None
    assert [row.unit_id for row in await both.one.rows(group_bindings) if row.ended_at is None] == [there]


# Sending and its small duties


async def broadcast(town: Town) -> tuple[int, int, parcels.Parcel]:
    """A broadcast to one person; its id, what is owed for it, and the parcel a sender makes of that."""
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert an.person_id is not None
    (door,) = await town.rows(addresses.addresses)
    account, broadcast_id = town.channel.account_id, new_id()
    owing = Owing(account, door.id, an.person_id, "broadcast", Lane.BULK, "Mời họp", cause_id=broadcast_id)
    sent = Broadcast(broadcast_id, an.person_id, door.id, {}, "Mời họp")
    async with town.database.write() as connection:
        recipient = Recipient(an.person_id, door.id, owing.id)
        await apply(connection, [owe(owing, START), *broadcasts.started(sent, [recipient], START)])
    pieces = (parcels.Piece("Mời họp"),)
    return broadcast_id, owing.id, parcels.Parcel(account, door.id, "1", False, Lane.BULK, pieces, (owing.id,))


async def test_what_was_cancelled_a_moment_ago_is_not_packed(both: Both) -> None:
    broadcast_id, _owed, parcel = await broadcast(both.one)
    cancelling = broadcasts.cancelled(broadcast_id, START)
    assert refused(await both.at_once(cancelling, parcels.packed(parcel, START)))
    assert [row.state for row in await both.one.rows(owed)] == ["cancelled"]


async def test_what_was_packed_a_moment_ago_is_not_cancelled(both: Both) -> None:
    broadcast_id, _owed, parcel = await broadcast(both.one)
    cancelling = broadcasts.cancelled(broadcast_id, START)
    assert await both.at_once(parcels.packed(parcel, START), cancelling) is None
    assert [row.state for row in await both.one.rows(owed)] == ["owed"]


async def test_an_author_hears_once_that_a_broadcast_has_ended(both: Both) -> None:
    """One that reaches nobody: no recipient's row makes the second process wait for the first."""
    an = await both.one.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert an.person_id is not None
    (door,) = await both.one.rows(addresses.addresses)
    nobody = Recipient(an.person_id, None, state="skipped", reason="no door")
    async with both.one.database.write() as connection:
        await apply(
            connection,
            broadcasts.started(Broadcast(new_id(), an.person_id, door.id, {}, "Mời họp"), [nobody], START),
        )
    first, second = (_Slow(town, both) for town in (both.one, both.two))
    first.meanwhile = second.tidy
    await first.tidy()
    assert first.other is not None
    await asyncio.wait_for(first.other, 10)
    assert [row.kind for row in await both.one.rows(owed)] == ["notice"]


class _Slow(Tidying):
    """One that another tidies beside, between its writing and its commit."""

    meanwhile: Callable[[], Coroutine[Any, Any, None]] | None = None
    other: asyncio.Future[None] | None = None

    def __init__(self, town: Town, both: Both) -> None:
        super().__init__(town.database, town.clock, lambda: both.one.around, lambda: None)
        self._both = both

    async def _tell_author(self, connection: Connection, progress: Progress) -> None:
        await super()._tell_author(connection, progress)
        if self.meanwhile is not None:
            self.other = asyncio.ensure_future(self.meanwhile())
            await self._both.waits_or_ends(self.other)


async def test_a_picture_that_two_fetched_is_kept_once_and_not_given_up(both: Both) -> None:
    an = await both.one.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert an.person_id is not None
    one = new_id()
    async with both.one.database.write() as connection:
        source = PictureRef(file_id="f").file_id
        await apply(connection, [media.sent(one, an.person_id, both.one.channel.account_id, source, START)])
    first, second = (media.kept(one, content, "image/png", START) for content in (b"first", b"second"))
    assert refused(await both.at_once(first, second))
    assert await both.at_once([], [media.given_up(one, "404", START), media.missed(one, "404")]) is None
    async with both.one.database.read() as connection:
        assert await media.content(connection, one) == (b"first", "image/png")


async def test_what_two_count_adds_up(both: Both) -> None:
    class Counted:
        sent = 3

    counting = []
    for town in (both.one, both.two):
        town.inbound.came[town.channel.account_id] = 2
        senders = {town.channel.account_id: Counted()}
        counting.append(Traffic(town.database, town.clock, lambda: both.one.around, town.inbound, senders))  # type: ignore[arg-type]
    for _ in range(2):  # what could not be counted now is counted next time
        await asyncio.gather(*(one.count() for one in counting), return_exceptions=True)
    assert [(row.messages_in, row.messages_out) for row in await both.one.rows(account_usage)] == [(4, 6)]


# Starting


async def test_two_that_start_at_once_on_an_empty_database_make_everything_once(server: postgres.Server) -> None:
    databases = [Database(await server.create("first_start")), Database(server.url("first_start"))]
    await asyncio.gather(*(upgrade(one) for one in databases))
    settings = load(_env_file=None, telegram_bot_token="8101:AAF-fake", secret_key="k")
    keys = vault("k", settings.data_dir)

    async def start(database: Database) -> None:
        await prepare(database, START)
        await seeding.seed(settings, keys, database, START)

    await asyncio.gather(*(start(one) for one in databases * 3))
    async with databases[0].read() as connection:
        assert len((await connection.execute(select(form_versions))).all()) == 1
        assert [one.name for one in await accounts.every(connection)] == ["telegram"]
    for one in databases:
        await one.close()
    await server.drop("first_start")


async def test_a_refresh_token_is_taken_once_and_renewed_by_one(both: Both) -> None:
    async with FakeZaloOa() as vendor:
        async with both.one.database.write() as connection:
            now = vendor.clock.now()
            await accounts.seed(connection, [accounts.Seed("zalo-oa", APP_ID, "oa", None)], now, all_of_them=False)
            account = next(one.id for one in await accounts.every(connection) if one.channel == "zalo-oa")
        channels = [channel_to(vendor, town.database, account) for town in (both.one, both.two)]
        for one in channels:
            await one.open()
        given = await asyncio.gather(*(one.tokens.give(vendor.oauth.refresh) for one in channels))
        assert sorted(given) == [False, True]
        found = await asyncio.gather(*(one.tokens.current() for one in channels * 2))
        assert len({one.access for one in found}) == 1
        assert vendor.oauth.renewals == 1
        for one in channels:
            await one.close()
