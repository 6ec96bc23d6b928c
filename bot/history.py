"""The history of a web chat, read from what was journaled and what was sent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from bot.channels.webchat import Shown, WebChat
from bot.channels.webchat.outgoing import pick
from storage import transcript
from storage.engine import Database

MOST = 200
"""Bubbles shown when a page opens."""


def history_of(database: Database, chat: WebChat) -> Callable[[str], Awaitable[list[Shown]]]:
    """A function that gives the bubbles of one chat, oldest first."""

    async def history(chat_id: str) -> list[Shown]:
        async with database.read() as connection:
            ours = await transcript.sent(connection, chat.account_id, chat_id, MOST)
            theirs = await transcript.received(connection, chat.account_id, chat_id, MOST)
        bubbles = [(one.order, _ours(one)) for one in ours]
        bubbles += [(order, shown) for order, body in theirs if (shown := _theirs(chat, body))]
        return [bubble for _order, bubble in sorted(bubbles, key=lambda pair: pair[0])[-MOST:]]

    return history


def _ours(one: transcript.Sent) -> Shown:
    picks = [pick(label, data) for label, data in one.buttons]
    return Shown(
        id=one.vendor_message_id,
        mine=False,
        name="",
        text=one.words,
        at=one.at,
        choices=tuple((key, label) for _, key, label in picks),
        question=picks[0][0] if picks else "",
        picture_url=f"/chat/pictures/{one.media_id}" if one.media_id else "",
    )


def _theirs(chat: WebChat, body: bytes) -> Shown | None:
    payload = json.loads(body)
    said = chat.read(payload)
    if said is None:
        return None
    return Shown(
        id=said.event_id,
        mine=True,
        name=said.speaker_name,
        text=str(payload.get("text", "")),
        at=said.sent_at,
        picture_url=said.pictures[0].url if said.pictures else "",
        speaker=said.speaker,
    )
