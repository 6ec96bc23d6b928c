"""A broadcast from the first word to the last recipient."""

from __future__ import annotations

from sqlalchemy import update

from storage.broadcasts import broadcasts, recipients
from storage.media import media
from storage.outbox import Lane, owed, parcels
from tests.broadcast.office import Office
from tests.broadcast.parcels import packed_up, refused

WORDS = "Mời các tổ họp 19h30 thứ Năm ở nhà văn hóa."


async def confirmed(office: Office, words: str = WORDS) -> str:
    """The lead writes to everybody of her commune, people and groups, and says yes."""
    await office.ha.says(f"thông báo {words}")
    await office.ha.says("1")
    preview = await office.ha.says("1")
    await office.ha.says("1")
    return preview


async def test_a_lead_writes_to_her_commune_and_everybody_hears_it_once(office: Office) -> None:
    preview = await confirmed(office)
    assert "3 người, 1 nhóm của xã Tú Lệ" in preview
    assert f"“{WORDS}”" in preview
    for one in (office.an, office.pao, office.boss):
        assert await one.hears() == [WORDS]
    assert [heard.text for heard in await office.group.heard()] == [WORDS]
    assert not await office.tai.hears()


async def test_what_is_owed_goes_behind_everything_else(office: Office) -> None:
    await confirmed(office)
    rows = [row for row in await office.town.rows(owed) if row.kind == "broadcast"]
    assert {row.lane for row in rows} == {Lane.BULK}
    (broadcast,) = await office.town.rows(broadcasts)
    assert {row.cause_id for row in rows} == {broadcast.id}


async def test_the_author_hears_when_all_is_done(office: Office) -> None:
    await confirmed(office)
    await office.delivered()
    assert await office.ha.hears() == ["Tin của bác đã tới 3 người, 1 nhóm."]
    await office.delivered()
    assert not await office.ha.hears()
    (broadcast,) = await office.town.rows(broadcasts)
    assert (broadcast.state, broadcast.told) == ("done", "end")


async def test_every_recipient_ends_in_one_state_with_a_reason(office: Office) -> None:
    town, clock = office.town, office.clock
    await town.rostered("Lò Thị Tư", "Tú Lệ/Thôn 3")
    quiet = await town.person("Hà Văn Sáu", "Tú Lệ/Thôn 3")
    closed = await town.person("Vàng A Chu", "Tú Lệ/Thôn 3")
    await clock.wants_no_messages(quiet)
    await clock.blocks(closed.private)
    preview = await confirmed(office)
    assert "1 người chưa tham gia" in preview
    assert "1 người đã xin dừng nhắn tin" in preview
    assert "1 người đã chặn tin" in preview
    await office.delivered(failing=(office.pao,))
    assert await office.ends() == {
        ("sent", ""): 3,
        ("failed", "vendor: down"): 1,
        ("skipped", "not joined"): 1,
        ("skipped", "stopped"): 1,
        ("skipped", "blocked"): 1,
    }
    assert not await quiet.hears()
    assert not await closed.hears()
    (report,) = await office.ha.hears()
    assert "2 người, 1 nhóm" in report
    assert "1 nơi gửi không tới" in report


async def test_a_group_that_lost_us_is_counted_and_not_written_to(office: Office) -> None:
    await office.clock.blocks(office.group)
    await office.ha.says(f"thông báo {WORDS}")
    preview = await office.ha.says("1")
    assert "3 người của xã Tú Lệ" in preview
    assert not await office.group.heard()


async def test_the_words_can_be_changed_before_they_go(office: Office) -> None:
    await office.ha.says(f"thông báo {WORDS}")
    await office.ha.says("1")
    await office.ha.says("1")
    await office.ha.says("2")
    preview = await office.ha.says("Mời họp 20h _*[<& tối nay")
    assert "“Mời họp 20h _*[<& tối nay”" in preview
    await office.ha.says("gửi")
    assert await office.an.hears() == ["Mời họp 20h _*[<& tối nay"]


async def test_no_is_no(office: Office) -> None:
    await office.ha.says(f"thông báo {WORDS}")
    await office.ha.says("1")
    await office.ha.says("2")
    assert "không gửi gì" in await office.ha.says("3")
    assert not await office.town.rows(broadcasts)
    assert not await office.an.hears()


