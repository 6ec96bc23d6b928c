"""Asking Zalo for the next token pair (OAuth v4). A refresh token works once; its answer brings the next one."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels.fields import words
from bot.channels.zalo_oa.fields import document, number
from bot.channels.zalo_oa.refusals import refusal
from bot.channels.zalo_oa.wire import Answer, TooLarge, Unreachable, Wire

PATH = "/v4/oa/access_token"
LONGEST_LIFE = 90 * 24 * 3600
UNSAID_LIFE = 3600
"""Seconds that an access token is trusted whose life Zalo did not say."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new pair, and how many seconds its access token lives."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lives: int


class NotHeard(Exception):
    """Zalo has certainly not taken the refresh token: it works still."""


class NoAnswer(Exception):
    """Nobody knows whether Zalo took the refresh token: it asks for another try, which will show."""


class Refused(Exception):
    """Zalo refuses the refresh token (or the app): another try changes nothing by itself."""


class Oauth:
    """The token endpoint of one app."""

    def __init__(self, base_url: str, app_id: str, app_secret: str, wire: Wire) -> None:
        self._url = base_url.rstrip("/") + PATH
        self._app_id, self._app_secret, self._wire = app_id, app_secret, wire

    async def renew(self, refresh: str) -> Fresh:
        """The pair that follows a refresh token. Raises NotHeard, NoAnswer, Refused."""
        form = {"refresh_token": refresh, "app_id": self._app_id, "grant_type": "refresh_token"}
        try:
            answer = await self._wire.exchange("POST", self._url, {"secret_key": self._app_secret}, data=form)
        except Unreachable as trouble:
            reason, written = str(trouble), trouble.written
        except TooLarge:
            reason, written = "an answer without end", True
        else:
            return self._fresh(answer, refresh)
        if written:
            raise NoAnswer(reason)
        raise NotHeard(reason)

    def _fresh(self, answer: Answer, refresh: str) -> Fresh:
        said = document(answer.body)
        access, following = words(said, "access_token"), words(said, "refresh_token")
        if access and following:
            lives = number(said, "expires_in") or 0
            return Fresh(access, following, min(lives, LONGEST_LIFE) if lives > 0 else UNSAID_LIFE)
        found = refusal(answer, (refresh, self._app_secret))
        if found is not None:
            raise Refused(f"{found.code}: {found.message}")
        if answer.status in (429, 503):
            raise NotHeard(f"{answer.status}: a page that is not Zalo's")
        raise NoAnswer(f"{answer.status}: an answer that is not one")
