"""Who lives at the fake Zalo: people, groups, the events they cause, and what they were sent."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.watching import Watched
from tests.fakes.zalo_bot_rules import Refusal, Rules, Switches, quota

Event = dict[str, Any]


class JoinRefused(Exception):
    """The bot cannot be added to this group."""


@dataclass(slots=True)
class Person:
    """Somebody with Zalo on the phone. `there`: has the bot. `seated`: has written, and counts as a user."""

    id: str
    name: str
    there: bool = True
    seated: bool = False
    protected: bool = False
    """A child or another whose messages are never shown to bots."""


@dataclass(slots=True)
class Group:
    """A group with the bot in it, until it is put out."""

    id: str
    title: str
    there: bool = True


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the bot wrote. `at`: the server's monotonic clock."""

    chat: str
    message_id: str
    method: str
    text: str
    at: float
    photo_url: str = ""
    photo: bytes | None = None
    parse_mode: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class Town(Watched):
    """Chats and what happens in them. `person` and `group` take any short handle, which is the vendor's id too."""

    def __init__(self, rules: Rules, bot_id: str, name: str, joins_groups: bool = True) -> None:
        super().__init__()
        self.rules = rules
        self.switches = Switches()
        self.bot_id = bot_id
        self.name = name
        self.joins_groups = joins_groups
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.events: list[Event] = []
        """What the vendor has not handed over yet."""
        self.unheard: list[str] = []
        """Texts in groups that did not call the bot, so that it never learns of them."""
        self.sent: list[Sent] = []
        self.typing: list[str] = []
        self.files: dict[str, bytes] = {}
        self.month_in = 0
        self.month_out = 0
        self.url = ""
        self._ids: Iterator[int] = count(1)

    # ---- who is there

    def person(self, user: str, name: str = "Lò Thị An") -> Person:
        """Somebody who has found the bot."""
        return self.people.setdefault(user, Person(user, name))

    def group(self, chat: str = "zgr-1", title: str = "Tổ CĐS xã Tú Lệ") -> Group:
        """A group that a group admin let the bot into. Raises JoinRefused."""
        assert chat.startswith("zgr-")
        if chat not in self.groups:
            if not self.joins_groups:
                raise JoinRefused("this bot cannot join groups")
            if sum(group.there for group in self.groups.values()) >= self.rules.groups:
                raise JoinRefused("a free bot joins no more groups")
        return self.groups.setdefault(chat, Group(chat, title))

    def leaves(self, user: str) -> None:
        """A person deletes or blocks the bot: the bot hears nothing of it."""
        self.people[user].there = False

    def puts_out(self, chat: str) -> None:
        """A group puts the bot out: the bot hears nothing of it."""
        self.groups[chat].there = False

    def new_month(self) -> None:
        """The counters begin anew."""
        self.month_in = self.month_out = 0

    @property
    def seats(self) -> int:
        """How many people count as users of this bot."""
        return sum(person.seated for person in self.people.values())

    # ---- what people do

    def says(self, user: str, text: str, chat: str = "", *, answers_bot: bool = False, **more: Any) -> Event | None:
        """A person writes, privately or into a group, where only what calls or answers the bot reaches it.

        Returns the event; None where there is none. `more`: further fields of the message.
        """
        return self._message(user, chat, "text", text, {"text": text, **more}, answers_bot)

    def mentions(self, user: str, text: str, chat: str) -> Event:
        """A person picks the bot's name in a group and writes."""
        event = self.says(user, f"@{self.name} {text}".rstrip(), chat)
        assert event is not None
        return event

    def sends_photo(self, user: str, photo: bytes, caption: str = "", chat: str = "") -> Event | None:
        """A person sends a picture, which lies on the vendor's picture host."""
        place = f"photo-{next(self._ids)}.jpg"
        self.files[place] = photo
        words = {"caption": caption} if caption else {}
        url = f"{self.url}/photos/{place}"
        return self._message(user, chat, "image", caption, {self.switches.photo_field: url, **words})

    def sends_sticker(self, user: str) -> Event | None:
        content = {"sticker": "bfe458bf64fa8da4d4eb", "url": "https://zalo-api.zadn.vn/api/emoticon/sticker.png"}
        return self._message(user, "", "sticker", "", content)

    def sends_voice(self, user: str) -> Event | None:
        return self._message(user, "", "voice", "", {"voice_url": "https://voice-aac-dl.zdn.vn/1/a.aac"})

    def sends_file(self, user: str) -> Event | None:
        """A file, a place, a link card: the bot learns only that there was something."""
        return self._message(user, "", "unsupported", "", {})

    def push(self, event: Event) -> Event:
        """Queue an event of any shape."""
        self.events.append(event)
        self.wake()
        return event

    def _message(
        self, user: str, chat: str, kind: str, words: str, content: Event, answers_bot: bool = False
    ) -> Event | None:
        sender = self.person(user)
        if chat and not self.groups[chat].there:
            return None
        if chat and f"@{self.name}" not in words and not answers_bot:
            self.unheard.append(words)
            return None
        sender.there = True
        sender.seated = sender.seated or (not chat and self.seats < self.rules.people)
        self.month_in += 1
        if sender.protected:
            kind, content = "unsupported", {}
        group = {"id": chat, "chat_type": "GROUP"}
        message = {
            "from": {"id": self._shown(user), "display_name": sender.name, "is_bot": False},
            "chat": group if chat else {"id": self._shown(user), "chat_type": "PRIVATE"},
            "message_id": self.new_id(),
            "message_type": "CHAT_MESSAGE",
            "date": time.time_ns() // 1_000_000,
            **content,
        }
        return self.push({"event_name": f"message.{kind}.received", "message": message})

    def _shown(self, user: str) -> str | int:
        return int(user) if self.switches.ids_as_numbers and user.isdigit() else user

    def new_id(self) -> str:
        """A message id as the vendor makes them: hex digits."""
        return hashlib.sha256(f"{self.bot_id} {next(self._ids)}".encode()).hexdigest()[:20]

    # ---- what people see

    def sent_to(self, chat: str) -> list[Sent]:
        """What the bot wrote into a chat, oldest first."""
        return [sent for sent in self.sent if sent.chat == chat]

    def heard(self, chat: str) -> list[str]:
        """The texts the bot wrote into a chat."""
        return [sent.text for sent in self.sent_to(chat)]

    def check_chat(self, chat: str, *, typing: bool = False) -> None:
        """Refuse a chat that is not named, not known or not there."""
        if not chat:
            raise Refusal(400, "Bad request: The chat_id must not be empty")
        known = self.people.get(chat) or self.groups.get(chat)
        if (known is None or not known.there) and not (typing and self.switches.lost_may_type):
            raise Refusal(self.switches.lost_code, "Bad request: The chat is not available")

    def check_quota(self, chat: str) -> None:
        """Refuse what is beyond a free bot: the month's messages, and people beyond the fiftieth (a guess)."""
        used = self.month_out + (self.month_in if self.rules.count_incoming else 0)
        if used >= self.rules.messages:
            raise quota()
        person = self.people.get(chat)
        if person is None or person.seated:
            return
        if self.seats >= self.rules.people:
            raise quota()
        person.seated = True

    def store(self, chat: str, method: str, text: str, **more: Any) -> Event:
        """Keep a message of the bot; returns the result as the API shows it."""
        sent = Sent(chat, self.new_id(), method, text, time.monotonic(), **more)
        self.sent.append(sent)
        self.month_out += 1
        self.wake()
        return {"message_id": sent.message_id, "date": time.time_ns() // 1_000_000}
