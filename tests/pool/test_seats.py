"""Seats: promised by a printed link, kept by whoever comes, free again when the link expires."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from storage import accounts, places
from storage.invites import invites
from tests.pool.village import FIRST, SECOND, Pool, pool_of

VILLAGE = ("Bản Lềnh", "member")


async def test_a_link_leads_to_the_bots_with_room_and_reserves_seats_there(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        await pool.limits(FIRST, people=8)
        offered = await pool.offers(pool.first.codes[VILLAGE], 12)
        assert [(one.account, one.seats) for one in offered.links] == [(FIRST, 8), (SECOND, 4)]
        assert [one.url for one in offered.links] == ["https://zalo.me/100001", "https://zalo.me/100002"]
        assert offered.notices == ()
        assert (await pool.seats(FIRST)).free == 0
        assert (await pool.seats(SECOND)).free == 46


async def test_who_comes_with_the_code_keeps_a_promise_however_often_it_is_typed(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        code = pool.first.codes[VILLAGE]
        await pool.offers(code, 5)
        an = pool.first.door.person("Lò Văn An")
        for said in (code, "chưa rõ", code):
            pool.first.door.says(an, said)
            await pool.first.door.hears(an, "đồng ý")
        assert await _taken_and_reserved(pool, FIRST) == (1, 4)


async def test_a_code_typed_at_another_bot_lets_in_and_gives_its_seat_back(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        code = pool.first.codes[VILLAGE]
        await pool.limits(FIRST, people=2)
        async with pool.app.database.write() as connection:
            await connection.execute(update(invites).where(invites.c.code == code).values(uses=2))
        await pool.offers(code, 2)
        await pool.second.enrol("Lò Văn An")
        assert await _taken_and_reserved(pool, SECOND) == (1, 0)
        assert await _taken_and_reserved(pool, FIRST) == (0, 1), "one of the two promised has come elsewhere"


async def test_an_expired_links_seats_are_free_again(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        await pool.offers(pool.first.codes[VILLAGE], 50)
        assert (await pool.seats(FIRST)).free == 0
        pool.first.later(days=31)
        assert (await pool.seats(FIRST)).free == 50


async def test_two_who_ask_for_the_last_seats_at_once_do_not_both_get_them(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        for name in (FIRST, SECOND):
            await pool.limits(name, people=3)
        codes = [pool.first.codes[one, "member"] for one in ("Bản Lềnh", "Tú Lệ")]
        both = await asyncio.gather(*(pool.offers(code, 4) for code in codes))
        assert sorted(sum(one.seats or 0 for one in offered.links) for offered in both) == [2, 4]
        assert [(await pool.seats(name)).free for name in (FIRST, SECOND)] == [0, 0]
        (short,) = (offered for offered in both if sum(one.seats or 0 for one in offered.links) == 2)
        assert short.notices == ("zalo-bot: the pool of Tú Lệ has room for 2 of 4: make another bot, docs/channels.md",)


async def test_two_newcomers_on_the_last_seat_at_once_are_both_answered(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        await pool.limits(FIRST, people=1)
        door, code = pool.first.door, pool.first.codes[VILLAGE]
        an, hoa = door.person("Lò Văn An"), door.person("Lò Thị Hoa")
        door.says(an, code)
        door.says(hoa, code)
        await door.hears(an, "đồng ý")
        await door.hears(hoa, "đồng ý")
        assert (await pool.seats(FIRST)).taken == 2, "the ledger says so; the vendor decides"


async def test_a_full_pool_is_said_in_one_line_and_a_nearly_full_one_too(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        for name in (FIRST, SECOND):
            await pool.limits(name, people=10)
        near = await pool.offers(pool.first.codes[VILLAGE], 17)
        assert near.notices == (
            "zalo-bot: the pool of Tú Lệ is nearly full, 17 of 20 seats are taken or promised: "
            "make another bot, docs/channels.md",
        )
        await pool.offers(pool.first.codes["Tú Lệ", "member"], 3)
        full = await pool.offers(pool.first.codes["Tú Lệ", "commune_lead"], 1)
        assert full.links == ()
        assert full.notices == ("zalo-bot: the pool of Tú Lệ is full: make another bot, docs/channels.md",)


@pytest.mark.parametrize(
    ("first", "second", "leads_to"),
    [
        ("", "Tú Lệ", [SECOND]),
        ("Văn Chấn", "Tú Lệ", [SECOND]),
        ("", "Văn Chấn", [SECOND]),
        ("", "", [FIRST]),
        ("Gia Hội", "", [SECOND]),
    ],
)
async def test_a_units_own_bot_comes_first_and_anothers_never(
    tmp_path: Path, first: str, second: str, leads_to: list[str]
) -> None:
    async with pool_of(tmp_path) as pool:
        async with pool.app.database.write() as connection:
            for name, unit in ((FIRST, first), (SECOND, second)):
                day = pool.app.clock.now().date()
                known = {place.name: place.id for place in await places.everything(connection, day)}
                await accounts.assign(connection, name, known.get(unit, 1) if unit else None)
        offered = await pool.offers(pool.first.codes[VILLAGE], 3)
        assert [one.account for one in offered.links] == leads_to


async def _taken_and_reserved(pool: Pool, name: str) -> tuple[int, int]:
    there = await pool.seats(name)
    return there.taken, there.reserved
