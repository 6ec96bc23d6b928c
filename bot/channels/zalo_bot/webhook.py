"""Where Zalo brings the events of one account, and how we know that it is Zalo that brings them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.base import SendFailed, Why
from bot.channels.fields import thing, words
from bot.channels.webhook_secret import carries
from bot.channels.zalo_bot.answers import Refused
from bot.channels.zalo_bot.client import Client
from bot.channels.zalo_bot.refusals import explain

log = logging.getLogger(__name__)

SECRET_HEADER = "x-bot-api-secret-token"
SHORTEST_SECRET, LONGEST_SECRET = 8, 256
_NONE_SET = (400, 404)
"""Answers of one who has no webhook to tell of or to remove; other measurements saw plain success."""


class Webhook:
    """Sets, removes and guards the webhook of one account. Setting is capped a day by Zalo, so never do it idly."""

    def __init__(self, client: Client, account: str, secret: str, now: Callable[[], datetime]) -> None:
        self.secret = secret
        self._client = client
        self._account = account
        self._now = now
        self._coming = ""
        self._not_before: datetime | None = None

    def believes(self, headers: Mapping[str, str]) -> bool:
        """Whether a request carries our secret. Without one, nobody is believed.

        While a new one is being set, and after that had an unknown outcome, the old and the new are both right: Zalo
        tries the address with the new one before it answers us.
        """
        return carries(headers, SECRET_HEADER, self.secret, self._coming)

    async def point(self, url: str, secret: str) -> None:
        """Have events brought to an address. Zalo keeps it even if its own try failed: that is logged.

        Raises SendFailed (QUOTA when it was set too often today: then nothing is asked again before morning).
        """
        if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isascii():
            raise SendFailed(Why.MALFORMED, "a webhook's secret has 8 to 256 letters")
        if self._not_before is not None and self._now() < self._not_before:
            wait = (self._not_before - self._now()).total_seconds()
            raise SendFailed(Why.QUOTA, "the webhook was set too often today", retryable=True, retry_after=wait)
        self._coming = secret
        try:
            result = await self._client.call("setWebhook", {"url": url, "secret_token": secret})
        except Exception as trouble:
            failed = explain(trouble, self._now())
        else:
            self.secret, self._coming = secret, ""
            self._tell(thing(result, "verification"))
            return
        if not failed.maybe_sent:
            self._coming = ""
        if failed.why is Why.QUOTA:
            self._not_before = self._now() + timedelta(seconds=failed.retry_after or 0)
        raise failed

    async def remove(self) -> None:
        """Have no events brought any more. Raises SendFailed."""
        await self._asked("deleteWebhook")

    async def is_set(self) -> bool:
        """Whether events are brought somewhere, by whoever's wish. Raises SendFailed."""
        return bool(words(await self._asked("getWebhookInfo"), "url"))

    async def _asked(self, method: str) -> Any:
        """The result; None where Zalo answers that there is no webhook."""
        try:
            return await self._client.call(method)
        except Refused as refused:
            if refused.answer.spoken and refused.answer.code in _NONE_SET:
                return None
            failed = explain(refused, self._now())
        except Exception as trouble:
            failed = explain(trouble, self._now())
        raise failed

    def _tell(self, verification: Mapping[str, Any]) -> None:
        if verification and verification.get("ok") is not True:
            log.warning(
                "action=webhook_unverified channel=zalo-bot account=%s outcome=%s",
                self._account,
                words(verification, "outcome")[:40] or "?",
            )
