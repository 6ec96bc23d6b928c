"""Who lives at the fake Official Account: people, groups, the events they cause, and what they were sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from tests.fakes.watching import Watched
from tests.fakes.zalo_oa_oauth import APP_ID
from tests.fakes.zalo_oa_rules import Clock, Refusal, Switches

OA_ID = "2491302944280861639"
OA_NAME = "Tổ CĐS Văn Chấn"
CEILINGS = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}

Event = dict[str, Any]


@dataclass(slots=True)
class Person:
    """Somebody with Zalo. `heard`: their last interaction."""

    id: str
    name: str
    follows: bool = False
    heard: datetime | None = None
    free_used: int = 0


@dataclass(slots=True)
class Group:
    """A group that the account made."""

    id: str
    name: str
    asset: str
    members: set[str]
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the account wrote; `pocket`: from which it was paid."""

    chat: str
    message_id: str
    text: str
    buttons: tuple[tuple[str, str, str], ...] = ()
    """(title, type, payload)"""
    picture: bytes | None = None
    picture_url: str = ""
    pocket: str = ""
    body: dict[str, Any] = field(default_factory=dict)


class Town(Watched):
    """People and groups, by ids that no double can hold."""

    def __init__(self, switches: Switches, clock: Clock) -> None:
        super().__init__()
        self.switches, self.clock = switches, clock
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.assets: dict[str, str] = {"asset-gmf100-1": "gmf100"}
        self.events: list[Event] = []
        self.sent: list[Sent] = []
        self.dong = 0
        self.package_used = 0
        self._serial = count(1)

    # ---- who is there

    def person(self, name: str = "An", *, wrote: bool = True) -> str:
        """Somebody; returns their id. `wrote`: they have just written."""
        user = f"{9_223_372_036_854_775_000 + next(self._serial)}"
        self.people[user] = Person(user, name)
        if wrote:
            self._interacts(user)
        return user

    def group(self, name: str = "Tổ CĐS xã Tú Lệ", *members: str) -> str:
        """A group that the account made earlier; returns its id."""
        group = f"{8_223_372_036_854_775_000 + next(self._serial)}"
        self.groups[group] = Group(group, name, f"asset-{group}", set(members))
        return group

    # ---- what people do

    def says(self, user: str, text: str, into: str = "") -> Event:
        """Somebody writes, privately or into a group."""
        return self.sends(user, "text", into, text=text)

    def sends(self, user: str, what: str, into: str = "", **content: Any) -> Event:
        """Somebody sends something: image, sticker, audio …"""
        message = {"msg_id": f"{next(self._serial):032x}", **content}
        if into:
            return self.push(self._talk(user, into, f"user_send_group_{what}", message))
        self._interacts(user)
        return self.push(self._talk(user, OA_ID, f"user_send_{what}", message))

    def sends_picture(self, user: str, url: str, text: str = "") -> Event:
        """Somebody sends a picture that lies at an address."""
        more = {"text": text} if text else {}
        attachment = {"type": "image", "payload": {"thumbnail": url + "?small", "url": url}}
        return self.sends(user, "image", attachments=[attachment], **more)

    def follows(self, user: str) -> Event:
        """Somebody begins to follow the account."""
        self.people[user].follows = True
        self._interacts(user)
        return self.push(self._following(user, "follow"))

    def unfollows(self, user: str) -> Event:
        """Somebody stops following: nothing reaches them."""
        self.people[user].follows = False
        self.people[user].heard = None
        return self.push(self._following(user, "unfollow"))

    def taps(self, user: str, button: str) -> Event | None:
        """Somebody taps a button (by its title or payload) of the newest message that has it; None for those that only
        open something."""
        for sent in reversed(self.sent_to(user)):
            for title, kind, payload in sent.buttons:
                if button in (title, payload):
                    return self.says(user, payload) if kind.startswith("oa.query.") else None
        raise AssertionError(f"no message to {user} has a button {button!r}")

    def submits(self, user: str, *, newer: bool = False, phone: str | int = "84912345678") -> Event:
        """Somebody gives name and phone, in the old layout or the newer one."""
        name = self.people[user].name
        info: Event = {"name": name, "phone": phone, "address": "Tú Lệ", "city": "Lào Cai", "district": ""}
        if newer:
            place = {"user_city": "Lào Cai", "user_ward": "Tú Lệ", "user_address": "Bản Lềnh"}
            info = {"name": name, "phone": phone, "user_dob": "01/02/1970", "gender": 1, "full_address": place}
        base = {"app_id": APP_ID, "sender": {"id": user}, "recipient": {"id": OA_ID}}
        return self.push({**base, "event_name": "user_submit_info", "info": info, "timestamp": self._stamp()})

    def push(self, event: Event) -> Event:
        """Let an event of any shape happen."""
        self.events.append(event)
        self.wake()
        return event

    # ---- what people see

    def sent_to(self, chat: str) -> list[Sent]:
        """What the account wrote into a chat, oldest first."""
        return [sent for sent in self.sent if sent.chat == chat]

    def heard(self, chat: str) -> list[str]:
        """The texts the account wrote into a chat."""
        return [sent.text for sent in self.sent_to(chat)]

    def store(self, chat: str, text: str, **more: Any) -> Sent:
        """Keep a message of the account, and echo it as Zalo does."""
        sent = Sent(chat, f"{next(self._serial):032x}", text, **more)
        self.sent.append(sent)
        echo = "oa_send_group_text" if chat in self.groups else "oa_send_text"
        self.push(self._talk(OA_ID, chat, echo, {"msg_id": sent.message_id, "text": text}))
        return sent

    def pay(self, user: str) -> dict[str, Any]:
        """From which pocket a message to somebody goes now, as the answer says it; or the refusal."""
        person = self.people.get(user)
        if person is None:
            raise Refusal(-201, "user_id is invalid")
        if person.heard is None:
            raise Refusal(self.switches.stranger if not person.follows else -230, "user has not interacted")
        silence = self.clock.now() - person.heard
        if silence > timedelta(days=7):
            raise Refusal(-230, "user has not interacted with the OA in the past 7 days")
        free, package = self.switches.free_in_window, self.switches.package.value[1]
        if silence <= timedelta(hours=48) and person.free_used < free:
            person.free_used += 1
            return self._quota("reply", free - person.free_used, free)
        if self.package_used < package:
            self.package_used += 1
            return self._quota("sub_quota", package - self.package_used, package)
        if not self.switches.money:
            raise Refusal(-211, "out of quota")
        self.dong += 55
        return self._quota("purchase_quota", 0, 0)

    def _interacts(self, user: str) -> None:
        self.people[user].heard = self.clock.now()
        self.people[user].free_used = 0

    def _quota(self, kind: str, remain: int, total: int) -> dict[str, Any]:
        shown = (lambda number: str(number)) if self.switches.numbers_as_strings else (lambda number: number)
        owner = {"expired_date": "", "owner_type": "OA", "owner_id": OA_ID}
        return {"quota_type": kind, "remain": shown(remain), "total": shown(total), **owner}

    def _talk(self, sender: str, recipient: str, name: str, message: Event) -> Event:
        user = sender if sender in self.people else recipient
        return {
            "app_id": APP_ID,
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "user_id_by_app": user[::-1],
            "event_name": name,
            "message": message,
            "timestamp": self._stamp(),
        }

    def _following(self, user: str, name: str) -> Event:
        base = {"oa_id": OA_ID, "follower": {"id": user}, "user_id_by_app": user[::-1], "event_name": name}
        return {**base, "source": "oa_profile", "app_id": APP_ID, "timestamp": self._stamp()}

    def _stamp(self) -> str:
        return str(int(self.clock.now().timestamp() * 1000))


def raw(event: Event) -> bytes:
    """The bytes that Zalo would send and sign: not those that a second serialisation would make."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ": ")).encode("utf-8", "surrogatepass")
