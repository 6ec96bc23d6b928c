"""What goes over the websocket, both ways. Pure: frames out of bubbles, deeds out of frames."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.channels.webchat.incoming import Said
from bot.channels.webchat.pictures import NotAPicture, PictureLinks, decode
from bot.channels.webchat.shown import Shown

MOST_TEXT = 4000
MOST_FRAME = 3 * 1024 * 1024
_LATEST = 7 * 24 * 3600
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_KEY = re.compile(r"[^\x00-\x1f]{1,32}")


class Refused(StrEnum):
    """Why a message of a page cannot be taken; the page stops sending it again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    PICTURE = "picture"
    SHAPE = "shape"


@dataclass(frozen=True, slots=True)
class Refusal:
    client_id: str
    why: Refused


def message_frame(shown: Shown, viewer: str, links: PictureLinks) -> dict[str, Any]:
    return {"type": "message", **_bubble(shown, viewer, links)}


def history_frame(bubbles: Iterable[Shown], viewer: str, links: PictureLinks) -> dict[str, Any]:
    return {"type": "history", "messages": [_bubble(shown, viewer, links) for shown in bubbles]}


def _bubble(shown: Shown, viewer: str, links: PictureLinks) -> dict[str, Any]:
    text, choices = _without_list(shown)
    return {
        "id": shown.id,
        "mine": shown.of(viewer),
        "bot": not shown.mine,
        "name": shown.name,
        "text": text,
        "picture": links.sign(shown.picture_url),
        "choices": [{"n": key, "label": label} for key, label in choices],
        "question": shown.question,
        "at": shown.at.isoformat(),
    }


def _without_list(shown: Shown) -> tuple[str, list[tuple[str, str]]]:
    """The text without the numbered list that closes it, and its choices: what other messengers spell out are chips
    here. A label that was cut for a button is whole again where the list has it."""
    keys = [f"{key}. " for key, _ in shown.choices]
    lines = shown.text.split("\n")
    listed = lines[len(lines) - len(keys) :] if len(lines) >= len(keys) else []
    if keys and listed and all(line.startswith(key) for line, key in zip(listed, keys, strict=True)):
        labels = [line.removeprefix(key) for line, key in zip(listed, keys, strict=True)]
        text = "\n".join(lines[: -len(keys)]).rstrip()
    else:
        labels = [label.removeprefix(key) for (_, label), key in zip(shown.choices, keys, strict=True)]
        text = shown.text
    return text, [(key, label) for (key, _), label in zip(shown.choices, labels, strict=True)]


def deed(raw: str) -> Said | Refusal | None:
    """What the page asks for; a refusal the page can be told; None for what has not even an id. Never raises."""
    try:
        frame = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict):
        return None
    client_id = frame.get("client_id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        return None
    reading = _READERS.get(str(frame.get("type")))
    return reading(client_id, frame) if reading else Refusal(client_id, Refused.SHAPE)


def _say(client_id: str, frame: Mapping[str, Any]) -> Said | Refusal:
    text = frame.get("text")
    if not isinstance(text, str):
        return Refusal(client_id, Refused.SHAPE)
    if not text.strip():
        return Refusal(client_id, Refused.EMPTY)
    if len(text) > MOST_TEXT:
        return Refusal(client_id, Refused.TOO_LONG)
    return Said(client_id, "text", text=_writable(text), late=_late(frame))


def _tap(client_id: str, frame: Mapping[str, Any]) -> Said | Refusal:
    question, key = frame.get("question"), frame.get("n")
    if not (isinstance(question, str) and isinstance(key, str | int) and _KEY.fullmatch(str(key))):
        return Refusal(client_id, Refused.SHAPE)
    return Said(client_id, "tap", text=_writable(str(key)), question=_writable(question)[:128], late=_late(frame))


def _picture(client_id: str, frame: Mapping[str, Any]) -> Said | Refusal:
    data, text = frame.get("data"), frame.get("text", "")
    if not (isinstance(data, str) and isinstance(text, str)):
        return Refusal(client_id, Refused.SHAPE)
    try:
        _, media_type = decode(data)
    except NotAPicture:
        return Refusal(client_id, Refused.PICTURE)
    caption = _writable(text[:MOST_TEXT])
    return Said(client_id, "picture", text=caption, picture=data, picture_type=media_type, late=_late(frame))


_READERS = {"say": _say, "tap": _tap, "picture": _picture}


def _writable(text: str) -> str:
    """Lone surrogates and NUL, which JSON lets through and no database keeps, become a visible mark."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _late(frame: Mapping[str, Any]) -> int:
    late = frame.get("late")
    return min(max(int(late), 0), _LATEST) if isinstance(late, int) else 0
