"""A Telegram update in our own words. Plain dicts in, values out: no I/O, and no shape of JSON makes it raise.

An edited message is not read (and `ALLOWED_UPDATES` does not ask for one): the line was counted when it was first sent,
and a changed copy of it would count twice; corrections are entries of their own ("sửa …").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import EventKey
from bot.channels.fields import thing, things, words
from bot.channels.telegram.fields import identity, moment, number
from bot.channels.telegram.membership import membership
from bot.channels.telegram.naming import Me, calls, for_another, without_name
from handlers.messages import Incoming, Kind, PictureRef

ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")

_GROUPS = ("group", "supergroup")
_UNREADABLE = (
    "animation", "audio", "checklist", "contact", "dice", "document", "game", "location", "paid_media", "poll", "story",
    "venue", "video", "video_note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Origin:
    """Who speaks, and where."""

    event_id: str
    chat: str
    group: bool
    title: str
    speaker: str
    name: str


def identify(update: object) -> EventKey | None:
    """(update_id, "chat:speaker") of an update we handle; None for every other shape."""
    found = _locate(update)
    if found is None:
        return None
    event_id, chat, sender = found
    place = identity(chat)
    return EventKey(event_id, f"{place}:{identity(sender) or place}")


def read(update: object, account_id: int, me: Me, now: datetime) -> Incoming | None:
    """What happened, or None where there is nothing to handle. `now` dates a tap, which brings no time of its own."""
    origin = _origin(update)
    if origin is None:
        return None
    if message := thing(update, "message"):
        return _message(message, origin, account_id, me)
    if tap := thing(update, "callback_query"):
        return _tap(tap, origin, account_id, now)
    return _membership(thing(update, "my_chat_member"), origin, account_id)


def tap_id(update: object) -> str:
    """The id under which Telegram waits to hear that a tap arrived; "" where this is no tap."""
    return words(thing(update, "callback_query"), "id")


def _locate(update: object) -> tuple[str, Mapping[str, Any], Mapping[str, Any]] | None:
    """The event's id, its chat and its sender. On the way of every webhook request, so it looks at nothing else."""
    event_id = identity(update, "update_id")
    message = thing(update, "message")
    event = message or thing(update, "callback_query") or thing(update, "my_chat_member")
    chat = thing(event, "chat") or thing(thing(event, "message"), "chat")
    kind = words(chat, "type")
    if not event_id or not identity(chat) or kind not in ("private", *_GROUPS):
        return None
    # An anonymous admin speaks as the group (and a channel as itself); `from` is then a stand-in of the vendor.
    sender = (thing(message, "sender_chat") if kind in _GROUPS else {}) or thing(event, "from")
    if message and sender.get("is_bot") is True:
        return None  # two bots would talk for ever
    return event_id, chat, sender


def _origin(update: object) -> _Origin | None:
    found = _locate(update)
    if found is None:
        return None
    event_id, chat, sender = found
    place = identity(chat)
    group = words(chat, "type") in _GROUPS
    return _Origin(event_id, place, group, words(chat, "title"), identity(sender) or place, _name(sender))


def _name(sender: Mapping[str, Any]) -> str:
    full = " ".join(f"{words(sender, 'first_name')} {words(sender, 'last_name')}".split())
    return full or words(sender, "title") or words(sender, "username")


def _incoming(origin: _Origin, account_id: int, kind: Kind, sent_at: datetime, **more: Any) -> Incoming:
    return Incoming(
        event_id=origin.event_id,
        account_id=account_id,
        chat=more.pop("chat", origin.chat),
        speaker=origin.speaker,
        kind=kind,
        sent_at=sent_at,
        group=origin.group,
        speaker_name=origin.name,
        chat_title=origin.title,
        **more,
    )


def _message(message: Mapping[str, Any], origin: _Origin, account_id: int, me: Me) -> Incoming | None:
    sent_at = moment(message, "date")
    if sent_at is None:
        return None
    if moved_to := identity(message, "migrate_to_chat_id"):
        return _incoming(origin, account_id, Kind.GROUP_MOVED, sent_at, moved_to=moved_to)
    if moved_from := identity(message, "migrate_from_chat_id"):
        return _incoming(origin, account_id, Kind.GROUP_MOVED, sent_at, chat=moved_from, moved_to=origin.chat)
    kind, pictures = _content(message)
    text = words(message, "text") or words(message, "caption")
    if kind is None or for_another(text, me):
        return None
    return _incoming(
        origin,
        account_id,
        kind,
        sent_at,
        addressed=not origin.group or calls(text, me) or _answers_us(message, me),
        text=without_name(text, me),
        pictures=pictures,
        album=words(message, "media_group_id"),
    )


def _content(message: Mapping[str, Any]) -> tuple[Kind | None, tuple[PictureRef, ...]]:
    if isinstance(message.get("text"), str):
        return Kind.TEXT, ()
    if picture := _largest(things(message, "photo")) or _picture_file(message):
        return Kind.PICTURE, (PictureRef(file_id=picture),)
    if thing(message, "sticker"):
        return Kind.STICKER, ()
    if thing(message, "voice"):
        return Kind.VOICE, ()
    known = "photo" in message or any(message.get(key) for key in _UNREADABLE)
    return (Kind.OTHER, ()) if known else (None, ())


def _largest(sizes: list[Mapping[str, Any]]) -> str:
    """The file id of the largest copy that Telegram made of a photo."""
    usable = [size for size in sizes if words(size, "file_id")]
    if not usable:
        return ""
    best = max(usable, key=lambda size: (number(size, "width") or 0) * (number(size, "height") or 0))
    return words(best, "file_id")


def _picture_file(message: Mapping[str, Any]) -> str:
    """The file id of a picture sent "as a file", which is how careful people keep its quality."""
    document = thing(message, "document")
    return words(document, "file_id") if words(document, "mime_type").startswith("image/") else ""


def _answers_us(message: Mapping[str, Any], me: Me) -> bool:
    return identity(thing(thing(message, "reply_to_message"), "from")) == me.id


def _tap(tap: Mapping[str, Any], origin: _Origin, account_id: int, now: datetime) -> Incoming | None:
    data = words(tap, "data")
    if not data:
        return None
    question, colon, key = data.partition(":")
    if not colon:
        question, key = "", data
    return _incoming(origin, account_id, Kind.BUTTON, now, question=question, text=key)


def _membership(change: Mapping[str, Any], origin: _Origin, account_id: int) -> Incoming | None:
    sent_at = moment(change, "date")
    kind = membership(change, origin.group)
    return None if sent_at is None or kind is None else _incoming(origin, account_id, kind, sent_at)
