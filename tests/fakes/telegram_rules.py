"""What a strict Telegram refuses: too fast, too long. Facts: core.telegram.org/bots/faq and /bots/api."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """The speed that the fake allows.

    Telegram publishes 30 messages a second over all chats and 20 a minute into one group, and asks for "no more than
    one message a second" to one chat while it "may allow short bursts": `chat_burst` is our reading of that, a bucket
    of so many messages that fills at one a second. 1 is the strictest reading.
    """

    per_second: int = 30
    chat_burst: int = 3
    per_group_minute: int = 20


FREE = Rules(per_second=10**9, chat_burst=10**9, per_group_minute=10**9)
"""For tests that are about something else."""


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(status, description)
        self.status = status
        self.description = description
        self.parameters = parameters


def flood(seconds: float) -> Refusal:
    """429 with the seconds to wait."""
    wait = max(1, math.ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})


class SpeedLimit:
    """Counts what was let through, on the server's clock. During a penalty everything it is about is refused."""

    def __init__(self, rules: Rules, now: Callable[[], float]) -> None:
        self.rules = rules
        self._now = now
        self._account: deque[float] = deque()
        self._groups: dict[str, deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        self._penalties: dict[str, float] = {}

    def admit(self, chat: str, group: bool) -> None:
        """Let one message through, or raise the 429."""
        now = self._now()
        for whom in ("", chat):
            if self._penalties.get(whom, -math.inf) > now:
                raise flood(self._penalties[whom] - now)
        minute = self._groups.setdefault(chat, deque()) if group else deque()
        self._window(self._account, 1.0, self.rules.per_second, "", now)
        self._window(minute, 60.0, self.rules.per_group_minute, chat, now)
        self._bucket(chat, now)
        self._account.append(now)
        minute.append(now)

    def _window(self, passed: deque[float], length: float, most: int, whom: str, now: float) -> None:
        while passed and passed[0] <= now - length:
            passed.popleft()
        if len(passed) >= most:
            self._punish(whom, passed[0] + length - now, now)

    def _bucket(self, chat: str, now: float) -> None:
        left, since = self._buckets.get(chat, (float(self.rules.chat_burst), now))
        left = min(float(self.rules.chat_burst), left + now - since)
        if left < 1.0:
            self._buckets[chat] = (left, now)
            self._punish(chat, 1.0 - left, now)
        self._buckets[chat] = (left - 1.0, now)

    def _punish(self, whom: str, seconds: float, now: float) -> None:
        refusal = flood(seconds)
        assert refusal.parameters is not None
        self._penalties[whom] = now + refusal.parameters["retry_after"]
        raise refusal


def utf16(text: str) -> int:
    """Length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str) -> None:
    """Refuse what sendMessage refuses."""
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if utf16(text) > 4096:
        raise Refusal(400, "Bad Request: message is too long")


def check_photo(photo: bytes, caption: str) -> None:
    """Refuse what sendPhoto refuses."""
    if len(photo) > 10 * 1024 * 1024:
        raise Refusal(413, "Request Entity Too Large")
    if not photo.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
    if utf16(caption) > 1024:
        raise Refusal(400, "Bad Request: message caption is too long")


def check_keyboard(rows: list[list[dict[str, Any]]]) -> None:
    """Refuse a keyboard that the real server refuses."""
    if sum(map(len, rows)) > 100:
        raise Refusal(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise Refusal(400, "Bad Request: inline keyboard button text must be non-empty")
        if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
