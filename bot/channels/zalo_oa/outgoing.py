"""A part of a reply as the body of a send call. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels.base import Button, Part

PAYLOAD = "#tocds:{data}"
"""What a tapped button says in the chat, where everybody sees it; `incoming` knows it again."""
LARGEST_PAYLOAD = 1000
LONGEST_TITLE = 100
MOST_BUTTONS = 5

Body = Mapping[str, Any]


def body(part: Part, attachment_id: str = "") -> Body:
    """The body that shows this part; `attachment_id`: its picture, uploaded before. Groups get no buttons."""
    message: dict[str, Any] = {}
    text = part.text.encode("utf-8", "replace").decode("utf-8")  # half a character would never get on the wire
    if text:
        message["text"] = _unmentioned(text) if part.group else text
    if attachment_id or part.picture_url:
        message["attachment"] = _picture(attachment_id, part.picture_url)
    elif not part.group and (buttons := _buttons(part.buttons)):
        message["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return {"recipient": {"group_id" if part.group else "user_id": part.chat}, "message": message}


def _unmentioned(text: str) -> str:
    """In a group "[@id]" calls a member, or everybody. We never do, so whatever looks like it was written by people.

    As many letters as before, so that a text that fits goes on fitting."""
    return text.replace("[@", "(@")


def _picture(attachment_id: str, url: str) -> Body:
    element = {"media_type": "image", **({"attachment_id": attachment_id} if attachment_id else {"url": url})}
    return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}


def _buttons(buttons: Sequence[Button]) -> list[Body]:
    """Those that Zalo takes: one that it refuses would take the whole message with it, and can be typed as well."""
    shown: list[Body] = []
    for button in buttons:
        title, said = button.label.strip()[:LONGEST_TITLE], PAYLOAD.format(data=button.data)
        if title and len(said) <= LARGEST_PAYLOAD:
            shown.append({"title": title, "type": "oa.query.show", "payload": said})
    return shown[:MOST_BUTTONS]
