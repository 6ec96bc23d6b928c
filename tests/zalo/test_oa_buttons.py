"""On an Official Account what can be picked has buttons, at most five, and numbers to type always."""

from __future__ import annotations

from tests.zalo.doors import Home, ZaloOaDoor


async def test_a_question_has_buttons_and_its_numbers_and_either_answers_it(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    for answer in ("typed", "tapped"):
        who = zalo_oa.person("Lò Văn An")
        zalo_oa.says(who, oa_home.codes["Bản Lềnh", "member"])
        (consent,) = await zalo_oa.hears(who, "1. ", "2. ", "3. ")
        assert [label[:3] for label in consent.buttons] == ["1. ", "2. ", "3. "]
        if answer == "typed":
            zalo_oa.says(who, "1")
        else:
            oa_home.later(seconds=1)
            zalo_oa.fake.taps(who, consent.buttons[0])
        await zalo_oa.hears(who, "Họ tên")


async def test_more_choices_than_five_are_numbers_alone(oa_home: Home, zalo_oa: ZaloOaDoor) -> None:
    an = await oa_home.enrol("Lò Văn An")
    zalo_oa.says(an, "ghi việc")
    (asked,) = await zalo_oa.hears(an, "1. ", "6. ")
    assert asked.buttons == ()
