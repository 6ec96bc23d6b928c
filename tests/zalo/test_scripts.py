"""The same conversations through every messenger: typed words only, numbers for choices, no button needed.

All that people type (README, "What people type") is tried; afterwards every chat must have been shown the same lines.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.town import fresh_database
from tests.zalo.doors import Door, Home, TelegramDoor, WebChatDoor, ZaloBotDoor, ZaloOaDoor, house, monday_tally

Script = tuple[tuple[str, str, tuple[str, ...]], ...]

SCRIPTS: dict[str, Script] = {
    "begin, once more": (("An", "bắt đầu", ("ghi việc",)), ("An", "hủy", ("bỏ",))),
    "help": (("An", "trợ giúp", ("ghi việc",)), ("Hoa", "?", ("ghi việc",)), ("Hà", "help", ("thông báo",))),
    "a check-in in one line": (("An", "vneid 3 dvc 2", ("Đã ghi cho Bản Lềnh", "VNeID 3", "2")),),
    "in whole words, of yesterday, with a note": (
        ("Hoa", "Hôm qua giúp 4 hộ cài VNeID, 2 hồ sơ dvc; bà con rất vui", ("Đã ghi", "17/11", "VNeID 4")),
        ("Hoa", "bỏ", ("Đã bỏ cho Bản Lềnh", "lấy lại")),
    ),
    "a correction": (("An", "sửa vneid 4", ("Đã sửa", "3 → 4")),),
    "a correction by choice": (("An", "sửa", ("1. ",)), ("An", "dvc 5", ("2 → 5", "VNeID 4"))),
    "withdrawn and restored": (("An", "bỏ", ("lấy lại",)), ("An", "lấy lại", ("VNeID 4",))),
    "one session, two reports": (
        ("Hoa", "lượt người 40", ("Đã ghi", "40")),
        ("An", "lượt người 40", ("chung",)),
        ("An", "chung", ("một lần",)),
    ),
    "a guided check-in": (
        ("Hoa", "ghi việc", ("1. ",)),
        ("Hoa", "3", ("?",)),
        ("Hoa", "5", ("Đã ghi cho Bản Lềnh", "5")),
    ),
    "a guided check-in, otherwise": (("Hoa", "dd", ("1. ",)), ("Hoa", "hủy", ("chưa ghi gì thêm",))),
    "nothing to report": (("Hoa", "khong phat sinh", ("Tuần 47",)),),
    "not understood": (("Hoa", "mây bay lưng trời", ("1. Ghi việc", "3. ")), ("Hoa", "2", ("1. ",))),
    "a lesson by its number": (("An", "hd", ("1. ",)), ("An", "1", ("VNeID",))),
    "a lesson by words": (("An", "huong dan lua dao", ("lừa đảo",)), ("Hoa", "hd 3", ("1. ",))),
    "a question for the officer": (
        ("An", "hỏi máy tôi không cài được VNeID", ("Em đã chuyển câu hỏi",)),
        ("An", "yêu cầu", ("máy tôi không cài được VNeID",)),
        ("Hà", "yêu cầu", ("1. ", "máy tôi không cài được VNeID")),
        ("Hà", "1", ("1. Trả lời",)),
        ("Hà", "1", ("câu trả lời",)),
        ("Hà", "Bác mang máy ra xã nhé", ("Em đã gửi câu trả lời cho An",)),
        ("An", "", ("Bác mang máy ra xã nhé",)),
    ),
    "numbers": (
        ("An", "báo cáo", ("Tuần 47", "Bản Lềnh")),
        ("Hà", "bc", ("Tuần 47", "xã Tú Lệ")),
        ("Quản", "báo cáo", ("Tuần 47", "Văn Chấn")),
    ),
    "who is missing": (("Hà", "chưa làm", ("Tuần 47",)), ("Quản", "chua lam", ("Tuần 47",))),
    "a group is bound by its officer": (("Hà in the group", "nhóm", ("Từ giờ nhóm này là của xã Tú Lệ",)),),
    "a group is bound by a code that anybody types": (
        ("Hà", "nhóm Bản Lềnh", ("Mã nhóm của Bản Lềnh",)),
        ("An in the other group", "nhóm {code}", ("Từ giờ nhóm này là của Bản Lềnh",)),
    ),
    "work written into the group": (("Hoa in the group", "thanh toán 2", ("Bản Lềnh",)),),
    "the numbers in the group": (
        ("Hoa in the group", "báo cáo", ("Tuần 47", "xã Tú Lệ")),
        ("Hà in the group", "chưa làm", ("Tuần 47",)),
        ("An in the group", "tôi là ai", ("nhắn riêng",)),
    ),
    "a broadcast": (
        ("Hà", "thông báo", ("1. ",)),
        ("Hà", "1", ("1. ",)),
        ("Hà", "1", ("?",)),
        ("Hà", "Mời các tổ họp 19h30", ("“Mời các tổ họp 19h30”", "1. Gửi", "người", "nhóm")),
        ("Hà", "2", ("?",)),
        ("Hà", "Mời các tổ họp 20h", ("“Mời các tổ họp 20h”", "1. Gửi")),
        ("Hà", "1", ("Em đang gửi tới",)),
        ("An", "", ("Mời các tổ họp 20h",)),
        ("Hoa", "", ("Mời các tổ họp 20h",)),
        ("the group", "", ("Mời các tổ họp 20h",)),
        ("Hà", "", ("Tin của bác đã tới",)),
    ),
    "a broadcast that is not sent": (
        ("Quản", "thông báo Mai nghỉ lễ", ("1. ",)),
        ("Quản", "thoát", ("dừng",)),
    ),
    "who am I": (("An", "toi la ai", ("Lò Văn An",)), ("Hà", "/me", ("Hoàng Thu Hà",))),
    "language": (
        ("An", "ngôn ngữ", ("1. Tiếng Việt", "2. English")),
        ("An", "2", ("in English",)),
        ("An", "vneid 1", ("VNeID",)),
        ("An", "tiếng việt", ("tiếng Việt",)),
    ),
    "my data": (("An", "dữ liệu của tôi", ("Họ tên: Lò Văn An", "091…678")),),
    "no more messages": (("Hoa", "dung nhan tin", ("không tự nhắn",)),),
    "forget me": (
        ("Hoa", "xóa dữ liệu", ("1. ",)),
        ("Hoa", "2", ()),
        ("Hoa", "/forget", ("1. ",)),
        ("Hoa", "1", ("xóa",)),
        ("Hoa", "vneid 2", ("mã",)),
    ),
}
"""Who, what they write ("" for nothing: they only read), and which words must come back there."""

PEACE: dict[str, Script] = {
    "leave": (("Hoa", "nghỉ 3 ngày", ("nghỉ",)), ("Hoa", "nhắc lại", ("nhắc",))),
    "a pause": (("Hà", "tạm dừng nhắc 3 ngày", ("tạm dừng",)), ("Hà", "tiếp tục nhắc", ("nhắc",))),
    "here is where I read": (("An", "nhắn ở đây", ("ở đây",)),),
}
"""A table of its own: all of it within one minute would be more than an Official Account may ask of Zalo."""

DOORS: dict[str, Callable[[], Door]] = {
    "telegram": TelegramDoor,
    "webchat": WebChatDoor,
    "zalo-bot": ZaloBotDoor,
    "zalo-oa": ZaloOaDoor,
}
_CODE = re.compile(r"\b\d{6}\b")
_TIME = re.compile(r"\b\d{1,2}:\d\d\b")
_ITS_OWN = re.compile(r"^Mã nhóm của|^Hết \d+ tin|tin miễn phí|tin trong gói|Zalo chuyển cho em mọi tin")
PATIENCE = 30.0

Lines = dict[str, Counter[str]]
Scripts = dict[str, Script]


@pytest.mark.parametrize("scripts", [SCRIPTS, PEACE], ids=["the job", "peace"])
async def test_every_messenger_carries_the_whole_job_in_the_same_words(tmp_path: Path, scripts: Scripts) -> None:
    await (await fresh_database(tmp_path)).close()  # the template is made once, before four want it at the same time
    told = await asyncio.gather(*(_lived(make(), tmp_path / name, scripts) for name, make in DOORS.items()))
    first, *others = zip(DOORS, told, strict=True)
    for name, lines in others:
        for chat, shown in lines.items():
            more, fewer = shown - first[1][chat], first[1][chat] - shown
            assert (dict(more), dict(fewer)) == ({}, {}), f"{name} differs from {first[0]} in the chat of {chat}"


async def _lived(door: Door, folder: Path, scripts: Scripts) -> Lines:
    """All scripts through one door; the lines that each chat was shown."""
    folder.mkdir()
    async with door, house(folder, door) as home:
        chats = {
            "Quản": await home.enrol("Đinh Văn Quản", "Tú Lệ", "admin"),
            "An": await home.enrol("Lò Văn An"),
            "Hoa": await home.enrol("Lò Thị Hoa"),
            "Hà": await home.enrol("Hoàng Thu Hà", "Tú Lệ", "commune_lead"),
        }
        members = tuple(chats.values())
        chats["the group"] = door.group("Tổ CĐS xã Tú Lệ", *members)
        chats["the other group"] = door.group("Bản Lềnh", *members)
        code = ""
        for title, script in scripts.items():
            for who, text, words in script:
                try:
                    heard = await _spoken(door, chats, who, text.format(code=code), words)
                except AssertionError as error:
                    raise AssertionError(f"{title}: {who}: {text}: {error}") from None
                code = found[0] if (found := _CODE.search(heard)) else code
        if scripts is SCRIPTS:
            await _monday(home, chats["the group"], chats["the other group"])
        return {name: _lines(door, chat) for name, chat in chats.items()}


async def _spoken(door: Door, chats: dict[str, str], who: str, text: str, words: tuple[str, ...]) -> str:
    """Somebody says something, and reads the answer where it comes."""
    speaker, _, group = who.partition(" in ")
    chat = chats[group or speaker]
    if group:
        door.call(chats[speaker], text, chat)
    elif text:
        door.says(chat, text)
    return "\n".join(one.text for one in await door.hears(chat, *words, seconds=PATIENCE))


async def _monday(home: Home, group: str, village: str) -> None:
    await home.strikes(monday_tally())
    await home.door.hears(village, "TUẦN 47", "gọi Hoàng Thu Hà", seconds=PATIENCE)
    posted = await home.door.hears(group, "TUẦN 47", "Có tin: 1/1", seconds=PATIENCE)
    if posted[-1].picture is None:
        await home.door.wait_for(lambda: any(one.picture for one in home.door.shown(group)), PATIENCE)


def _lines(door: Door, chat: str) -> Counter[str]:
    """What was shown, without codes and times of the day, which differ from run to run, and without what is a
    messenger's own: what a broadcast costs there, what a group must know of it."""
    text = "\n".join(one.text for one in door.shown(chat))
    lines = _TIME.sub("hh:mm", _CODE.sub("######", text)).splitlines()
    return Counter(line.strip() for line in lines if line.strip() and not _ITS_OWN.search(line))
