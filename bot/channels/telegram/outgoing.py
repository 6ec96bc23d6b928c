"""A part of a reply as parameters of a Bot API call. Pure.

Text goes plain, without `parse_mode`, so that a name with `_*[<&` can never break a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions

from bot.channels.base import Button, Part

LARGEST_DATA = 64
"""Bytes that Telegram brings back with a tap."""
ROW_WIDTH = 30
"""Letters side by side that a small phone still shows whole."""
BUTTON_EDGE = 4

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True).to_dict()
"""No previews: they cost the reader data, and push the text off a small screen."""
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}


@dataclass(frozen=True, slots=True)
class Words:
    """Parameters of sendMessage."""

    chat_id: str
    text: str
    reply_markup: InlineKeyboardMarkup | None

    @property
    def fields(self) -> dict[str, Any]:
        """As they go over the wire."""
        keyboard = {"reply_markup": self.reply_markup.to_dict()} if self.reply_markup else {}
        return {"chat_id": self.chat_id, "text": self.text, "link_preview_options": _NO_PREVIEW, **keyboard}


@dataclass(frozen=True, slots=True)
class Picture:
    """Parameters of sendPhoto."""

    chat_id: str
    photo: InputFile | str
    caption: str | None
    reply_markup: InlineKeyboardMarkup | None


def call(part: Part) -> Words | Picture:
    """The call that shows this part."""
    keyboard = _keyboard(part.buttons)
    text = part.text.encode("utf-8", "replace").decode("utf-8")  # half a character would never get on the wire
    if part.picture is not None:
        ending = _ENDINGS.get(part.picture_type, "png")
        return Picture(part.chat, InputFile(part.picture, f"picture.{ending}"), text or None, keyboard)
    if part.picture_url:
        return Picture(part.chat, part.picture_url, text or None, keyboard)
    return Words(part.chat, text, keyboard)


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    rows = [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in rowed(buttons)]
    return InlineKeyboardMarkup(rows) if rows else None


def rowed(buttons: Sequence[Button]) -> list[list[Button]]:
    """Buttons in rows: short labels share one, so that ten digits do not fill the screen.

    A button that Telegram would refuse (no label, or too much data) is left out, since the whole message would be
    refused with it and its choice can be typed as well.
    """
    rows: list[list[Button]] = []
    room = 0
    for button in buttons:
        if not button.label.strip() or not 0 < len(button.data.encode()) <= LARGEST_DATA:
            continue
        needed = len(button.label) + BUTTON_EDGE
        if not rows or needed > room:
            rows.append([])
            room = ROW_WIDTH
        rows[-1].append(button)
        room -= needed
    return rows
