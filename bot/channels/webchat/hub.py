"""Who is looking: the connected phones of each chat. A chat may have many (tabs, a group's members)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.channels.webchat.frames import message_frame
from bot.channels.webchat.pictures import PictureLinks
from bot.channels.webchat.shown import Shown

Frame = Mapping[str, Any]
GOING_AWAY, TRY_AGAIN = 1001, 1013
_MOST_WAITING = 256
_MOST_PHONES = 32


class Connection:
    """One open page. Frames wait here for its socket; one that cannot keep up is let go and reads its history anew."""

    def __init__(self, speaker: str) -> None:
        self.speaker = speaker
        self.close_code = GOING_AWAY
        self.answers = 0
        """How many bubbles of ours it was shown."""
        self._frames: asyncio.Queue[Frame | None] = asyncio.Queue()

    def push(self, frame: Frame) -> None:
        if self._frames.qsize() < _MOST_WAITING:
            self._frames.put_nowait(frame)
        else:
            self.let_go(TRY_AGAIN)

    def let_go(self, code: int = GOING_AWAY) -> None:
        """Close the socket after what is already waiting."""
        self.close_code = code
        self._frames.put_nowait(None)

    @property
    def pending(self) -> bool:
        """Whether a frame waits to be taken."""
        return not self._frames.empty()

    async def next(self) -> Frame | None:
        """The next frame for the socket; None when it is to be closed."""
        return await self._frames.get()


class Hub:
    """The connected phones, by chat id."""

    def __init__(self, links: PictureLinks) -> None:
        self._links = links
        self._chats: dict[str, list[Connection]] = {}

    def join(self, chat: str, connection: Connection) -> None:
        """A phone comes in; the oldest of too many of one chat is let go."""
        phones = self._chats.setdefault(chat, [])
        phones.append(connection)
        if len(phones) > _MOST_PHONES:
            phones.pop(0).let_go()

    def leave(self, chat: str, connection: Connection) -> None:
        phones = self._chats.get(chat, [])
        if connection in phones:
            phones.remove(connection)
        if not phones:
            self._chats.pop(chat, None)

    def show(self, chat: str, shown: Shown, besides: Connection | None = None) -> None:
        """A bubble, on every phone of the chat but the one that already has it."""
        for phone in self._chats.get(chat, []):
            if phone is not besides:
                phone.answers += not shown.mine
                phone.push(message_frame(shown, phone.speaker, self._links))

    def tell(self, chat: str, frame: Frame) -> None:
        for phone in self._chats.get(chat, []):
            phone.push(frame)

    def tell_all(self, frame: Frame) -> None:
        for chat in self._chats:
            self.tell(chat, frame)

    def looking(self, chat: str) -> int:
        """How many phones show this chat now."""
        return len(self._chats.get(chat, []))

    def close(self) -> None:
        """Let everybody go; their pages come back by themselves."""
        for phones in self._chats.values():
            for phone in phones:
                phone.let_go()
