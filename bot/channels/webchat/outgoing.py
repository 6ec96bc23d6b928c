"""From a fitted part to the bubble a phone shows. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.channels.base import Part
from bot.channels.webchat.pictures import data_url
from bot.channels.webchat.shown import Shown


def bubble(part: Part, message_id: str, at: datetime) -> Shown:
    """What we say. The picture travels inside; the history shows it by its link."""
    picks = tuple(pick(button.label, button.data) for button in part.buttons)
    return Shown(
        id=message_id,
        mine=False,
        name="",
        text=part.text,
        at=at,
        choices=tuple((key, label) for _, key, label in picks),
        question=picks[0][0] if picks else "",
        picture_url=data_url(part.picture, part.picture_type) if part.picture else part.picture_url,
    )


def pick(label: str, data: str) -> tuple[str, str, str]:
    """Question token, key and label of a button, as it was sent."""
    question, _, key = data.rpartition(":")
    return question, key, label
