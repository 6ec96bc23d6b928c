"""Whether a webhook request was signed by Zalo: plain SHA-256 over app id, raw body, timestamp and a key.

Sources disagree on which key it is and whether the app id or the OA id stands first: both are settings.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.zalo_oa.fields import document, identity, moment

HEADER = "x-zevent-signature"
OLDEST = timedelta(hours=3)
"""Zalo repeats an event for almost two hours; what is older is somebody's recording."""
AHEAD = timedelta(hours=1)
"""How far the clocks may differ."""


@dataclass(frozen=True, slots=True)
class Signature:
    """`first`: what the sum begins with, usually the app id. `key`: the OA secret key; empty, nobody is believed."""

    first: str
    key: str = field(repr=False)

    def holds(self, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
        """Whether the header's sum is that of exactly these bytes, and the event is not an old one."""
        given = next((value for name, value in headers.items() if name.lower() == HEADER), "")
        payload = document(body)
        expected = self.sum(body, identity(payload, "timestamp"))
        same = hmac.compare_digest(_hex(given).encode("utf-8", "replace"), expected.encode())
        return bool(self.key) and same and _recent(payload, now)

    def sum(self, body: bytes, timestamp: str) -> str:
        """The hex digits that stand after `mac=`."""
        return hashlib.sha256(self.first.encode() + body + timestamp.encode() + self.key.encode()).hexdigest()


def _hex(given: str) -> str:
    text = given.strip()
    return (text[4:] if text[:4].lower() == "mac=" else text).strip().lower()


def _recent(payload: Mapping[str, object], now: datetime) -> bool:
    """A body that says no time is let through: what is not an event does nothing."""
    sent_at = moment(payload, "timestamp")
    return sent_at is None or -AHEAD <= now - sent_at <= OLDEST
