"""The same conversations through every messenger: typed words only, numbers for choices, no button needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.zalo.doors import Door, TelegramDoor, WebChatDoor, ZaloBotDoor, ZaloOaDoor, house, monday_tally

Script = tuple[tuple[str, str, tuple[str, ...]], ...]

SCRIPTS: dict[str, Script] = {
    "a check-in in one line": (("An", "vneid 3 dvc 2", ("Đã ghi cho Bản Lềnh", "VNeID 3", "2")),),
    "a correction": (("An", "sửa vneid 4", ("Đã sửa", "3 → 4")),),
    "a guided check-in": (
        ("Hoa", "ghi việc", ("1. ",)),
        ("Hoa", "3", ("?",)),
        ("Hoa", "5", ("Đã ghi cho Bản Lềnh", "5")),
    ),
    "a lesson by its number": (("An", "hd", ("1. ",)), ("An", "1", ("VNeID",))),
    "a question for the officer": (
        ("An", "hỏi máy tôi không cài được VNeID", ("Em đã chuyển câu hỏi",)),
        ("Hà", "yêu cầu", ("máy tôi không cài được VNeID",)),
    ),
    "a group is bound by its officer": (("Hà in the group", "nhóm", ("Từ giờ nhóm này là của xã Tú Lệ",)),),
    "work written into the group": (("Hoa in the group", "thanh toán 2", ("Bản Lềnh",)),),
}
"""Who, what they write, and which words must come back there."""

DOORS: dict[str, Callable[[], Door]] = {
    "telegram": TelegramDoor,
    "webchat": WebChatDoor,
    "zalo-bot": ZaloBotDoor,
    "zalo-oa": ZaloOaDoor,
}


@pytest.mark.parametrize("name", DOORS)
async def test_every_messenger_carries_the_whole_job(name: str, tmp_path: Path) -> None:
    async with DOORS[name]() as door, house(tmp_path, door) as home:
        chats = {
            "An": await home.enrol("Lò Văn An"),
            "Hoa": await home.enrol("Lò Thị Hoa"),
            "Hà": await home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead"),
        }
        group = door.group("Tổ CĐS xã Tú Lệ", *chats.values())
        for title, script in SCRIPTS.items():
            for who, text, words in script:
                speaker, in_group, _ = who.partition(" in the group")
                if in_group:
                    door.call(chats[speaker], text, group)
                else:
                    door.says(chats[speaker], text)
                try:
                    await door.hears(group if in_group else chats[speaker], *words)
                except AssertionError as error:
                    raise AssertionError(f"{title}: {who}: {text}: {error}") from None
        await home.strikes(monday_tally())
        posted = await door.hears(group, "TUẦN 47", "Có tin: 1/1")
        if posted[-1].picture is None:
            await door.wait_for(lambda: any(one.picture for one in door.shown(group)), 5)
