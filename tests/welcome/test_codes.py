"""Codes: typed in many ways, wrong, used up, run out, guessed at, and raced for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.chat.welcome.codes import code_in
from handlers.understanding import Unknown
from storage.invitations import Purpose
from storage.invites import invites
from storage.people import memberships
from tests.town import Town
from tests.welcome.invites import agrees, invited


async def test_a_stranger_without_a_code_is_told_how_to_come_in(town: Town) -> None:
    an = town.stranger("An")
    greeting = await an.says("chào em")
    assert "UBND các xã" in greeting
    assert "không hỏi mã OTP" in greeting
    assert len(greeting) <= 300
    assert "sáu số của mã mời" in await an.says("mã gì")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    assert "Bác đồng ý không ạ?" in await an.says(code)


@pytest.mark.parametrize("way", ["{0}", "/start {0}", "bắt đầu {0}", "bat dau {0}", "mã {0}", "{1} {2}", "Mã là {0}."])
async def test_a_code_is_read_however_it_is_typed(town: Town, way: str) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    assert "UBND xã Tú Lệ" in await an.says(way.format(code, code[:3], code[3:]))


async def test_a_stranger_may_ask_for_help(town: Town) -> None:
    an = town.stranger("An")
    assert "mã mời sáu số" in await an.says("trợ giúp")
    assert "mã mời sáu số" in await an.says("?")


async def test_a_wrong_code_is_said_so(town: Town) -> None:
    an = town.stranger("An")
    assert (await an.says("/start 100001")).startswith("Mã 100001 em chưa thấy")


async def test_a_code_that_has_run_out_is_said_so(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh", days=3)
    town.later(days=3)
    assert "hết hạn" in await an.says(code)


async def test_a_code_that_is_used_up_is_said_so(town: Town) -> None:
    code = await invited(town, "Tú Lệ/Bản Lềnh", uses=1)
    first, second = town.stranger("Páo"), town.stranger("Dở")
    await agrees(first, code)
    await first.says("Sùng A Páo")
    assert "đủ người" in await second.says(code)


async def test_a_code_that_runs_out_between_question_and_yes_lets_nobody_in(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh", days=1)
    town.later(hours=20)
    await an.says(code)
    town.later(hours=5)
    assert "hết hạn" in await an.says("1")
    assert await town.rows(memberships) == []


async def test_guessing_is_stopped_after_five_and_goes_on_an_hour_later(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    for wrong in range(100001, 100006):
        assert "em chưa thấy" in await an.says(str(wrong))
    paused = await an.says(code)
    assert "nghỉ một lát" in paused
    assert "10:00" in paused
    assert await an.says(f"/start {code}") == paused
    town.later(hours=1)
    assert "UBND xã Tú Lệ" in await an.says(code)


async def test_asking_to_be_erased_does_not_forgive_wrong_codes(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    for wrong in range(100001, 100006):
        await an.says(str(wrong))
    assert "em đã xóa" in await an.says("xóa dữ liệu")
    assert "nghỉ một lát" in await an.says(code)


async def test_one_person_guessing_does_not_stop_another(town: Town) -> None:
    an, pao, code = town.stranger("An"), town.stranger("Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    for wrong in range(100001, 100007):
        await an.says(str(wrong))
    assert "UBND xã Tú Lệ" in await pao.says(code)


async def test_a_group_code_typed_in_private_is_explained(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ", purpose=Purpose.GROUP)
    assert f"gõ tiếp: nhóm {code}" in await an.says(code)


async def test_two_at_once_for_the_last_seat_let_in_one(town: Town) -> None:
    code = await invited(town, "Tú Lệ/Bản Lềnh", uses=1)
    pair = [town.stranger("Páo"), town.stranger("Dở")]
    for one in pair:
        await agrees(one, code)
    await town.events(
        [
            {
                "event_id": f"race{number}",
                "chat": one.vendor_id,
                "speaker": one.vendor_id,
                "text": f"Sùng A {one.name}",
                "sent_at": town.now.isoformat(),
            }
            for number, one in enumerate(pair)
        ]
    )
    heard = ["\n".join(await one.hears()) for one in pair]
    assert sum("Em đã ghi tên" in words for words in heard) == 1
    assert sum("đủ người" in words for words in heard) == 1
    (invite,) = await town.rows(invites)
    assert (invite.used, invite.uses) == (1, 1)
    assert len(await town.rows(memberships)) == 1


async def test_every_newcomer_takes_one_seat(town: Town) -> None:
    code = await invited(town, "Tú Lệ/Bản Lềnh", uses=5)
    for name in ("Sùng A Páo", "Giàng Thị Dở", "Vàng A Lử"):
        await agrees(one := town.stranger(name), code)
        await one.says(name)
    (invite,) = await town.rows(invites)
    assert invite.used == 3
    assert invite.expires_at - invite.created_at == timedelta(days=30)


def test_a_number_inside_a_sentence_is_no_code() -> None:
    assert code_in("xã mình có 123456 người", Unknown("")) is None


async def test_lessons_are_for_strangers_too_and_the_code_still_opens_the_door(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    listed = await an.says("hướng dẫn")
    assert an.last[-1].choices
    assert await an.says("1") not in ("", listed)
    assert "UBND xã Tú Lệ" in await an.says(code)


async def test_what_is_only_for_members_asks_a_stranger_for_the_code(town: Town) -> None:
    an = town.stranger("An")
    for said in ("vneid 3 dvc 2", "báo cáo", "chưa làm", "thông báo", "nhóm", "tôi là ai", "đổi người", "nhắn lại"):
        assert "mã mời" in await an.says(said), said
