"""My data, no more messages, forget me: at any moment, and for the person who speaks only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert

from storage.addresses import address_people, addresses
from storage.checkins import checkin_texts, checkin_values, checkins
from storage.conversations import conversations
from storage.invites import invites
from storage.journal import journal
from storage.media import media, media_bytes
from storage.occurrences import occurrences
from storage.outbox import Lane, Owing, owe, owed, parcels, parts
from storage.people import consents, memberships, person_details, persons
from storage.schema import new_id
from storage.tables import metadata
from storage.tutorials import lesson_requests, requests
from storage.writing import apply
from tests.town import Speaker, Town
from tests.welcome.invites import agrees, invited


async def test_my_data_shows_what_is_held_with_the_phone_half_hidden(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", phone="+84912345678")
    await an.says("vneid 3")
    held = await an.says("dữ liệu của tôi")
    for words in ("Họ tên: Lò Văn An", "091…678", "tổ viên, Bản Lềnh, xã Tú Lệ", "1 lần báo", "đồng ý ngày 18/11/2026"):
        assert words in held
    assert "912345" not in held
    assert "xóa dữ liệu" in held


@pytest.mark.parametrize("asked", ["dừng nhắn tin", "/dung", "/stop", "dung nhan tin"])
async def test_who_says_stop_gets_a_receipt_and_nothing_unprompted(town: Town, asked: str) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await _owe(town, an, "Nhắc bác một chút")
    receipt = await an.says(asked)
    assert "nhắn lại" in receipt
    states = {row.words: row.state for row in await town.rows(owed)}
    assert states["Nhắc bác một chút"] == "cancelled"
    assert states[receipt.split("\n---\n")[-1]] == "owed"
    assert [row.stopped_at for row in await town.rows(persons)] == [town.now]


async def test_stop_works_in_the_middle_of_anything(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("xóa dữ liệu")
    assert "không tự nhắn" in await an.says("dừng nhắn tin")


async def test_who_says_yes_is_no_stop(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("đúng")
    await an.says("dừng")
    assert [row.stopped_at for row in await town.rows(persons)] == [None]


async def test_who_returns_is_written_to_again(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("dừng nhắn tin")
    assert "lại nhắn bác" in await an.says("nhắn lại")
    assert [row.stopped_at for row in await town.rows(persons)] == [None]


async def test_forget_me_asks_first_and_no_keeps_everything(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "không lấy lại được" in await an.says("xóa dữ liệu")
    assert "giữ nguyên" in await an.says("2")
    assert "Lò Văn An" in await an.says("tôi là ai")


async def test_forget_me_erases_every_word_and_keeps_the_numbers(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    pao, code = town.stranger("Biệthiệu Páo"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(pao, code)
    await pao.says("Sùng A Páo")
    person_id = await _speaker(town, pao)
    await pao.says("Giúp bà Xuyến cài vneid 3")
    await _leave_traces(town, person_id)
    await invited(town, "Tú Lệ/Bản Lềnh", person_id=person_id)
    await pao.says("hỏi nhà bà Xuyến cài sao")
    await _owe(town, ha, "Tổ viên chưa báo: Sùng A Páo, Lò Văn An")
    assert "Xuyến" in "".join(await ha.hears())
    await _all_sent(town)
    await pao.says("xóa dữ liệu")
    assert "em đã xóa hết" in await pao.says("1")

    assert "Một người ở Bản Lềnh, xã Tú Lệ vừa rời tổ" in (await ha.hears())[-1]
    assert [row.person_id for row in await town.rows(person_details)] == [ha.person_id]
    assert [row.number for row in await town.rows(checkin_values)] == [3]
    assert [row.person_id for row in await town.rows(checkins)] == [person_id]
    assert await town.rows(checkin_texts) == []
    assert await town.rows(media_bytes) == []
    (membership,) = [row for row in await town.rows(memberships) if row.person_id == person_id]
    assert membership.valid_to is not None
    assert {row.answer for row in await town.rows(consents) if row.person_id == person_id} == {"yes", "withdrew"}
    assert not [row for row in await town.rows(address_people) if row.person_id == person_id]
    assert {row.state for row in await town.rows(requests)} == {"closed"}
    assert {row.state for row in await town.rows(media)} == {"gone"}
    assert {row.draft.get("secret") for row in await town.rows(conversations)} == {None}
    assert [row.words for row in await town.rows(occurrences)] == ["Chưa báo: …"]
    assert [row.expires_at for row in await town.rows(invites) if row.person_id == person_id] == [town.now]
    (person,) = [row for row in await town.rows(persons) if row.id == person_id]
    assert (person.forgotten_at, person.preferred_address_id) == (town.now, None)

    held = await _everything_held(town)
    for word in ("Biệthiệu", "Sùng A Páo", "sung a pao", "Xuyến", "tìm-bài-riêng", "hỏi-riêng", "ảnh-riêng"):
        assert word.encode() not in held, word
        assert json.dumps(word)[1:-1].encode() not in held, word


async def test_the_forgotten_are_strangers_and_may_return(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("xóa dữ liệu")
    await an.says("1")
    assert "mã mời" in await an.says("vneid 3")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    assert "Em đã ghi tên: Lò Văn An" in await an.says("Lò Văn An")
    assert len(await town.rows(persons)) == 2


async def test_on_a_shared_phone_only_the_speaker_is_forgotten(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    code = await invited(town, "Tú Lệ/Bản Lềnh")
    await an.says(code)
    await an.says("2")
    await an.says("1")
    await an.says("Vàng Thị Hoa")
    await an.says("xóa dữ liệu")
    assert "máy này là của Lò Văn An" in await an.says("1")
    assert "Bác là Lò Văn An" in await an.says("tôi là ai")
    assert [row.name for row in await town.rows(person_details)] == ["Lò Văn An"]


async def test_the_lead_does_not_hear_who_left(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("xóa dữ liệu")
    await an.says("1")
    assert all("Lò Văn An" not in words for words in await ha.hears())


async def test_what_is_still_owed_to_the_forgotten_is_not_sent(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await _owe(town, an, "Chào bác An riêng")
    await an.says("xóa dữ liệu")
    await an.says("1")
    rows = {row.words: row.state for row in await town.rows(owed)}
    assert [words for words, state in rows.items() if state == "owed"] == [an.last[-1].text]
    assert "Chào bác An riêng" not in rows


async def test_a_stranger_may_have_their_words_erased(town: Town) -> None:
    an = town.stranger("Tên Riêng Của Người Lạ")
    await an.says("lời rất riêng của tôi")
    assert "chưa vào tổ" in await an.says("dữ liệu của tôi")
    assert "em đã xóa" in await an.says("xóa dữ liệu")
    assert {row.body for row in await town.rows(journal)} == {b"{}"}
    assert [row.title for row in await town.rows(addresses)] == [None]


async def test_who_turns_back_before_joining_leaves_no_words_in_the_outbox(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    an, code = town.stranger("An"), await invited(town, "Tú Lệ/Bản Lềnh")
    await agrees(an, code)
    await _all_sent(town)
    assert "Lò Văn An" in await an.says("Lò Văn An")
    assert "em đã xóa" in await an.says("xóa dữ liệu")
    kept = [(row.state, row.words) for row in sorted(await town.rows(owed), key=lambda row: row.id)]
    assert kept == [("sent", ""), ("sent", ""), ("cancelled", ""), ("owed", an.last[-1].text)]
    assert {row.words for row in await town.rows(parts)} == {""}
    assert "Bác đồng ý không ạ?" in await an.says(code)


async def _owe(town: Town, to: Speaker, words: str) -> None:
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == to.vendor_id]
    owing = Owing(door.account_id, door.id, to.person_id, "reminder", Lane.CLOCK, words)
    async with town.database.write() as connection:
        await apply(connection, [owe(owing, town.now)])


async def _leave_traces(town: Town, person_id: int) -> None:
    """A lesson looked for, a question asked, a picture sent: kept by others' conversations."""
    unit_id, now = town.places["Tú Lệ/Bản Lềnh"], town.now
    picture = {
        "id": new_id(),
        "origin": "sent",
        "person_id": person_id,
        "state": "kept",
        "attempts": 1,
        "created_at": now,
    }
    lesson = {"id": new_id(), "person_id": person_id, "unit_id": unit_id, "week": now.date(), "query": "tìm-bài-riêng"}
    request = {"number": 1, "kind": "question", "words": "hỏi-riêng", "state": "open", "due_on": now.date()}
    second = {"id": new_id(), "account_id": town.channel.account_id, "vendor_id": "second", "is_group": False}
    talk = {"id": new_id(), "address_id": second["id"], "speaker": "second", "draft": {"secret": "Xuyến"}, "memory": {}}
    firing = {"id": new_id(), "job": "lead-digest", "period": "2026-W46", "provisional": False, "state": "done"}
    rows: list[tuple[Any, dict[str, Any]]] = [
        (addresses, {**second, "person_id": person_id, "state": "open", "created_at": now}),
        (address_people, {"address_id": second["id"], "person_id": person_id, "linked_at": now}),
        (conversations, {**talk, "changed_at": now}),
        (occurrences, {**firing, "unit_id": unit_id, "words": "Chưa báo: Sùng A Páo", "fired_at": now}),
        (media, picture),
        (media_bytes, {"media_id": picture["id"], "content": "ảnh-riêng".encode()}),
        (lesson_requests, {**lesson, "asked_at": now}),
        (requests, {**request, "id": new_id(), "person_id": person_id, "unit_id": unit_id, "asked_at": now}),
    ]
    async with town.database.write() as connection:
        for table, row in rows:
            await connection.execute(insert(table), [row])


