"""A Zalo event in our own words. Plain dicts in, values out: no I/O, and no shape of JSON makes it raise.

There are no events for joining, leaving, blocking, editing or recalling; whatever else comes is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.base import EventKey
from bot.channels.fields import thing, words
from bot.channels.zalo_bot.fields import identity, moment, truth
from bot.channels.zalo_bot.naming import Me, without_name
from handlers.messages import Incoming, Kind, PictureRef

KINDS = {
    "message.text.received": Kind.TEXT,
    "message.image.received": Kind.PICTURE,
    "message.sticker.received": Kind.STICKER,
    "message.voice.received": Kind.VOICE,
    "message.unsupported.received": Kind.OTHER,
}

_LONGEST_URL = 1500


@dataclass(frozen=True, slots=True)
class _Event:
    """An event that we handle: what it is, who speaks, and where."""

    kind: Kind
    message: Mapping[str, Any]
    event_id: str
    chat: str
    group: bool
    speaker: str


def identify(payload: object) -> EventKey | None:
    """(message_id, "chat:speaker") of an event we handle; None for every other shape."""
    event = _locate(payload)
    return EventKey(event.event_id, f"{event.chat}:{event.speaker}") if event else None


def read(payload: object, account_id: int, me: Me, now: datetime) -> Incoming | None:
    """What happened, or None where there is nothing to handle. `now` dates a message that brings no time."""
    event = _locate(payload)
    if event is None:
        return None
    text = words(event.message, "text") or words(event.message, "caption")
    pictures = _pictures(event.message) if event.kind is Kind.PICTURE else ()
    return Incoming(
        event_id=event.event_id,
        account_id=account_id,
        chat=event.chat,
        speaker=event.speaker,
        kind=Kind.OTHER if event.kind is Kind.PICTURE and not pictures else event.kind,
        sent_at=moment(event.message, "date") or now,
        group=event.group,
        addressed=True,  # of a group, Zalo tells us only what calls us or answers us
        text=without_name(text, me, event.group),
        speaker_name=" ".join(words(thing(event.message, "from"), "display_name").split()),
        pictures=pictures,
    )


def _locate(payload: object) -> _Event | None:
    """The event inside a body, which is wrapped like an answer of the API or not. On the way of every request."""
    event = payload if isinstance(payload, dict) and "event_name" in payload else thing(payload, "result")
    kind = KINDS.get(words(event, "event_name"))
    message = thing(event, "message")
    sender, chat = thing(message, "from"), thing(message, "chat")
    event_id, place = identity(message, "message_id"), identity(chat)
    if kind is None or not event_id or not place or truth(sender, "is_bot"):
        return None  # two bots would talk for ever
    speaker = identity(sender) or place
    group = _is_group(words(chat, "chat_type"), place, speaker)
    return None if group is None else _Event(kind, message, event_id, place, group, speaker)


def _is_group(chat_type: str, place: str, speaker: str) -> bool | None:
    """Whether this is a group; None for a kind of chat that we do not know."""
    known = {"PRIVATE": False, "GROUP": True}
    if chat_type:
        return known.get(chat_type.strip().upper())
    return place != speaker


def _pictures(message: Mapping[str, Any]) -> tuple[PictureRef, ...]:
    """The documentation says `photo`, the live API says `photo_url`."""
    for key in ("photo_url", "photo"):
        url = words(message, key).strip()
        if url.lower().startswith(("https://", "http://")) and len(url) <= _LONGEST_URL:
            return (PictureRef(url=url),)
    return ()
