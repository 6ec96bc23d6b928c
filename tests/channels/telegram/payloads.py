"""Updates as the Bot API sends them, built by hand from its documentation; names and ids are made up."""

from __future__ import annotations

from typing import Any

Update = dict[str, Any]

BOT_ID = "8101"
USERNAME = "tocds_test_bot"
SENT = 1_795_420_800  # 2026-11-23 08:00 UTC

BOT: Update = {"id": 8101, "is_bot": True, "first_name": "Trợ lý Tổ CĐS", "username": USERNAME}
AN: Update = {"id": 1001, "is_bot": False, "first_name": "Lò Văn", "last_name": "An", "language_code": "vi"}
HOA: Update = {"id": 1002, "is_bot": False, "first_name": "Hoa"}
ANONYMOUS: Update = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE: Update = {"id": 1001, "first_name": "Lò Văn", "last_name": "An", "type": "private"}
GROUP: Update = {"id": -4001, "title": "Tổ CĐS xã Tú Lệ", "type": "group", "all_members_are_administrators": True}
SUPERGROUP: Update = {"id": -1001900000001, "title": "Tổ CĐS xã Tú Lệ", "type": "supergroup", "username": "cdstule"}
CHANNEL: Update = {"id": -1001900000009, "title": "Tin xã", "type": "channel"}

PHOTO = [
    {"file_id": "small", "file_unique_id": "s", "file_size": 1251, "width": 67, "height": 90},
    {"file_id": "large", "file_unique_id": "l", "file_size": 91_422, "width": 960, "height": 1280},
    {"file_id": "middle", "file_unique_id": "m", "file_size": 15_103, "width": 240, "height": 320},
]


def message(chat: Update = PRIVATE, sender: Update | None = AN, **content: Any) -> Update:
    """An update with a message."""
    told: Update = {"message_id": 77, "chat": chat, "date": SENT, **content}
    if sender is not None:
        told["from"] = sender
    return {"update_id": 900_000_001, "message": told}


def text(words: str, chat: Update = PRIVATE, sender: Update | None = AN, **more: Any) -> Update:
    """An update with a text message."""
    return message(chat, sender, text=words, **more)


def tap(data: str | None, chat: Update = PRIVATE, sender: Update = AN, **message_fields: Any) -> Update:
    """An update with a tap on one of our buttons."""
    shown = {"message_id": 70, "from": BOT, "chat": chat, "date": SENT - 60, "text": "Bác ghi việc gì ạ?"}
    query: Update = {"id": "4382bfdwdsb323b2d9", "from": sender, "message": {**shown, **message_fields}}
    if data is not None:
        query["data"] = data
    return {"update_id": 900_000_002, "callback_query": {**query, "chat_instance": "-3871"}}


def member(status: str, **more: Any) -> Update:
    """A ChatMember about the bot."""
    return {"user": BOT, "status": status, **more}


def change(chat: Update, before: Update, after: Update, by: Update = AN) -> Update:
    """An update about the bot's own membership."""
    told = {"chat": chat, "from": by, "date": SENT, "old_chat_member": before, "new_chat_member": after}
    return {"update_id": 900_000_003, "my_chat_member": told}


SILENCED = member("restricted", is_member=True, can_send_messages=False, until_date=0)
EXPELLED = member("restricted", is_member=False, can_send_messages=False, until_date=0)
ALLOWED = member("restricted", is_member=True, can_send_messages=True, until_date=0)
MEMBER, ADMIN = member("member"), member("administrator", can_be_edited=False)
LEFT, KICKED = member("left"), member("kicked", until_date=0)
