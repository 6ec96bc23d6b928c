"""What a strict Zalo Bot Platform refuses, and the points on which nobody knows what the real one does.

Facts: the reference page on the Zalo Bot Platform, sections 3, 4, 6, 7 and 10. "A guess" marks what no source tells.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

Fields = Mapping[str, str]

KNOWN: dict[str, frozenset[str]] = {
    "getMe": frozenset(),
    "getUpdates": frozenset({"timeout"}),
    "setWebhook": frozenset({"url", "secret_token"}),
    "testWebhook": frozenset(),
    "deleteWebhook": frozenset(),
    "getWebhookInfo": frozenset(),
    "sendMessage": frozenset({"chat_id", "text", "parse_mode", "text_styles"}),
    "sendPhoto": frozenset({"chat_id", "photo", "caption"}),
    "sendSticker": frozenset({"chat_id", "sticker"}),
    "sendVoice": frozenset({"chat_id", "voice_url"}),
    "sendChatAction": frozenset({"chat_id", "action"}),
}
"""Every method there is, with its parameters. Anything else is ignored and flagged."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits of a free bot. `poll_gap`: seconds from an answer to getUpdates to the next question at least."""

    messages: int = 3000
    count_incoming: bool = True
    """Whether messages of people use up the month, on which sources disagree."""
    people: int = 50
    groups: int = 3
    poll_gap: float = 0.5
    webhook_calls: int = 1000
    """setWebhook and testWebhook a day; the real number is not known."""


FREE = Rules(10**9, True, 10**9, 10**9, 0.0)
"""For tests that are about something else."""


class Probe(Enum):
    """What setWebhook tries the address with."""

    EMPTY = auto()
    EMPTY_WITHOUT_SECRET = auto()
    JSON = auto()
    NONE = auto()


@dataclass(slots=True)
class Switches:
    """Where measurements disagree, or nobody measured: flip one and the adapter must survive."""

    idle: str = "200"
    """How getUpdates says "nothing": refusal 408 with HTTP "200" or "408", or a success that is "{}" or "bare"."""
    replay: bool = False
    """The newest event comes back with every question, instead of once."""
    wrapped: bool = True
    photo_field: str = "photo_url"
    duplicates: int = 0
    """How many times more each event is brought to the webhook."""
    delivery_delay: float = 0.0
    retries: int = 2
    """How often an event that was not taken is brought again (a guess)."""
    probe: Probe = Probe.EMPTY
    deleting_nothing_fails: bool = False
    code_spelling: str = "error_code"
    codes_as_text: bool = False
    success_code: bool = False
    """A success carries `"error_code": 0`."""
    http_follows_code: bool = False
    """Refusals come with their code as HTTP status, instead of 200."""
    lost_code: int = 400
    """How a chat is refused that is unknown or has put the bot out (a guess)."""
    lost_may_type: bool = False
    """sendChatAction says ok where sendMessage is refused (a guess)."""
    display_name: bool = True
    """getMe tells the name that people see."""
    ids_as_numbers: bool = False
    loopback: bool = True
    """Webhooks and pictures on this machine are allowed, by plain http: tests have no public address."""


class Refusal(Exception):
    """An answer with `ok: false`; `http` where the status is not 200."""

    def __init__(self, code: int, description: str, http: int = 200) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.http = http


class TooFast(Exception):
    """The gate before the API answers 429 with a page."""


def quota() -> Refusal:
    return Refusal(429, "Quota exceeded")


def utf16(text: str) -> int:
    """Length in the stricter of the two readings of "2000 characters"."""
    return len(text.encode("utf-16-le")) // 2


def check_text(fields: Fields) -> str:
    """Refuse what sendMessage refuses; returns the text."""
    text = fields.get("text", "")
    if not text.strip():
        raise Refusal(400, "Bad request: The text must not be empty")
    if utf16(text) > 2000:
        raise Refusal(400, "Bad request: The text is too long")
    if fields.get("parse_mode", "") not in ("", "markdown", "html"):
        raise Refusal(400, "Bad request: The parse_mode is invalid")
    return text


def check_photo(fields: Fields) -> str:
    """Refuse what sendPhoto refuses; returns the address."""
    photo = fields.get("photo", "")
    if not photo:
        raise Refusal(400, "The photo must not be empty")
    if not photo.startswith(("http://", "https://")):
        raise Refusal(400, "The photo must start with http:// or https://")
    if "caption" in fields and not 0 < utf16(fields["caption"]) <= 2000:
        raise Refusal(400, "Bad request: The caption is invalid")
    return photo


def check_webhook(fields: Fields, loopback: bool) -> tuple[str, str]:
    """Refuse what setWebhook refuses; returns (url, secret)."""
    url, secret = fields.get("url", ""), fields.get("secret_token", "")
    host = urlsplit(url).hostname or ""
    here = host == "127.0.0.1" and loopback
    if not (url.startswith("https://") or here) or not (here or _public(host)):
        raise Refusal(400, "Bad request: The url is invalid")
    if not 8 <= len(secret) <= 256:
        raise Refusal(400, "Bad request: The secret_token is invalid")
    return url, secret


def _public(host: str) -> bool:
    if not host or host == "localhost" or host.endswith((".zalo.me", ".zaloplatforms.com", ".zapps.me")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host


def unknown_parameters(method: str, fields: Fields) -> list[str]:
    """Parameters that the method does not have."""
    return sorted(set(fields) - KNOWN[method])


def outcome(status: int) -> dict[str, Any]:
    """The `verification` of an address that answered with a status; 0 for none."""
    if status == 0:
        return {"ok": False, "outcome": "webhook.err.conn", "hint": "cannot connect"}
    if status == 200:
        return {"ok": True, "status_code": 200, "outcome": "webhook.ok", "latency_ms": 3}
    kind = str(status) if status in (403, 404) else "5xx" if status >= 500 else "other"
    return {"ok": False, "status_code": status, "outcome": f"webhook.http.{kind}", "hint": "answer 200"}
