"""Events as Zalo brings them, built by hand from the reference page; names and ids are made up."""

from __future__ import annotations

from typing import Any

Event = dict[str, Any]

NAME = "Bot Tổ CĐS Tú Lệ"
SENT = 1_795_420_800_123  # 2026-11-23 08:00 UTC

AN: Event = {"id": "0a1b2c3d4e5f6a7b8c9d", "display_name": "Lò Thị An", "is_bot": False}
HOA: Event = {"id": "1a1b2c3d4e5f6a7b8c9d", "display_name": "Hoa", "is_bot": False}
PRIVATE: Event = {"id": AN["id"], "chat_type": "PRIVATE"}
GROUP: Event = {"id": "zgr-9f8e7d", "chat_type": "GROUP"}
PHOTO = "https://photo-stal-1.zdn.vn/jpg/5a6b.jpg"


def event(kind: str = "text", chat: Event = PRIVATE, sender: Event | None = AN, **content: Any) -> Event:
    """An unwrapped event."""
    message: Event = {"chat": chat, "message_id": "b1c2d3e4f5a6b7c8d9e0", "date": SENT, **content}
    if sender is not None:
        message["from"] = sender
    return {"event_name": f"message.{kind}.received", "message": message}


def text(words: str, chat: Event = PRIVATE, sender: Event | None = AN, **more: Any) -> Event:
    """An event with a text."""
    return event("text", chat, sender, text=words, message_type="CHAT_MESSAGE", **more)


def wrapped(inner: Any) -> Event:
    """As documented, and as getUpdates brings it."""
    return {"ok": True, "result": inner}
