"""A part of a reply as a call of the Bot API. Pure.

Text goes plain, without `parse_mode`, so that a name with `*` or `{` can never break a message. There are no buttons;
choices stand in the text as numbers. What would be refused is refused here, so that a refusal by the vendor says
something about the chat.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import Part, SendFailed, Why

LONGEST = 2000
"""UTF-16 units of a text or of the words beside a picture. Zalo does not say what it counts; this is the shorter."""
ANSWER = 20.0
"""Seconds from a request to its answer."""
PICTURE_ANSWER = 150.0
"""Zalo fetches the picture from us during the call."""


@dataclass(frozen=True, slots=True)
class Call:
    """A method of the Bot API, its parameters, and how many seconds its answer may take (None: as usual)."""

    method: str
    fields: Mapping[str, str]
    wait: float | None = None


def call(part: Part) -> Call:
    """The call that shows this part; a picture without a public address leaves its words. Raises SendFailed."""
    text = clean(part.text)
    if not part.chat:
        raise SendFailed(Why.MALFORMED, "no chat")
    if len(text.encode("utf-16-le")) // 2 > LONGEST:
        raise SendFailed(Why.MALFORMED, "a text that is too long")
    if part.picture_url.startswith(("https://", "http://")):
        return Call("sendPhoto", _photo(part, text), PICTURE_ANSWER)
    if not text.strip():
        raise SendFailed(Why.MALFORMED, "a picture without a public address" if part.picture else "no words")
    return Call("sendMessage", {"chat_id": part.chat, "text": text})


def clean(text: str) -> str:
    """Composed letters (NFC), without half characters and NUL, which would never get on the wire."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    return unicodedata.normalize("NFC", whole)


def _photo(part: Part, text: str) -> Mapping[str, str]:
    words = {"caption": text} if text.strip() else {}  # an empty caption is refused
    return {"chat_id": part.chat, "photo": part.picture_url, **words}
