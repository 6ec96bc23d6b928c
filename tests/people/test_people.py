"""Who I am, in which language, how I am addressed, and a name that was written wrongly."""

from __future__ import annotations

import pytest

from storage.people import person_details, persons
from tests.town import Town
from tests.welcome.invites import labels


@pytest.mark.parametrize("asked", ["tôi là ai", "toi la ai", "/toi", "/me"])
async def test_who_asks_who_they_are_hears_name_and_place(town: Town, asked: str) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh", "leader")
    answer = await an.says(asked)
    assert "Bác là Lò Văn An." in answer
    assert "• tổ trưởng, Bản Lềnh, xã Tú Lệ" in answer


async def test_language_is_chosen_by_number_and_kept(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("ngôn ngữ")
    assert labels(an) == ["Tiếng Việt", "English"]
    assert await an.says("2") == "From now on I write to you in English."
    assert "You are Lò Văn An." in await an.says("tôi là ai")
    assert [row.language for row in await town.rows(persons)] == ["en"]
    assert await an.says("tiếng việt") == "Từ giờ em viết tiếng Việt với bác ạ."


@pytest.mark.parametrize(
    "asked", ["ngôn ngữ english", "/ngonngu english", "/language tiếng anh", "tiếng anh", "english"]
)
async def test_language_may_be_named_at_once(town: Town, asked: str) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert await an.says(asked) == "From now on I write to you in English."


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ("xưng hô anh", "anh"),
        ("xung ho chi", "chị"),
        ("gọi em là chị", "chị"),
        ("gọi tôi là cô nhé", "cô"),
        ("xưng hô chú", "chú"),
    ],
)
async def test_who_wishes_another_form_of_address_gets_it(town: Town, said: str, form: str) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert await an.says(said) == f"Dạ, từ giờ em gọi là {form} An ạ."
    assert f"{form.capitalize()} là Lò Văn An." in await an.says("tôi là ai")


async def test_form_of_address_without_a_word_is_asked(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("xưng hô")
    assert labels(an) == ["bác", "anh", "chị", "cô", "chú"]
    assert await an.says("2") == "Dạ, từ giờ em gọi là anh An ạ."


async def test_a_wrong_name_is_mended_at_once_and_the_lead_sees_it(town: Town) -> None:
    ha = await town.person("Hoàng Thu Hà", "Tú Lệ", "commune_lead")
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert await an.says("đổi tên Lò Văn Ấn") == "Dạ, em đã sửa tên thành: Lò Văn Ấn."
    assert await ha.hears() == ["Lò Văn An ở Bản Lềnh, xã Tú Lệ vừa sửa tên thành: Lò Văn Ấn."]
    assert {row.name_folded for row in await town.rows(person_details)} == {"lo van an", "hoang thu ha"}


async def test_a_new_name_is_asked_for_and_huy_is_a_name(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    assert "Họ tên bác" in await an.says("đổi tên")
    assert await an.says("Huy") == "Dạ, em đã sửa tên thành: Huy."


async def test_who_thinks_better_of_a_new_name_keeps_the_old(town: Town) -> None:
    an = await town.person("Lò Văn An", "Tú Lệ/Bản Lềnh")
    await an.says("đổi tên")
    assert await an.says("/huy") == "Dạ, em giữ nguyên tên như cũ ạ."
    assert "Lò Văn An" in await an.says("tôi là ai")
