"""Monday's digests, and what a lead does with a bare number."""

from __future__ import annotations

from sqlalchemy import insert, select

from storage.outages import Outage, noted
from storage.outbox import owed, parcels
from storage.schema import new_id
from tests.clock.clockwork import MONDAY_ADMINS, MONDAY_LEADS, Clockwork, at
from tests.town import Town


async def test_a_lead_reads_the_week_and_may_answer_with_a_number(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3", "leader")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_LEADS)
    ha.last = await ha.private.heard()
    (digest,) = [one for one in ha.last if one.kind == "lead-digest"]
    assert "1/2 thôn" in digest.text
    assert "Thôn 3" in digest.text
    assert [label for _, label in digest.choices] == ["Xem từng thôn", "Nhắc riêng 1 thôn"]

    assert "Bản Lềnh" in await ha.says("1")
    answer = await ha.says("2")
    assert "Sùng A Páo" in answer


async def test_a_lead_reminds_the_silent_villages_once(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    pao = await town.person("Sùng A Páo", "Tú Lệ/Thôn 3", "leader")
    await clock.strikes(at(23, 7, 45))
    await pao.hears()
    ha.last = await ha.private.heard()
    await ha.taps("2")
    (nudge,) = await pao.hears()
    assert "Thôn 3" in nudge
    assert "tuần 47" in nudge
    assert "rồi" in await ha.says("2")
    assert not await pao.hears()


async def test_the_digest_does_not_take_a_lead_out_of_her_own_talk(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3", "leader")
    town.clock.move_to(at(23, 7, 30))
    await ha.says("ghi việc")
    await clock.strikes(MONDAY_LEADS)
    (digest,) = [one for one in await ha.private.heard() if one.kind == "lead-digest"]
    assert digest.choices == ()
    assert "chưa làm" in digest.text


async def test_a_commune_whose_lead_has_not_joined_is_skipped(town: Town, clock: Clockwork) -> None:
    await town.rostered("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.strikes(MONDAY_LEADS)
    row = await clock.row("lead-digest", "Tú Lệ")
    assert (row.state, row.reason) == ("skipped", "no lead has joined")


async def test_an_admin_reads_all_communes_and_which_have_no_group(town: Town, clock: Clockwork) -> None:
    boss = await town.person("Nguyễn Văn Quản", "Tú Lệ", "admin")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await town.person("Bàn Văn Tài", "Gia Hội/Thôn 5")
    await clock.group("Tổ CĐS Tú Lệ", "Tú Lệ")
    await an.says("vneid 3")
    await clock.strikes(MONDAY_ADMINS)
    (digest,) = await boss.hears()
    assert digest.startswith("VĂN CHẤN – TUẦN 47")
    assert "Tú Lệ 1/1" in digest
    assert "Chưa gắn nhóm: Gia Hội" in digest


async def test_an_admin_hears_what_went_wrong_with_messages_and_the_clock(town: Town, clock: Clockwork) -> None:
    """A message that may have come twice, a reminder that was too late, a disk that was full."""
    boss = await town.person("Nguyễn Văn Quản", "Tú Lệ", "admin")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("vneid 3")
    async with town.database.write() as connection:
        address = (await connection.execute(select(owed.c.account_id, owed.c.address_id).limit(1))).one()
        row = dict(id=new_id(), lane=0, state="sent", attempts=2, maybe_twice=True, **address._mapping)
        now = {"due_at": MONDAY_ADMINS, "created_at": MONDAY_ADMINS, "ended_at": MONDAY_ADMINS}
        await connection.execute(insert(parcels), [{**row, **now}])
    await town.database.apply([noted(Outage(at(22, 3), at(22, 3, 12)))])
    await clock.strikes(MONDAY_ADMINS)
    (digest,) = await boss.hears()
    for line in (
        "Tin có thể đã đến hai lần vì mạng đứt giữa chừng: 1.",
        "Tin nhắc hoặc tổng hợp bị lỡ vì lúc đó em không chạy: 3.",
        "Số phút em không lưu được gì: 12. Nhờ bác xem lại ổ đĩa, hoặc kho dữ liệu.",
    ):
        assert line in digest


async def test_two_leads_on_one_new_phone_both_get_their_digest(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    await clock.shares_phone(ha, await town.rostered("Lò Văn Páo", "Tú Lệ", "commune_lead"))
    await town.person("Sùng A Páo", "Tú Lệ/Thôn 3", "leader")
    await clock.strikes(MONDAY_LEADS)
    one, two = [heard for heard in await ha.private.heard() if heard.kind == "lead-digest"]
    assert {one.text.split()[1], two.text.split()[1]} == {"Hà", "Páo"}
    assert [bool(heard.choices) for heard in (one, two)].count(True) == 1


async def test_a_lead_answers_questions_from_the_digest(town: Town, clock: Clockwork) -> None:
    ha = await town.person("Hoàng Thị Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("hỏi máy cũ có cài được VNeID không")
    await clock.strikes(MONDAY_LEADS)
    (digest,) = [one for one in await ha.private.heard() if one.kind == "lead-digest"]
    assert digest.choices[1] == ("2", "Trả lời câu hỏi")
    await ha.says("2")
    assert "máy cũ" in ha.last[-1].choices[0][1]
