"""What a strict Official Account API refuses, and the switches for what sources disagree on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

TYPES = {"oa.open.url", "oa.query.show", "oa.query.hide", "oa.open.sms", "oa.open.phone"}


class Package(Enum):
    """(requests a minute, messages a month beyond 48 hours); none where there is no OpenAPI."""

    BASIC = (0, 0)
    GROWTH = (100, 500)
    WHOLE = (2000, 2000)


@dataclass(slots=True)
class Switches:
    """Set before or during a test."""

    dead_token: int = -216
    """-216 or -220."""
    stranger: int = -213
    """-213 or -230: somebody who never wrote and does not follow."""
    too_long: int = -210
    """-210 or -201."""
    package: Package = Package.GROWTH
    verified: bool = True
    quota: bool = True
    """Whether answers say from which pocket a message was paid."""
    numbers_as_strings: bool = True
    free_in_window: int = 8
    money: bool = True
    """Whether messages beyond the package are bought; else -211."""
    mac_prefix: bool = True
    signed_first: str = ""
    """What the signature's sum begins with; the app id where empty."""
    signed_with: str = "oa"
    """oa: the OA secret key; app: the app secret."""
    retry_scale: float = 1 / 30_000
    """How much the webhook's ladder is compressed."""
    deadline: float = 2.0


class Refusal(Exception):
    """An answer with an error number, under HTTP 200."""

    def __init__(self, code: int, message: str = "refused") -> None:
        super().__init__(code, message)
        self.code, self.message = code, message


class Clock:
    """The fake's time, which only a test moves."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def later(self, **by: float) -> None:
        self._now += timedelta(**by)


@dataclass(slots=True)
class Rate:
    """Requests in any sixty seconds."""

    now: Callable[[], float]
    asked: deque[float] = field(default_factory=deque)

    def admit(self, most: int) -> int:
        """Let one request through and return how many are left, or refuse."""
        now = self.now()
        while self.asked and self.asked[0] <= now - 60:
            self.asked.popleft()
        if len(self.asked) >= most:
            raise Refusal(-32, "Your application has reached the limit of requests")
        self.asked.append(now)
        return most - len(self.asked)


def check_text(text: object, too_long: int) -> str:
    """Refuse what message/cs refuses."""
    if not isinstance(text, str) or not text.strip():
        raise Refusal(-201, "text is empty")
    if len(text) > 2000:
        raise Refusal(too_long, "text is too long")
    return text


def check_buttons(buttons: Any) -> list[dict[str, Any]]:
    """Refuse a set of buttons that the real server refuses."""
    if not isinstance(buttons, list) or not 0 < len(buttons) <= 5:
        raise Refusal(-201, "at most 5 buttons")
    for button in buttons:
        if button.get("type") not in TYPES:
            raise Refusal(-233, "unknown button type")
        if not button.get("title") or len(button["title"]) > 100:
            raise Refusal(-201, "button title")
        payload = button.get("payload")
        if button["type"].startswith("oa.query.") and not (isinstance(payload, str) and 0 < len(payload) <= 1000):
            raise Refusal(-201, "button payload")
    return buttons


def check_image(content: bytes) -> None:
    """Refuse what upload/image refuses."""
    if len(content) > 1024 * 1024:
        raise Refusal(-210, "file is larger than 1 MB")
    if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Refusal(-201, "file type is not supported")


FILES = (".pdf", ".doc", ".docx", ".csv")


def check_file(what: str, name: str, content: bytes) -> None:
    """Refuse what upload/gif and upload/file refuse."""
    if len(content) > 5 * 1024 * 1024:
        raise Refusal(-210, "file is larger than 5 MB")
    right = content.startswith(b"GIF8") if what == "gif" else what == "file" and name.lower().endswith(FILES)
    if not right:
        raise Refusal(-201, "file type is not supported")
