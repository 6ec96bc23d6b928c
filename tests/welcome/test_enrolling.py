"""A newcomer: the code, consent, the name, and what the lead hears."""

from __future__ import annotations

from datetime import timedelta

from handlers.chat.welcome import consent
from locales import local
from storage.outbox import owed
from storage.people import consents, memberships, person_details
from tests.town import Town
from tests.welcome.invites import invited


async def test_a_newcomer_is_greeted_agrees_gives_a_name_and_is_in(town: Town) -> None:
    await town.rostered("Lò Văn An", "Tú Lệ/Bản Lềnh")
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an, code = town.stranger("An Lo"), await invited(town, "Tú Lệ/Bản Lềnh")
    greeting = await an.says(f"/start {code}")
    assert "UBND xã Tú Lệ" in greeting
    assert "OTP" in greeting
    assert [label for _key, label in an.last[-1].choices] == ["Đồng ý", "Không", "Đọc kỹ"]
    assert await an.says("1") == "Em cảm ơn. Họ tên bác là gì ạ?"
    assert await an.says("lo van an") == "Bác là Lò Văn An ở Bản Lềnh, đúng không ạ?"
    assert (await an.says("đúng")).startswith("Em đã ghi tên: Lò Văn An, Bản Lềnh, xã Tú Lệ.")
    (told,) = [row for row in await town.rows(owed) if row.kind == "joined"]
    assert f"{local(told.due_at):%d/%m %H:%M}" == f"{local(town.now) + timedelta(days=1):%d/%m} 07:45"
    assert await ha.hears() == ["Lò Văn An đã vào Bản Lềnh, xã Tú Lệ."]
    assert len(await town.rows(memberships)) == 2
    assert len(await town.rows(person_details)) == 2
    evidence = [row for row in await town.rows(consents) if row.event_id != "e0"]
    assert [(row.answer, row.text_version) for row in evidence] == [("yes", consent.VERSION)]


async def test_a_stranger_who_asks_who_this_is_is_told_how_to_make_sure(town: Town) -> None:
    stranger = town.stranger("Khach")
    await stranger.says("chào em")
    for asked in ("đây là ai", "lua dao a", "em là ai"):
        heard = await stranger.says(asked)
        assert "trợ lý tự động của UBND các xã" in heard
        assert "gọi cán bộ xã mình hỏi lại" in heard
        assert heard.endswith("Chưa có mã thì bác hỏi cán bộ xã mình nhé.")
