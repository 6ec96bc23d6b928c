"""The history of a web chat, read from what was journaled and what was sent."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from bot.channels.base import Limits
from bot.channels.fitting import fit
from bot.channels.webchat import Shown, WebChat
from bot.channels.webchat.outgoing import pick
from storage import transcript
from storage.engine import Database
from storage.parcels import Piece
from storage.transcript import Sent
from storage.waiting import Due

MOST = 200
"""Bubbles shown when a page opens."""


def history_of(database: Database, chat: WebChat) -> Callable[[str], Awaitable[list[Shown]]]:
    """A function that gives the bubbles of one chat, oldest first."""

    async def history(chat_id: str) -> list[Shown]:
        async with database.read() as connection:
            ours = await transcript.sent(connection, chat.account_id, chat_id, MOST)
            if chat.look is not None:
                ours = _fitted(
                    ours, await transcript.contents(connection, {one.parcel_id for one in ours}), chat.limits
                )
            theirs = await transcript.received(connection, chat.account_id, chat_id, MOST)
        bubbles = [(one.order, _ours(one)) for one in ours]
        bubbles += [(order, shown) for order, body in theirs if (shown := _theirs(chat, body))]
        return [bubble for _order, bubble in sorted(bubbles, key=lambda pair: pair[0])[-MOST:]]

    return history


def _fitted(ours: list[Sent], contents: Mapping[int, Sequence[Due]], limits: Limits) -> list[Sent]:
    """The same messages as they would have left under other limits: the page changed its look since."""
    shown: list[Sent] = []
    for parcel_id, group in groupby(ours, key=lambda one: one.parcel_id):
        left = list(group)
        pieces = fit(contents[parcel_id], limits) if parcel_id in contents else ()
        known = dict(enumerate(left))
        shown += [_again(piece, known.get(n), left[-1], n) for n, piece in enumerate(pieces)] or left
    return shown


def _again(piece: Piece, as_it_left: Sent | None, last: Sent, number: int) -> Sent:
    """A piece in the place of the message that left, or, where there are more now, after the last of them."""
    place = as_it_left or replace(last, vendor_message_id=f"{last.vendor_message_id}.{number}")
    return replace(place, words=piece.words, buttons=piece.buttons, media_id=piece.media_id)


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
    said = chat.said(payload)
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
