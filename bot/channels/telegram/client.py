"""python-telegram-bot's Bot on our transport, and the calls that it makes too slowly or not at all.

The Bot is built with a stand-in for the token, so that no log line, repr or exception of the library can carry the
real one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telegram import Bot

from bot.channels.telegram.transport import ANSWER, HIDDEN, Answer, Refused, Transport


class Client:
    """One account at one address. Its calls raise telegram.error.TelegramError: Refused or Unreachable."""

    def __init__(self, base_url: str, token: str, patience: float = ANSWER) -> None:
        base = base_url.rstrip("/")
        self._transport = Transport(base, token, patience)
        self._patience = patience
        self.bot = Bot(
            f"{token.partition(':')[0]}:{HIDDEN}",
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._transport,
            get_updates_request=self._transport,
        )

    async def open(self) -> None:
        """Make ready; asks nothing of the vendor."""
        await self._transport.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.shutdown()

    async def updates(self, offset: int, wait: int, allowed: tuple[str, ...]) -> list[Any]:
        """Updates as plain JSON: the library would make objects of them, 249 µs each, that the journal cannot use."""
        fields = {"offset": offset, "timeout": wait, "limit": 100, "allowed_updates": allowed}
        result = await self._transport.call("getUpdates", fields, wait + self._patience)
        if not isinstance(result, list):
            raise Refused(Answer(200, "updates that are not a list", spoken=False))
        return result

    async def write(self, fields: Mapping[str, Any]) -> str:
        """Send a text; returns the message's id. As with updates, the answer is not made an object of: nearly all that
        is ever sent passes here, and nobody needs more of it than its id."""
        result = await self._transport.call("sendMessage", fields, self._patience)
        sent = result.get("message_id") if isinstance(result, dict) else None
        if sent is None:
            raise ValueError("a message without an id")  # answered well, and not understood: it may have been sent
        return str(sent)

    async def file_path(self, file_id: str) -> str:
        """Where the file lies on the API's own host; "" where the answer names no such place."""
        result = await self._transport.call("getFile", {"file_id": file_id}, self._patience)
        path = result.get("file_path") if isinstance(result, dict) else None
        return path if isinstance(path, str) and _inside(path) else ""

    async def download(self, path: str) -> bytes:
        """The bytes at a path from `file_path`; Refused with status 413 when there are too many of them."""
        return await self._transport.download(path)


def _inside(path: str) -> bool:
    """Whether a path stays below the account's own files."""
    return bool(path) and not path.startswith("/") and not any(odd in path for odd in ("..", ":", "\\", "?", "#", "%"))
