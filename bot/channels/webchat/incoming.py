"""Payloads of the web chat: how one is written for the journal, and read from it. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime

from bot.channels.base import EventKey, Payload
from bot.channels.webchat.looks import Look, hears
from handlers.messages import Incoming, Kind, PictureRef

KINDS = {"text": Kind.TEXT, "tap": Kind.BUTTON, "picture": Kind.PICTURE}
_CALLED = re.compile(r"@(?:bot|tocds)\b[\s,:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person did on the page. `picture` is base64, already known to be a picture of `picture_type`."""

    event_id: str
    kind: str
    """text, tap, picture"""
    text: str = ""
    question: str = ""
    picture: str = ""
    picture_type: str = ""
    late: int = 0
    """Seconds it waited on the phone for a connection."""


def payload(
    said: Said, chat: str, speaker: str, name: str, group: bool, sent_at: datetime, *, look: Look | None = None
) -> bytes:
    """The event as the journal keeps it. `look`: as which messenger the page was shown."""
    event: dict[str, object] = {
        "event_id": said.event_id,
        "chat": chat,
        "speaker": speaker,
        "name": name,
        "group": group,
        "kind": said.kind,
        "text": said.text,
        "question": said.question,
        "sent_at": sent_at.isoformat(),
    }
    if not hears(look, group=group, called=_CALLED.match(said.text) is not None):
        event["unheard"] = True
    if said.picture:
        event["picture"] = {"type": said.picture_type, "data": said.picture}
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def identify(event: Payload) -> EventKey | None:
    """The event's key; None for a shape that is not ours."""
    event_id, chat, speaker = (_text(event, key) for key in ("event_id", "chat", "speaker"))
    if not (event_id and chat and speaker) or _text(event, "kind") not in KINDS:
        return None
    return EventKey(event_id, f"{chat}:{speaker}")


def read(event: Payload, account_id: int) -> Incoming | None:
    """The event in the words all channels share; None where the shape is not ours. Never raises."""
    key, sent_at = identify(event), _moment(_text(event, "sent_at"))
    if key is None or sent_at is None:
        return None
    kind, group = KINDS[_text(event, "kind")], event.get("group") is True
    text, called = _addressed(_text(event, "text"), group)
    return Incoming(
        event_id=key.event_id,
        account_id=account_id,
        chat=_text(event, "chat"),
        speaker=_text(event, "speaker"),
        kind=kind,
        sent_at=sent_at,
        group=group,
        addressed=called or kind is Kind.BUTTON,
        text=text,
        speaker_name=_text(event, "name"),
        question=_text(event, "question"),
        pictures=_pictures(event),
    )


def _text(event: Payload, key: str) -> str:
    value = event.get(key)
    return value if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _addressed(text: str, group: bool) -> tuple[str, bool]:
    """The text without "@bot" before it, and whether the bot was called (always, outside a group)."""
    called = _CALLED.match(text)
    if called:
        return text[called.end() :], True
    return text, not group or text.startswith("/")


def _pictures(event: Payload) -> tuple[PictureRef, ...]:
    picture = event.get("picture")
    if not isinstance(picture, dict):
        return ()
    media_type, data = picture.get("type"), picture.get("data")
    if not (isinstance(media_type, str) and isinstance(data, str)):
        return ()
    return (PictureRef(url=f"data:{media_type};base64,{data}"),)
