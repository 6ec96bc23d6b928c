"""What is kept of a check-in, and for whom."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert, update

from storage.addresses import address_people
from storage.checkins import checkin_texts, checkin_values, checkins, replacements
from storage.people import persons
from tests.town import START, Town


async def test_the_day_of_the_work_and_the_time_it_was_sent_are_both_kept(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    sent = START - timedelta(hours=20)
    heard = await an.says("Giúp 3 hộ cài VNeID; mưa to", sent_at=sent)
    assert "Thứ Ba 17/11" in heard
    (row,) = await town.rows(checkins)
    assert (row.day, row.week, row.sent_at, row.recorded_at) == (date(2026, 11, 17), date(2026, 11, 16), sent, START)
    assert (row.unit_id, row.team_id) == (town.places["Tú Lệ/Bản Lềnh"], town.teams["Tú Lệ/Bản Lềnh"])
    assert (row.person_id, row.kind, row.form_version_id) == (an.person_id, "report", town.around.form.version_id)
    (words,) = await town.rows(checkin_texts)
    assert (words.raw, words.note) == ("Giúp 3 hộ cài VNeID; mưa to", "mưa to")


async def test_the_week_is_that_of_the_work_even_on_a_monday(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    town.clock.move(datetime(2026, 11, 23, 3, tzinfo=UTC) - town.now)
    heard = await an.says("chủ nhật vneid 3")
    assert "Chủ nhật 22/11" in heard
    assert "bổ sung" in heard
    (row,) = await town.rows(checkins)
    assert (row.day, row.week) == (date(2026, 11, 22), date(2026, 11, 16))


async def test_a_correction_keeps_the_old_entry_and_its_note(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("hôm qua vneid 3 dvc 2; ở nhà văn hóa")
    (old,) = await town.rows(checkins)
    town.later(hours=2)
    await an.says("sửa vneid 4")
    first, new = await town.rows(checkins)
    assert first == old
    assert (new.day, new.week, new.unit_id) == (old.day, old.week, old.unit_id)
    (row,) = await town.rows(replacements)
    assert (row.replaced_id, row.by_id) == (old.id, new.id)
    numbers = {(v.checkin_id, v.code): v.number for v in await town.rows(checkin_values)}
    assert numbers == {(old.id, "vneid"): 3, (old.id, "dvc"): 2, (new.id, "vneid"): 4, (new.id, "dvc"): 2}
    assert {words.note for words in await town.rows(checkin_texts)} == {"ở nhà văn hóa"}


async def test_a_joint_session_points_at_the_colleague_s_entry(town: Town) -> None:
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await hoa.says("40 người")
    await an.says("40 người")
    await an.says("chung")
    theirs, mine, joint = await town.rows(checkins)
    assert joint.joint_with_id == theirs.id
    assert joint.person_id == an.person_id
    assert {value.checkin_id for value in await town.rows(checkin_values)} == {theirs.id, mine.id}
    assert await hoa.hears() == []


async def test_two_people_on_one_phone_read_who_it_was_saved_for(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    hoa = await town.rostered("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    (link,) = await town.rows(address_people)
    async with town.database.write() as connection:
        row = {"address_id": link.address_id, "person_id": hoa, "linked_at": town.now}
        await connection.execute(insert(address_people), [row])
    assert (await an.says("vneid 3")).startswith("Đã ghi cho Bản Lềnh (bác An), Thứ Tư 18/11: VNeID 3 người.")


async def test_a_group_gets_a_receipt_in_one_line_and_never_a_question(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    group = town.group("Tổ CĐS Tú Lệ")
    heard = await an.says("vneid 3 dvc 2", into=group)
    assert heard == "Đã ghi cho Bản Lềnh, Thứ Tư 18/11: VNeID 3 người, hồ sơ trực tuyến 2. Cảm ơn bác An!"
    for doubtful in ("vneid 120", "khoảng 20 người", "ghi việc"):
        assert await an.says(doubtful, into=group) == "Việc này bác nhắn riêng cho em ạ."
        assert an.last[0].choices == ()
    assert len(await town.rows(checkins)) == 1


async def test_a_stranger_in_a_group_is_asked_to_come_in_private(town: Town) -> None:
    stranger = town.stranger("Ai Đó")
    heard = await stranger.says("vneid 3", into=town.group("Tổ CĐS Tú Lệ"))
    assert "nhắn riêng cho em trước" in heard
    assert await town.rows(checkins) == []


async def test_an_english_reader_hears_english(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    async with town.database.write() as connection:
        await connection.execute(update(persons).values(language="en"))
    heard = await an.says("vneid 3 dvc 2")
    assert heard.startswith("Saved for Bản Lềnh, Wed 18/11: VNeID 3 people, online dossiers 2. Thank you, An!")


async def test_one_event_delivered_twice_is_one_check_in(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3", event_id="same")
    assert await an.says("vneid 3", event_id="same") == ""
    assert len(await town.rows(checkins)) == 1


async def test_many_people_in_one_batch_each_get_their_own_receipt(town: Town) -> None:
    people = [await town.person(f"Lò Văn {name}", f"Tú Lệ/Bản {name}") for name in ("An", "Bình", "Chi")]
    await town.events(
        [
            {
                "event_id": f"batch{number}",
                "chat": one.vendor_id,
                "speaker": one.vendor_id,
                "text": f"vneid {number} nguoi {number * 10}",
                "sent_at": town.now.isoformat(),
            }
            for number, one in enumerate(people, 1)
        ]
    )
    for number, one in enumerate(people, 1):
        (heard,) = await one.hears()
        assert f"VNeID {number} người, lượt người {number * 10}" in heard
        assert "chung" not in heard


async def test_a_check_in_never_reads_the_numbers_of_the_whole_country(town: Town) -> None:
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await hoa.says("40 người")
    asked: list[tuple[str, Any]] = []

    def remember(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if "FROM checkins" in statement and not many:
            asked.append((statement, values))

    straight = town.database.straight
    engine = straight.engine if straight else town.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", remember)
    for words in ("vneid 3 người 40", "chung", "sửa vneid 4", "không phát sinh"):
        await an.says(words)
    event.remove(engine, "before_cursor_execute", remember)
    assert len(asked) >= 5
    for statement, values in asked:
        assert await _by_an_index(town, statement, values), statement


async def _by_an_index(town: Town, statement: str, values: Any) -> bool:
    """Whether a question about check-ins finds them by week and place, or by person."""
    async with town.database.read() as connection:
        if town.database.is_sqlite:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            first: str = next(row[3] for row in plan if " checkin" in row[3])
            return first.startswith(
                (
                    "SEARCH checkins USING INDEX ix_checkins_week_unit (week=? AND unit_id=?)",
                    "SEARCH checkins USING INDEX ix_checkins_person (person_id=?)",
                    "SEARCH checkins USING INDEX sqlite_autoindex_checkins_1 (id=? AND week=?)",
                )
            )
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows need no index
        lines = (await connection.exec_driver_sql(f"EXPLAIN {statement}", values)).scalars().all()
        found = re.search(r"checkins_other_(?:week_unit_id_idx|person_id_id_idx|pkey)", "\n".join(lines))
        return found is not None and not any("Seq Scan on checkins_" in line for line in lines)


async def test_the_guided_menu_fits_a_small_phone(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("ghi việc")
    assert an.last[-1].shown.endswith("9. An toàn mạng, chống lừa đảo")
    assert len(an.last[-1].shown) < 300
