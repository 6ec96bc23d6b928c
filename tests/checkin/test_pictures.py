"""Pictures, stickers and voice messages around a check-in."""

from __future__ import annotations

import json

from storage.checkins import checkins
from storage.media import media
from tests.town import Town


async def test_pictures_after_a_check_in_go_with_it_and_get_one_answer(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("1 buổi 40 người")
    town.later(minutes=5)
    heard = await an.sends("picture", pictures=["one"])
    assert "Em đã kèm ảnh vào lần ghi Thứ Tư 18/11" in heard
    assert "căn cước" in heard
    assert await an.sends("picture", pictures=["two"]) == ""
    (entry,) = await town.rows(checkins)
    rows = await town.rows(media)
    assert [row.checkin_id for row in rows] == [entry.id, entry.id]
    assert [json.loads(row.source)["file_id"] for row in rows] == ["one", "two"]
    assert {(row.state, row.origin, row.person_id) for row in rows} == {("wanted", "sent", an.person_id)}


async def test_a_picture_with_a_report_under_it_is_one_check_in(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    heard = await an.sends("picture", pictures=["one", "two"], text="vneid 3")
    assert heard.startswith("Đã ghi cho Bản Lềnh")
    assert "Kèm 2 ảnh." in heard
    (entry,) = await town.rows(checkins)
    assert {row.checkin_id for row in await town.rows(media)} == {entry.id}


async def test_a_picture_without_words_is_kept_for_the_next_line(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Ảnh này của việc gì ạ?" in await an.sends("picture", pictures=["one"])
    assert await an.sends("picture", pictures=["two"]) == ""
    town.later(minutes=10)
    assert "Kèm 2 ảnh." in await an.says("vneid 3")
    (entry,) = await town.rows(checkins)
    assert {row.checkin_id for row in await town.rows(media)} == {entry.id}
    town.later(minutes=5)
    assert "ảnh" not in await an.says("dvc 1")


async def test_a_picture_from_long_before_stays_apart(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.sends("picture", pictures=["one"])
    town.later(minutes=40)
    assert "ảnh" not in await an.says("vneid 3")
    (row,) = await town.rows(media)
    assert row.checkin_id is None


async def test_a_picture_long_after_a_check_in_asks_what_it_shows(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    town.later(minutes=40)
    assert "Ảnh này của việc gì ạ?" in await an.sends("picture", pictures=["one"])


async def test_a_picture_whose_words_are_doubtful_waits_for_the_answer(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Số này là áng chừng" in await an.sends("picture", pictures=["one"], text="khoảng 20 người")
    assert "Kèm 1 ảnh." in await an.says("đúng")
    (row,) = await town.rows(media)
    assert row.checkin_id is not None


async def test_a_sticker_is_answered_once_a_day(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Em cảm ơn bác" in await an.sends("sticker")
    assert await an.sends("sticker") == ""
    town.later(hours=24)
    assert "Em cảm ơn bác" in await an.sends("sticker")


async def test_a_voice_message_and_a_file_are_answered_kindly(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Em chưa nghe được tiếng nói" in await an.sends("voice")
    assert "Em chưa mở được loại tin này" in await an.sends("other")
