"""A bot dies: one alarm, the others go on, and its people move to another with a code and stay who they are."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.moving import Move, move
from handlers.chat.welcome import consent
from storage import accounts
from storage.addresses import address_people
from storage.checkins import checkins
from storage.people import consents, memberships, persons
from storage.waiting import address_at
from tests.fakes.zalo_bot import Fault
from tests.pool.village import FIRST, SECOND, Pool, pool_of
from tests.zalo.doors import Home

AN, HA, MINH = "Lò Văn An", "Hoàng Thu Hà", "Trần Minh"


def kills(home: Home) -> None:
    home.door.fake.breaks(Fault.UNAUTHORISED)  # type: ignore[attr-defined]


async def moves(pool: Pool, name: str = FIRST) -> list[Move]:
    app = pool.app
    return await move(app.settings, app.vault, app.database, app.clock, name)


async def rows(pool: Pool, table: object) -> list[object]:
    async with pool.app.database.read() as connection:
        return list((await connection.execute(select(table))).all())  # type: ignore[call-overload]


async def dies(pool: Pool, who: str) -> None:
    """The first bot's token is refused, which its sender learns from the next answer."""
    kills(pool.first)
    pool.first.door.says(who, "tôi là ai")
    await pool.troubled(FIRST)
    await pool.looks()


async def test_a_dead_token_is_one_alarm_and_the_other_bot_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with pool_of(tmp_path) as pool:
        an, minh = await pool.first.enrol(AN), await pool.second.enrol(MINH, "Văn Chấn", "admin")
        hoa = await pool.second.enrol("Lò Thị Hoa")
        caplog.set_level(logging.WARNING)
        await dies(pool, an)
        for _ in range(3):
            await pool.looks()
        heard = await pool.second.door.hears(minh, "“tule1” không gửi tin được nữa", "tocds channel move tule1")
        assert len(heard) == 1
        pool.second.door.says(hoa, "vneid 3")
        await pool.second.door.hears(hoa, "Đã ghi cho Bản Lềnh")
        assert [one.message for one in caplog.records if "tule1" in one.message] == [
            "account tule1: unauthorised: 401: Unauthorized",
            "action=alarm what=dead account=tule1 admins_told=1",
        ]
        assert "secret" not in caplog.text


