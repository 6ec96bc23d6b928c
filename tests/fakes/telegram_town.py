"""Who lives at the fake Telegram: people, groups, the updates they cause, and what they were sent."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

from tests.fakes.telegram_rules import Refusal
from tests.fakes.watching import Watched

Update = dict[str, Any]


class Standing(StrEnum):
    """What the bot may do in a chat; the values are those of ChatMember.status."""

    MEMBER = "member"
    RESTRICTED = "restricted"
    KICKED = "kicked"


@dataclass(slots=True)
class Chat:
    """A person's private chat with the bot, or a group."""

    id: str
    title: str
    kind: str = "private"
    standing: Standing = Standing.MEMBER
    upgraded_to: str = ""

    @property
    def group(self) -> bool:
        return self.kind != "private"

    def as_json(self) -> Update:
        named = {"title": self.title} if self.group else {"first_name": self.title}
        return {"id": int(self.id), "type": self.kind, **named}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the bot wrote. `at`: the server's monotonic clock."""

    chat: str
    message_id: int
    text: str
    at: float
    buttons: tuple[tuple[str, str], ...] = ()
    """(label, data), row after row."""
    rows: tuple[int, ...] = ()
    photo: bytes | None = None
    parse_mode: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class Town(Watched):
    """Chats and what happens in them. Every id is a string of digits, as the bot keeps it."""

    def __init__(self, bot_id: str, username: str) -> None:
        super().__init__()
        self.bot = {"id": int(bot_id), "is_bot": True, "first_name": "Trợ lý", "username": username}
        self.chats: dict[str, Chat] = {}
        self.updates: list[Update] = []
        self.sent: list[Sent] = []
        self.answered_taps: list[str] = []
        self.files: dict[str, bytes] = {}
        self.wants: set[str] | None = None
        self._open_taps: set[str] = set()
        self._ids: Iterator[int] = count(1)
        self._update_ids: Iterator[int] = count(500_001)

    # ---- who is there

    def person(self, user: int | str, name: str = "An") -> Chat:
        """Somebody who has opened the chat with the bot."""
        return self.chats.setdefault(str(user), Chat(str(user), name))

    def group(self, chat: int | str, title: str = "Tổ CĐS xã Tú Lệ", kind: str = "supergroup") -> Chat:
        """A group in which the bot is a member."""
        return self.chats.setdefault(str(chat), Chat(str(chat), title, kind))

    def writable(self, chat: str) -> Chat:
        """The chat, if the bot may write there; else the refusal of the real server."""
        known = self.chats.get(chat)
        if known is None:
            raise Refusal(400, "Bad Request: chat not found")
        if known.upgraded_to:
            moved = {"migrate_to_chat_id": int(known.upgraded_to)}
            raise Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if known.standing is Standing.KICKED:
            told = f"bot was kicked from the {known.kind} chat" if known.group else "bot was blocked by the user"
            raise Refusal(403, f"Forbidden: {told}")
        if known.standing is Standing.RESTRICTED:
            raise Refusal(400, "Bad Request: not enough rights to send text messages to the chat")
        return known

    # ---- what people do

    def says(self, user: int | str, text: str, chat: int | str | None = None, **more: Any) -> Update:
        """A person writes, privately or into a group; `more` are further fields of the message."""
        if text.startswith("/"):
            more.setdefault("entities", [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}])
        return self._message(user, chat, {"text": text, **more})

    def sends_photo(self, user: int | str, photo: bytes, caption: str = "", **more: Any) -> Update:
        """A person sends a picture; Telegram keeps two sizes of it."""
        file_id = f"photo-{next(self._ids)}"
        self.files[file_id] = photo
        self.files[f"{file_id}-small"] = photo[:100]
        sizes = [
            {"file_id": f"{file_id}-small", "file_unique_id": "s", "width": 90, "height": 67, "file_size": 100},
            {"file_id": file_id, "file_unique_id": "l", "width": 1280, "height": 960, "file_size": len(photo)},
        ]
        more = {"photo": sizes, **({"caption": caption} if caption else {}), **more}
        return self._message(user, more.pop("chat", None), more)

    def taps(self, user: int | str, button: str, chat: int | str | None = None) -> Update:
        """A person taps a button (named by label, data, or the key in it) of the newest message that has it."""
        place = str(chat or user)
        for sent in reversed(self.sent_to(place)):
            for label, data in sent.buttons:
                if button in (label, data, data.partition(":")[2]):
                    return self.taps_data(user, data, place, sent)
        raise AssertionError(f"No message to {place} has a button {button!r}.")

    def taps_data(self, user: int | str, data: str, chat: str, sent: Sent | None = None) -> Update:
        """A tap with any data, as from a very old message."""
        tap = f"tap-{next(self._ids)}"
        self._open_taps.add(tap)
        shown = {"message_id": sent.message_id if sent else 1, "date": _now() if sent else 0, "from": self.bot}
        message = {**shown, "chat": self.chats[chat].as_json(), **({"text": sent.text} if sent else {})}
        query = {"id": tap, "from": self._user(user), "message": message, "chat_instance": "1", "data": data}
        return self.push({"callback_query": query})

    def answer_tap(self, tap: str) -> None:
        """answerCallbackQuery."""
        if tap not in self._open_taps:
            told = "query is too old and response timeout expired or query ID is invalid"
            raise Refusal(400, f"Bad Request: {told}")
        self._open_taps.remove(tap)
        self.answered_taps.append(tap)

    def blocks(self, user: int | str) -> Update:
        """A person stops the bot."""
        return self.stands(user, user, Standing.KICKED)

    def unblocks(self, user: int | str) -> Update:
        """A person starts the bot again."""
        return self.stands(user, user, Standing.MEMBER)

    def stands(self, chat: int | str, by: int | str, standing: Standing) -> Update:
        """The bot's standing in a chat is changed by somebody: added, silenced, removed."""
        place = self.chats[str(chat)]
        before, place.standing = place.standing, standing
        change = {
            "chat": place.as_json(),
            "from": self._user(by),
            "date": _now(),
            "old_chat_member": {"user": self.bot, **_status(before)},
            "new_chat_member": {"user": self.bot, **_status(standing)},
        }
        return self.push({"my_chat_member": change})

    def upgrades(self, chat: int | str, by: int | str, to: int | str) -> Chat:
        """A basic group becomes a supergroup: two service messages, and the old id is dead."""
        old = self.chats[str(chat)]
        new = self.group(to, old.title)
        old.upgraded_to = new.id
        self._message(by, old.id, {"migrate_to_chat_id": int(new.id)})
        self._message(by, new.id, {"migrate_from_chat_id": int(old.id)})
        return new

    def push(self, update: Update) -> Update:
        """Queue an update of any shape."""
        update = {"update_id": next(self._update_ids), **update}
        if self.wants is None or any(kind in self.wants for kind in update):
            self.updates.append(update)
            self.wake()
        return update

    # ---- what people see

    def sent_to(self, chat: int | str) -> list[Sent]:
        """What the bot wrote into a chat, oldest first."""
        return [sent for sent in self.sent if sent.chat == str(chat)]

    def heard(self, chat: int | str) -> list[str]:
        """The texts the bot wrote into a chat."""
        return [sent.text for sent in self.sent_to(chat)]

    def store(self, chat: Chat, text: str, at: float, **more: Any) -> Update:
        """Keep a message of the bot; returns it as the Bot API shows it."""
        sent = Sent(chat.id, next(self._ids), text, at, **more)
        self.sent.append(sent)
        self.wake()
        message = {"message_id": sent.message_id, "date": _now(), "chat": chat.as_json(), "from": self.bot}
        return {**message, "text": text} if sent.photo is None else {**message, "caption": text, "photo": []}

    def _user(self, user: int | str) -> Update:
        return {"id": int(user), "is_bot": False, "first_name": self.person(user).title, "language_code": "vi"}

    def _message(self, user: int | str, chat: int | str | None, content: Update) -> Update:
        sender = self._user(user)
        place = self.chats[str(chat if chat is not None else user)]
        message = {"message_id": next(self._ids), "from": sender, "chat": place.as_json(), "date": _now(), **content}
        return self.push({"message": message})


def _status(standing: Standing) -> Update:
    if standing is Standing.RESTRICTED:
        return {"status": "restricted", "is_member": True, "can_send_messages": False}
    return {"status": str(standing)}


def _now() -> int:
    return int(time.time())
