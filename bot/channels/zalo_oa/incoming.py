"""A Zalo webhook event in our own words. Plain dicts in, values out: no I/O, and no shape of JSON makes it raise.

A tapped button comes as an ordinary text that says what the button was told to say (`outgoing.PAYLOAD`).
`user_submit_info` (name and phone) is not read: we never ask for it, and people are known by their code.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.channels.base import EventKey
from bot.channels.fields import thing, things, words
from bot.channels.zalo_oa.fields import identity, moment
from bot.channels.zalo_oa.overheard import is_for_us
from handlers.messages import Incoming, Kind, PictureRef

LONGEST_KEY = 100
"""Letters of an event id that the journal keeps."""

_GROUP, _PRIVATE = "user_send_group_", "user_send_"
_CONTENTS = {
    "text": Kind.TEXT,
    "link": Kind.TEXT,
    "image": Kind.PICTURE,
    "file": Kind.OTHER,
    "gif": Kind.STICKER,
    "sticker": Kind.STICKER,
    "audio": Kind.VOICE,
}
_FOLLOWING = {"follow": Kind.UNBLOCKED, "unfollow": Kind.BLOCKED}
_GROUP_LIFE = {"create_group": Kind.BOT_ADDED, "delete_group": Kind.BOT_REMOVED}
_NEVER_OURS = (
    "oa_send_", "user_received_", "user_seen_", "user_submit_info", "user_join_", "user_leave_",
    "user_request_join_", "react_request_join_", "add_group_admin", "remove_group_admin", "update_group_info",
    "add_user_to_tag",
)  # fmt: skip
_TAPPED = re.compile(r"\s*#\s*tocds\s*:\s*([0-9a-z]{0,32})\s*:\s*(\S(?:.{0,60}\S)?)\s*", re.IGNORECASE)
_PICTURE_FILE = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, slots=True)
class Me:
    """Our own account, as far as it is known: the name is learned from Zalo, which may be away."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Event:
    """What happened (the messenger's word for it and ours), to whom, and where."""

    name: str
    kind: Kind
    chat: str
    speaker: str
    group: bool


def identify(payload: object) -> EventKey | None:
    """("event name:message id", "chat:speaker") of an event we handle; None for every other shape."""
    event = _event(payload)
    if event is None:
        return None
    message_id, at = identity(thing(payload, "message"), "msg_id"), identity(payload, "timestamp")
    if not message_id and not at:
        return None
    event_id = f"{event.name}:{message_id or f'{event.chat}:{event.speaker}:{at}'}"
    if len(event_id) > LONGEST_KEY:
        event_id = hashlib.sha256(event_id.encode()).hexdigest()
    return EventKey(event_id, f"{event.chat}:{event.speaker}")


def read(payload: object, account_id: int, me: Me, now: datetime) -> Incoming | None:
    """What happened, or None where there is nothing to handle. `now` dates an event that says no time."""
    event, key = _event(payload), identify(payload)
    if event is None or key is None:
        return None
    text, question, kind = _said(payload, event, me)
    typed = words(thing(payload, "message"), "text")
    return Incoming(
        event_id=key.event_id,
        account_id=account_id,
        chat=event.chat,
        speaker=event.speaker,
        kind=kind,
        sent_at=moment(payload, "timestamp") or now,
        group=event.group,
        addressed=not event.group or _is_addressed(typed, me),
        overheard=event.group,
        own_groups=not event.group,
        text=text,
        speaker_name=words(thing(payload, "sender"), "name") or words(thing(payload, "sender"), "display_name"),
        chat_title=_title(payload) if event.group else "",
        question=question,
        pictures=_pictures(payload) if kind is Kind.PICTURE else (),
    )


def discards(payload: object, me: Me, today: date) -> bool:
    """Whether an event is not meant for us, so that it is not even kept: our own echoes, receipts, phone numbers nobody
    asked for, and what people of a group say and show to each other."""
    name = words(payload, "event_name")
    if name.startswith(_NEVER_OURS):
        return True
    if not name.startswith(_GROUP):
        return False
    text = words(thing(payload, "message"), "text")
    return not text.strip() or not (_is_addressed(text, me) or is_for_us(text, today))


def _is_addressed(text: str, me: Me) -> bool:
    return text.lstrip().startswith("/") or _without_name(text, me) != text


def _event(payload: object) -> _Event | None:
    name = words(payload, "event_name")
    if name.startswith(_GROUP):
        speaker, chat = identity(thing(payload, "sender")), _group_id(payload)
        kind = _content(payload, name.removeprefix(_GROUP))
        return _Event(name, kind, chat, speaker, True) if chat and speaker else None
    if name.startswith(_PRIVATE) or (name == "user_click_button" and words(thing(payload, "message"), "text")):
        speaker = identity(thing(payload, "sender"))
        content = name.removeprefix(_PRIVATE) if name.startswith(_PRIVATE) else "text"
        return _Event(name, _content(payload, content), speaker, speaker, False) if speaker else None
    if name in _FOLLOWING:
        speaker = identity(thing(payload, "follower")) or identity(thing(payload, "sender"))
        return _Event(name, _FOLLOWING[name], speaker, speaker, False) if speaker else None
    if name in _GROUP_LIFE:
        chat = _group_id(payload)
        speaker = identity(thing(payload, "sender")) or identity(payload, "oa_id") or chat
        return _Event(name, _GROUP_LIFE[name], chat, speaker, True) if chat else None
    return None


def _group_id(payload: object) -> str:
    """Observed under `recipient`; the official page was not seen, so its likely places are looked at first."""
    return identity(payload, "group_id") or identity(thing(payload, "group")) or identity(thing(payload, "recipient"))


def _title(payload: object) -> str:
    return words(thing(payload, "group"), "name") or words(payload, "group_name")


def _content(payload: object, name: str) -> Kind:
    if name in ("file", "image"):
        return Kind.PICTURE if _pictures(payload) else Kind.OTHER
    if name == "link" and not words(thing(payload, "message"), "text").strip():
        return Kind.OTHER
    return _CONTENTS.get(name, Kind.OTHER)


def _pictures(payload: object) -> tuple[PictureRef, ...]:
    found = []
    for attachment in things(thing(payload, "message"), "attachments"):
        content = thing(attachment, "payload")
        kind, url = words(attachment, "type"), words(content, "url")
        named = f"{words(content, 'name')}.{words(content, 'type')}".lower().rstrip(".")
        if url and (kind != "file" or named.endswith(_PICTURE_FILE)):
            found.append(PictureRef(url=url))
    return tuple(found)


def _said(payload: object, event: _Event, me: Me) -> tuple[str, str, Kind]:
    """The words, the question they answer, and the kind: a tapped button's payload is taken apart."""
    text = words(thing(payload, "message"), "text")
    tapped = _TAPPED.fullmatch(text) if event.kind is Kind.TEXT else None
    if tapped:
        return tapped[2], tapped[1].lower(), Kind.BUTTON
    return (_without_name(text, me) if event.group else text), "", event.kind


def _without_name(text: str, me: Me) -> str:
    """The text without our own name at its beginning ("@Tổ CĐS Tú Lệ vneid 3", "[@oa id] vneid 3")."""
    rest = text.lstrip()
    for name in (f"@{me.name}" if me.name else "", f"[@{me.id}]" if me.id else ""):
        if name and rest.casefold().startswith(name.casefold()) and not rest[len(name) : len(name) + 1].isalnum():
            return rest[len(name) :].lstrip(" \t,:;.!–-")
    return text