async def test_mondays_digest_names_a_dead_bot(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an, minh = await pool.first.enrol(AN), await pool.second.enrol(MINH, "Văn Chấn", "admin")
        await dies(pool, an)
        await pool.second.strikes(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
        await pool.second.door.hears(minh, "“tule1” không gửi tin được: token không còn dùng được")


async def test_a_bot_that_is_dead_at_the_start_is_told_of_too(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        minh = await pool.second.enrol(MINH, "Văn Chấn", "admin")
        pool.app.connecting.refused.add((await pool.account(FIRST)).id)
        await pool.looks()
        await pool.second.door.hears(minh, "“tule1” không gửi tin được nữa")


async def test_a_token_that_is_taken_again_ends_the_illness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.packing.SLOWEST", 0.01)
    monkeypatch.setattr("bot.channels.zalo_bot.refusals.UNAUTHORISED_WAIT", 0.01)
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        assert not (await pool.account(FIRST)).works
        pool.first.door.fake.mends()  # type: ignore[attr-defined]
        pool.first.later(minutes=1)
        await pool.first.door.hears(an, "Lò Văn An")
        await pool.cured(FIRST)
        await pool.looks()
        assert (await pool.account(FIRST)).works


async def test_people_move_with_a_code_and_stay_who_they_are(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an, ha = await pool.first.enrol(AN), await pool.second.enrol(HA, "Tú Lệ", "commune_lead")
        pool.first.door.says(an, "vneid 3")
        await pool.first.door.hears(an, "Đã ghi cho Bản Lềnh")
        agreed, served = len(await rows(pool, consents)), len(await rows(pool, memberships))
        await dies(pool, an)
        (one,) = await moves(pool)
        assert (one.place.name, one.people) == ("Tú Lệ", 1)
        assert [(link.account, link.seats) for link in one.offered.links] == [(SECOND, 1)]
        door = pool.second.door
        there = door.person("An L")
        await types(
            pool.second,
            there,
            (one.invite.code, "Bot bác nhắn trước đây đã nghỉ"),
            (AN, "ba số cuối"),
            ("678", "Em đã ghi tên"),
        )
        await door.hears(ha, "Lò Văn An ở Bản Lềnh, xã Tú Lệ vừa chuyển sang nhắn ở bot khác")
        door.says(there, "sửa vneid 4")
        await door.hears(there, "3 → 4")
        assert len({row.person_id for row in await rows(pool, checkins)}) == 1  # type: ignore[attr-defined]
        assert len(await rows(pool, consents)) == agreed, "a yes to this very text is on record"
        assert len(await rows(pool, memberships)) == served
        assert (an, "gone", "left for another account") in await pool.doors()
        assert await moves(pool) == []


async def test_moving_silence_and_forgetting_are_kept_at_the_first_try(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Their writes look for several states at once, and the whole batch is lived again where one cannot be written."""
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        (one,) = await moves(pool)
        there = pool.second.door.person(AN)
        await types(pool.second, there, (one.invite.code, "đã nghỉ"), (AN, "ba số cuối"), ("678", "Em đã ghi tên"))
        await types(pool.second, there, ("dừng nhắn tin", "không tự nhắn"))
        await types(pool.second, there, ("xóa dữ liệu", "1. "), ("1", "xóa"))
        assert [one.message for one in caplog.records if "could not be kept" in one.message] == []


async def test_a_choice_of_the_dead_bots_door_becomes_one_of_the_new(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await types(pool.first, an, ("nhắn ở đây", "em chỉ gửi bác ở đây"))
        await dies(pool, an)
        (one,) = await moves(pool)
        there = pool.second.door.person(AN)
        await types(pool.second, there, (one.invite.code, "đã nghỉ"), (AN, "ba số cuối"), ("678", "Em đã ghi tên"))
        chosen = {row.preferred_address_id for row in await rows(pool, persons)} - {None}  # type: ignore[attr-defined]
        async with pool.app.database.read() as connection:
            account = await pool.account(SECOND)
            assert chosen == {await address_at(connection, account.id, there)}


async def test_a_name_alone_moves_nobody(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        (one,) = await moves(pool)
        door = pool.second.door
        liar = door.person("Kẻ lạ")
        await types(
            pool.second,
            liar,
            (one.invite.code, "Bot bác nhắn trước đây"),
            (AN, "ba số cuối"),
            ("111", "chưa khớp"),
            ("112", "đồng ý"),
            ("1", "Em đã ghi tên"),
        )
        links = await rows(pool, address_people)
        assert len({row.person_id for row in links}) == 2, "somebody new, and not Lò Văn An"  # type: ignore[attr-defined]
        assert (an, "open", None) in await pool.doors()


async def test_whoever_does_not_know_the_digits_has_a_way_out(tmp_path: Path) -> None:
    """Whatever else is typed, the question names it; words of the menu are heard, and nothing is lost by them."""
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        (one,) = await moves(pool)
        out = "Không nhớ số thì gõ: bỏ qua. Muốn dừng lại thì gõ: hủy"
        there = pool.second.door.person(AN)
        await types(
            pool.second,
            there,
            (one.invite.code, "đã nghỉ"),
            (AN, f"ba số cuối của số điện thoại đã đưa cho xã ạ? {out}"),
            ("chịu, quên mất rồi", out),
            ("vneid 3", "Em xác nhận đúng bác xong là bác làm được việc này ngay"),
            ("ghi việc", "Em xác nhận đúng bác xong là bác làm được việc này ngay"),
            ("trợ giúp", out),
            ("678", "Em đã ghi tên: Lò Văn An"),
            ("ghi việc", "Bác ghi việc gì"),
        )
        other = pool.second.door.person(AN)
        await types(
            pool.second,
            other,
            (one.invite.code, "đã nghỉ"),
            (AN, out),
            ("bỏ qua", "đồng ý"),
        )
        third = pool.second.door.person(AN)
        await types(pool.second, third, (one.invite.code, "đã nghỉ"), (AN, out), ("hủy", "mình dừng ở đây"))


async def test_who_agreed_to_an_older_text_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        (one,) = await moves(pool)
        monkeypatch.setattr(consent, "VERSION", "2027-01-01")
        there = pool.second.door.person(AN)
        await types(
            pool.second,
            there,
            (one.invite.code, "đã nghỉ"),
            (AN, "ba số cuối"),
            ("678", "đồng ý"),
            ("1", "Em đã ghi tên"),
        )
        assert [row.text_version for row in await rows(pool, consents)][-1] == "2027-01-01"  # type: ignore[attr-defined]


async def test_a_name_that_nobody_bears_is_asked_for_once_more(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        await dies(pool, an)
        (one,) = await moves(pool)
        there = pool.second.door.person("x")
        await types(
            pool.second,
            there,
            (one.invite.code, "đã nghỉ"),
            ("Sùng Thị Mai Hương", "chưa thấy tên ấy"),
            (AN, "ba số cuối"),
            ("678", "Em đã ghi tên: Lò Văn An"),
        )


async def test_what_waited_at_the_dead_bot_comes_to_the_new_door(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an = await pool.first.enrol(AN)
        person = await pool.person_at(an)
        await dies(pool, an)
        await pool.owes(FIRST, an, person, "Xã mời họp.")
        (one,) = await moves(pool)
        there = pool.second.door.person(AN)
        await types(pool.second, there, (one.invite.code, "đã nghỉ"), (AN, "ba số cuối"), ("678", "Em đã ghi tên"))
        await until_heard(pool.second, there, "Xã mời họp.")


async def test_who_has_another_door_gets_there_what_the_dead_bot_owes(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        there = await pool.second.enrol(AN)
        an = await joins_again(pool.first)
        person = await pool.person_at(an)
        hoa = await pool.first.enrol("Lò Thị Hoa")
        kills(pool.first)
        await pool.owes(FIRST, an, person, "Xã mời họp.")
        await until_heard(pool.second, there, "Xã mời họp.")
        await pool.troubled(FIRST)
        await pool.looks()
        await pool.owes(FIRST, hoa, await pool.person_at(hoa), "Chào chị Hoa.")
        await pool.in_hand("Chào chị Hoa.")
        await pool.owes(FIRST, an, person, "Xã hoãn họp.")
        await pool.looks()
        await until_heard(pool.second, there, "Xã hoãn họp.")
        assert sum("Xã mời họp." in one.text for one in pool.second.door.shown(there)) == 1


async def test_codes_are_made_once_and_shown_again(tmp_path: Path) -> None:
    async with pool_of(tmp_path) as pool:
        an, minh = await pool.first.enrol(AN), await pool.first.enrol(MINH, "Văn Chấn", "admin")
        with pytest.raises(ValueError, match="tule1 works"):
            await moves(pool)
        with pytest.raises(LookupError, match="no account is called nobody"):
            await moves(pool, "nobody")
        async with pool.app.database.write() as connection:
            await accounts.disable(connection, FIRST)
        first, second = await moves(pool), await moves(pool)
        assert [(one.place.name, one.people) for one in first] == [("Văn Chấn", 1), ("Tú Lệ", 1)]
        assert [one.invite.code for one in first] == [one.invite.code for one in second]
        assert [one.offered.links for one in first] == [one.offered.links for one in second]
        assert {an, minh} <= {chat for chat, _, _ in await pool.doors()}


async def types(home: Home, who: str, *talk: tuple[str, str]) -> None:
    """What somebody says, and which words must come back each time."""
    for said, heard in talk:
        home.door.says(who, said)
        await home.door.hears(who, heard)


async def joins_again(home: Home) -> str:
    """Lò Văn An comes in by a further door."""
    who = home.door.person(AN)
    code = home.codes["Bản Lềnh", "member"]
    await types(home, who, (code, "đồng ý"), ("1", "Họ tên"), (AN, "ba số cuối"), ("678", "luôn nhắn ở đây"))
    return who


async def until_heard(home: Home, chat: str, words: str) -> None:
    await home.door.wait_for(lambda: any(words in one.text for one in home.door.shown(chat)), 8)
