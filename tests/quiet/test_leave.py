""" "nghỉ": each form of voice.md's table, from the door."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handlers.understanding.until import Unsure, until
from storage.people import leaves
from storage.tutorials import requests
from tests.clock.clockwork import FRIDAY, Clockwork, at
from tests.town import Speaker, Town

TODAY = date(2026, 11, 18)
"""A Wednesday."""


@pytest.fixture
async def an(town: Town) -> Speaker:
    await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    return await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")


async def away(town: Town) -> list[tuple[date, date]]:
    return [(row.first_day, row.last_day) for row in await town.rows(leaves)]


@pytest.mark.parametrize(
    ("said", "first", "last", "answer"),
    [
        ("nghỉ 3 ngày", TODAY, date(2026, 11, 20), "đến hết Thứ Sáu 20/11"),
        ("nghi 3 ngay", TODAY, date(2026, 11, 20), "đến hết Thứ Sáu 20/11"),
        ("/nghi 3 ngày", TODAY, date(2026, 11, 20), "đến hết"),
        ("em xin nghỉ phép 3 hôm", TODAY, date(2026, 11, 20), "đến hết"),
        ("nghỉ 1 tuần", TODAY, date(2026, 11, 24), "đến hết"),
        ("nghỉ đến 20/12", TODAY, date(2026, 12, 20), "đến hết Chủ nhật 20/12"),
        ("nghỉ đến thứ 6", TODAY, date(2026, 11, 20), "đến hết"),
        ("nghỉ đến hết tuần", TODAY, date(2026, 11, 22), "đến hết"),
        ("nghỉ từ mai đến thứ 6", date(2026, 11, 19), date(2026, 11, 20), "từ Thứ Năm 19/11 đến hết"),
        ("nghỉ phép từ 20/11 đến 25/11", date(2026, 11, 20), date(2026, 11, 25), "từ Thứ Sáu 20/11 đến hết"),
    ],
)
async def test_a_leave_said_plainly_is_saved_at_once(
    an: Speaker, town: Town, said: str, first: date, last: date, answer: str
) -> None:
    heard = await an.says(said)
    assert heard.startswith("Em ghi rồi: bác nghỉ")
    assert answer in heard
    assert await away(town) == [(first, last)]


async def test_a_date_that_has_passed_is_asked_and_never_moved_to_next_year(an: Speaker, town: Town) -> None:
    assert "Ngày 20/9/2026 qua rồi ạ" in await an.says("nghỉ đến 20/9")
    assert await away(town) == []
    assert "Ngày 1/10/2026 qua rồi ạ" in await an.says("đến 1/10")
    assert "đến hết Chủ nhật 20/12" in await an.says("đến 20/12")
    assert await away(town) == [(TODAY, date(2026, 12, 20))]


@pytest.mark.parametrize("said", ["nghỉ ốm", "nghỉ đến mùng 6", "nghỉ dài ngày", "nghỉ đến 31/11"])
async def test_a_leave_without_a_clear_end_is_asked_with_lengths_to_choose(an: Speaker, town: Town, said: str) -> None:
    assert "nghỉ đến ngày nào" in await an.says(said)
    assert [label for _, label in an.last[-1].choices] == ["3 ngày", "7 ngày", "30 ngày"]
    await an.says("2")
    assert await away(town) == [(TODAY, date(2026, 11, 24))]


@pytest.mark.parametrize("said", ["thứ Hai", "thu hai", "thứ 2", "t2"])
async def test_monday_is_a_day_and_not_the_second_of_three_lengths(an: Speaker, town: Town, said: str) -> None:
    await an.says("nghỉ ốm")
    assert "đến hết Thứ Hai 23/11" in await an.says(said)
    assert await away(town) == [(TODAY, date(2026, 11, 23))]


async def test_a_weekday_answers_what_shall_be_done_too(an: Speaker, town: Town) -> None:
    await an.says("hôm nay nghỉ, bận")
    assert "đến hết Thứ Ba 24/11" in await an.says("thứ ba")
    assert await away(town) == [(TODAY, date(2026, 11, 24))]


async def test_off_today_is_offered_as_nothing_this_week_or_a_leave(an: Speaker, town: Town) -> None:
    assert "Bác đang bận hay nghỉ ạ?" in await an.says("hôm nay nghỉ, bận")
    assert "nghỉ đến ngày nào" in await an.says("2")
    await an.says("5 ngày")
    assert await away(town) == [(TODAY, date(2026, 11, 22))]


async def test_leaving_for_good_goes_to_the_lead(an: Speaker, town: Town) -> None:
    assert "Em đã chuyển nguyên lời" in await an.says("xin nghỉ hẳn")
    (row,) = await town.rows(requests)
    assert row.words == "xin nghỉ hẳn"
    assert await away(town) == []


async def test_on_leave_one_is_not_reminded_and_back_sooner_one_is(an: Speaker, town: Town) -> None:
    clock = Clockwork(town)
    await an.says("nghỉ 3 ngày")
    await clock.strikes(at(19, 19))
    assert not await an.hears()
    assert "Mừng bác An trở lại" in await an.says("nhắc lại")
    assert await away(town) == [(TODAY, TODAY)]
    await clock.strikes(FRIDAY)
    assert len(await an.hears()) == 1


async def test_a_second_leave_takes_the_place_of_the_first(an: Speaker, town: Town) -> None:
    await an.says("nghỉ 1 tuần")
    await an.says("nghỉ đến thứ 6")
    assert await away(town) == [(TODAY, date(2026, 11, 20))]


async def test_who_is_on_no_leave_and_says_come_back_means_the_messages(an: Speaker, town: Town) -> None:
    await an.says("dừng nhắn tin")
    assert "Em cảm ơn bác" in await an.says("nhắn lại")


@pytest.mark.parametrize(
    ("said", "last"),
    [
        ("đến thứ Hai", date(2026, 11, 23)),
        ("đến thứ tư", date(2026, 11, 25)),
        ("đến thứ sáu tuần sau", date(2026, 11, 27)),
        ("đến chủ nhật", date(2026, 11, 22)),
        ("đến t6", date(2026, 11, 20)),
        ("đến ngày 25", date(2026, 11, 25)),
        ("đến 20 tháng 12", date(2026, 12, 20)),
        ("đến 1/1/2027", date(2027, 1, 1)),
        ("đến hết tháng", date(2026, 11, 30)),
        ("đến mai", date(2026, 11, 19)),
        ("đến tuần sau", date(2026, 11, 23)),
        ("hai tuần", date(2026, 12, 1)),
        ("3 ngày từ mai", date(2026, 11, 21)),
    ],
)
def test_until_when(said: str, last: date) -> None:
    found = until(said, TODAY)
    assert (found.last, found.unsure) == (last, None)


@pytest.mark.parametrize("said", ["đến 20/9", "đến ngày 10", "đến 5/1", "đến 17/11/2026", "từ 20/11 đến 19/11"])
def test_a_day_that_has_passed_is_named_and_not_taken(said: str) -> None:
    assert until(said, TODAY).unsure is Unsure.PAST


@pytest.mark.parametrize("said", ["", "hẳn", "ốm", "3", "từ mai", "0 ngày", "đến rằm", "999 ngày", "đến 32/1"])
def test_what_names_no_day_is_unclear(said: str) -> None:
    assert until(said, TODAY).unsure is Unsure.UNCLEAR


def test_every_length_includes_today() -> None:
    for days in range(1, 60):
        assert until(f"{days} ngày", TODAY).last == TODAY + timedelta(days=days - 1)
