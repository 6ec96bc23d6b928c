"""Consent first: what is said, what counts as a yes, what is kept of a no."""

from __future__ import annotations

import hashlib

import pytest

from handlers.chat.welcome import consent
from handlers.messages import Incoming, Kind
from handlers.turn import Turn
from locales import LANGUAGES, Reader, render
from storage.addresses import addresses
from storage.contacts import Officer
from storage.finding import Place
from storage.journal import journal
from storage.known import Known
from storage.people import consents, person_details, persons
from tests.town import Town
from tests.welcome.invites import agrees, invited, labels

PLACE = Place(1, "Bản Lềnh", "village", None, 2, "Tú Lệ", "commune")
FINGERPRINTS = {"2026-11-25": "54ba85a1bee6793a"}


async def test_the_greeting_names_the_committee_and_asks_for_nothing_secret(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    greeting = await an.says(f"bắt đầu {code}")
    for word in ("UBND xã Tú Lệ", "trợ lý tự động", "không hỏi mã OTP", "xem, sửa, xóa"):
        assert word in greeting
    assert labels(an) == ["Đồng ý", "Không", "Đọc kỹ"]


async def test_it_fits_a_small_phone_with_its_choices_whatever_the_commune_is_called(town: Town) -> None:
    """Nông trường Liên Sơn was the longest name of the district."""
    for name, kind in (("Tú Lệ", "commune"), ("Thượng Bằng La", "commune"), ("Nông trường Liên Sơn", "town")):
        await town.place(name, kind)
        an, code = town.stranger("An"), await invited(town, name)
        await an.says(code)
        assert name in an.last[-1].text
        assert len(an.last[-1].shown) < 300


async def test_who_reads_it_all_sees_the_officer_and_is_asked_again(town: Town) -> None:
    await town.rostered("Hoàng Thu Hà", "Tú Lệ", "commune_lead", phone="+84912345678")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    full = await an.says("3")
    for word in ("Hoàng Thu Hà, 0912345678", "UBND xã Tú Lệ", "xóa dữ liệu", "dừng nhắn tin", "Luật Bảo vệ dữ liệu"):
        assert word in full
    assert labels(an) == ["Đồng ý", "Không", "Đọc kỹ"]
    assert await an.says("1") == "Em cảm ơn. Họ tên bác là gì ạ?"


@pytest.mark.parametrize("yes", ["1", "đồng ý", "dong y", "Đồng ý ạ", "vâng", "ok", "/1"[1:], "số 1"])
async def test_a_yes_in_many_ways_is_kept_with_version_time_and_event(town: Town, yes: str) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    town.later(minutes=3)
    await an.says(yes, event_id="e-yes")
    (evidence,) = await town.rows(consents)
    assert (evidence.answer, evidence.text_version, evidence.event_id) == ("yes", consent.VERSION, "e-yes")
    assert evidence.answered_at == town.now


@pytest.mark.parametrize("no_yes", ["", "để xem đã", "vneid 3", "cái gì đây", "👍🏽👎", "4"])
async def test_silence_or_something_else_is_not_consent(town: Town, no_yes: str) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    again = await an.says(no_yes)
    assert "Bác đồng ý không ạ?" in again
    assert await town.rows(consents) == []
    assert await town.rows(persons) == []


async def test_who_is_wary_is_told_whom_to_call_and_not_the_whole_text_again(town: Town) -> None:
    await town.person("Vi Thị Hà", "Tú Lệ", "commune_lead", phone="+84912345678")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    heard = await an.says("cái này lừa đảo à")
    assert "Bác cứ thong thả" in heard
    assert "Vi Thị Hà, 0912345678" in heard
    assert "em là trợ lý tự động" not in heard
    assert heard.endswith("Bác đồng ý không ạ?")
    town.later(hours=13)
    assert "em là trợ lý tự động" in await an.says("cái này lừa đảo à")
    assert "em là trợ lý tự động" in await an.says(code)


async def test_a_sticker_at_the_question_brings_it_back(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    assert "Bác đồng ý không ạ?" in await an.sends("sticker")
    assert await town.rows(consents) == []


async def test_a_no_keeps_only_its_evidence_and_the_way_back_is_open(town: Town) -> None:
    an, code = town.stranger("Người Lạ Tên Riêng"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    assert "em không giữ lại gì" in await an.says("không")
    (evidence,) = await town.rows(consents)
    assert (evidence.answer, evidence.person_id) == ("no", None)
    assert await town.rows(persons) == []
    assert [row.title for row in await town.rows(addresses)] == [None]
    assert {row.body for row in await town.rows(journal)} == {b"{}"}
    assert await agrees(an, code) == "Em cảm ơn. Họ tên bác là gì ạ?"


async def test_a_bare_yes_a_day_later_only_brings_the_question_back(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    town.later(hours=25)
    assert "Bác đồng ý không ạ?" in await an.says("1")
    assert await town.rows(consents) == []
    assert await an.says("1") == "Em cảm ơn. Họ tên bác là gì ạ?"


async def test_a_tap_on_the_button_is_a_yes_and_an_old_button_is_not(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    old = an.last[-1].question
    await an.says(code)
    assert "Bác đồng ý không ạ?" in await an.taps("1", old)
    assert await town.rows(consents) == []
    assert await an.taps("1") == "Em cảm ơn. Họ tên bác là gì ạ?"


async def test_the_evidence_bears_the_person_once_they_are_known(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    await an.says("Sùng A Páo")
    (evidence,) = await town.rows(consents)
    (details,) = await town.rows(person_details)
    assert evidence.person_id == details.person_id


async def test_who_leaves_at_the_question_is_let_go(town: Town) -> None:
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    assert "mình dừng ở đây" in await an.says("thoát")
    assert "mã mời" in await an.says("1")
    assert await town.rows(consents) == []


async def test_an_administrators_code_for_the_whole_site_names_its_board(town: Town) -> None:
    minh, code = town.stranger("Minh"), await invited(town, "", "admin")
    assert "Ban Chỉ đạo CĐS Văn Chấn" in await minh.says(code)


async def test_whoever_changes_the_consent_text_gives_it_a_new_version(town: Town) -> None:
    assert FINGERPRINTS.get(consent.VERSION) == _fingerprint(town), (
        "the words of consent changed: give consent.VERSION a new date, and write its fingerprint here"
    )


def _fingerprint(town: Town) -> str:
    event = Incoming("e", 1, "c", "s", Kind.TEXT, town.now)
    turn = Turn(event, Known(), town.now, town.around)
    texts = [
        consent.short(turn, PLACE),
        consent.full(PLACE, None),
        consent.full(PLACE, Officer("Hà")),
        consent.full(PLACE, Officer("Hà", "+84912345678")),
        *(choice.label for choice in consent.CHOICES),
    ]
    words = "\n".join(render(text, Reader(language)) for language in LANGUAGES for text in texts)
    return hashlib.sha256(words.encode()).hexdigest()[:16]
