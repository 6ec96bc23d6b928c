"""What an officer has done in the chat: a newcomer invited, a silent village reminded."""

from __future__ import annotations

import re

from tests.town import Town


async def test_the_code_that_an_officer_asks_for_opens_the_door(town: Town) -> None:
    await town.place("Tú Lệ/Bản Lềnh")
    ha = await town.person("Lê Thu Hà", "Tú Lệ", "commune_lead")
    heard = await ha.says("cho chị xin mã mời tổ viên Bản Lềnh")
    (code,) = re.findall(r"\b\d{6}\b", heard)
    newcomer = town.stranger("Pao")
    assert "UBND xã Tú Lệ" in await newcomer.says(code)
    await newcomer.says("1")
    await newcomer.says("Sùng A Páo")
    assert "Bác là Sùng A Páo" in await newcomer.says("tôi là ai")


async def test_an_officer_invites_into_the_own_commune_only_and_a_member_nowhere(town: Town) -> None:
    await town.place("Gia Hội/Bản Van")
    ha = await town.person("Lê Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    for speaker in (ha, an):
        assert re.search(r"\b\d{6}\b", await speaker.says("mã mời Bản Van")) is None
    assert re.search(r"\b\d{6}\b", await an.says("mã mời Bản Lềnh")) is None


async def test_the_leader_of_a_silent_village_hears_of_it_in_kind_words(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    hoa = await town.person("Hà Thị Hoa", "Tú Lệ/Bản Lềnh")
    ba = await town.person("Vàng A Ba", "Tú Lệ/Nậm Cưởm")
    ha = await town.person("Lê Thu Hà", "Tú Lệ", "commune_lead")
    await ba.says("vneid 3")
    assert "Tuần này em còn chờ tin: Bản Lềnh." in await ha.says("nhắc")
    assert "Lò Văn An (Bản Lềnh)" in await ha.says("vâng")
    (heard,) = await an.hears()
    assert heard.startswith("Chào bác An, cán bộ xã hỏi thăm Bản Lềnh: tuần này em chưa có tin.")
    assert (await hoa.hears(), await ba.hears()) == ([], [])
    assert "1. Nhắn giúp" not in await ha.says("nhắc")