async def test_a_second_yes_sends_nothing_twice(office: Office) -> None:
    await confirmed(office)
    await office.ha.says("1")
    assert await office.an.hears() == [WORDS]
    assert len(await office.town.rows(broadcasts)) == 1


async def test_cancelling_half_way_stops_what_has_not_left(office: Office) -> None:
    await confirmed(office)
    await office.delivered(only=1)
    assert "dừng lại" in await office.ha.says("hủy")
    await office.delivered()
    assert await office.ends() == {("sent", ""): 1, ("cancelled", "the author cancelled it"): 3}
    (report,) = await office.ha.hears()
    assert report.startswith("Em đã dừng. 1 người")
    (broadcast,) = await office.town.rows(broadcasts)
    assert broadcast.state == "cancelled"


async def test_what_is_in_a_senders_hand_still_arrives_after_a_cancel(office: Office) -> None:
    await confirmed(office)
    rows = [row for row in await office.town.rows(owed) if row.kind == "broadcast"]
    async with office.town.database.write() as connection:
        await packed_up(connection, rows[0], office.town.now)
    await office.ha.says("hủy")
    await office.delivered(only=0)
    assert not await office.ha.hears()
    async with office.town.database.write() as connection:
        await connection.execute(update(owed).where(owed.c.id == rows[0].id).values(state="sent"))
    await office.delivered()
    assert (await office.ends())[("sent", "")] == 1


async def test_what_the_vendor_refused_for_the_month_can_be_stopped_too(office: Office) -> None:
    """It is held in a parcel that would be tried again next morning."""
    await confirmed(office)
    rows = [row for row in await office.town.rows(owed) if row.kind == "broadcast"]
    async with office.town.database.write() as connection:
        await refused(connection, rows[0], office.town.now)
    await office.ha.says("hủy")
    await office.delivered(only=0)
    assert await office.ends() == {("cancelled", "the author cancelled it"): 4}
    assert [row.state for row in await office.town.rows(parcels)] == ["cancelled"]


async def test_stop_after_everything_arrived_says_that_nothing_is_open(office: Office) -> None:
    await confirmed(office)
    await office.delivered()
    assert "Không có việc gì đang dở" in await office.ha.says("hủy")


async def test_two_people_on_one_phone_get_one_message(office: Office) -> None:
    await office.clock.shares_phone(office.an, await office.town.rostered("Lò Thị Tư", "Tú Lệ/Bản Lềnh"))
    await confirmed(office)
    assert await office.an.hears() == [WORDS]
    await office.delivered()
    assert len([row for row in await office.town.rows(recipients) if row.state == "sent"]) == 5


async def test_somebody_with_two_doors_hears_once(office: Office) -> None:
    second = await office.clock.second_door(office.an)
    await confirmed(office)
    heard = await office.an.hears() + [one.text for one in await second.heard()]
    assert heard == [WORDS]


async def test_a_picture_goes_with_its_words(office: Office) -> None:
    await office.ha.says("thông báo")
    await office.ha.says("2")
    preview = await office.ha.sends("picture", text="Lịch họp", pictures=["file-1"])
    assert "Ảnh của bác" in preview
    assert "“Lịch họp”" in preview
    await office.ha.says("1")
    (heard,) = await office.an.private.heard()
    (kept,) = await office.town.rows(media)
    assert (heard.text, heard.media_id) == ("Lịch họp", kept.id)


async def test_who_has_not_joined_is_no_half_of_the_way(office: Office) -> None:
    for number in range(200):
        await office.town.rostered(f"Lò Văn {number}", "Tú Lệ/Bản Lềnh")
    await confirmed(office)
    await office.delivered(only=1)
    assert not await office.ha.hears()


async def test_a_large_broadcast_tells_its_author_half_way(office: Office) -> None:
    for number in range(200):
        await office.town.person(f"Lò Văn {number}", "Tú Lệ/Bản Lềnh")
    await confirmed(office)
    await office.delivered(only=110)
    (half,) = await office.ha.hears()
    assert "nửa chặng" in half
    await office.delivered(only=1)
    assert not await office.ha.hears()
    await office.delivered()
    (end,) = await office.ha.hears()
    assert "203 người, 1 nhóm" in end