async def _all_sent(town: Town) -> None:
    """As delivery leaves it: every owed row in a parcel of its own that was sent."""
    async with town.database.write() as connection:
        for row in await town.rows(owed):
            parcel_id = new_id()
            made = {"lane": row.lane, "attempts": 1, "maybe_twice": False, "due_at": town.now, "created_at": town.now}
            chat = {"account_id": row.account_id, "address_id": row.address_id}
            await connection.execute(insert(parcels), [{"id": parcel_id, "state": "sent", **made, **chat}])
            part = {"id": new_id(), "parcel_id": parcel_id, "position": 0, "buttons": [], "state": "sent"}
            await connection.execute(insert(parts), [{**part, "words": row.words}])
            await connection.execute(owed.update().where(owed.c.id == row.id).values(state="sent", parcel_id=parcel_id))


async def _speaker(town: Town, who: Speaker) -> int:
    (door,) = [row for row in await town.rows(addresses) if row.vendor_id == who.vendor_id]
    assert door.person_id is not None
    return int(door.person_id)


async def _everything_held(town: Town) -> bytes:
    """All rows of all tables; on SQLite also the file itself, where deleted rows could linger."""
    rows = [value for table in metadata.tables.values() for row in await town.rows(table) for value in row]
    held = b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in rows)
    file = town.database.file
    if file is not None:
        await town.database.close()
        held += b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))
    return held
