"""OAuth v4 as Zalo does it: a form, the app's secret in a header, and refresh tokens that work once."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from aiohttp import web

from tests.fakes.zalo_oa_rules import Clock

APP_ID = "4008619287302187649"
APP_SECRET = "app-Secret-that-must-never-be-seen"


@dataclass(slots=True)
class _Code:
    challenge: str
    until: datetime


class Oauth:
    """The token endpoint. `renewals` counts pairs given for a refresh token; `gate`: closed, answers wait for it
    after the work is done; `loses`: so many answers are lost on the way back; `page`: answered instead, undone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._serial = count(1)
        self._codes: dict[str, _Code] = {}
        self.access = ""
        self.access_until = clock.now()
        self.refresh = ""
        self.refresh_until = clock.now()
        self.lives: Any = "90000"
        self.renewals = 0
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.reached = asyncio.Event()
        self.loses = 0
        self.cuts = 0
        self.page: tuple[int, str] | None = None
        self.pair()

    def pair(self) -> str:
        """A new pair, as from the console; the old one is dead. Returns the refresh token."""
        serial = next(self._serial)
        self.access, self.refresh = f"access-Token-{serial}-never-seen", f"refresh-Token-{serial}-never-seen"
        self.access_until = self._clock.now() + timedelta(hours=25)
        self.refresh_until = self._clock.now() + timedelta(days=90)
        return self.refresh

    def code(self, verifier: str) -> str:
        """What the callback would receive after an administrator's consent."""
        code = f"code-{next(self._serial)}"
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        self._codes[code] = _Code(challenge, self._clock.now() + timedelta(minutes=10))
        return code

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """POST /v4/oa/access_token"""
        self.asked += 1
        if self.page is not None:
            return web.Response(status=self.page[0], text=self.page[1])
        if self.cuts:
            self.cuts -= 1
            return _cut(request)
        form = await request.post() if request.content_type == "application/x-www-form-urlencoded" else {}
        answer = self._answer(request.headers.get("secret_key", ""), {key: str(value) for key, value in form.items()})
        self.reached.set()
        await self.gate.wait()
        if self.loses:
            self.loses -= 1
            return _cut(request)
        return web.json_response(answer)

    def _answer(self, secret: str, form: dict[str, str]) -> dict[str, Any]:
        if secret != APP_SECRET or form.get("app_id") != APP_ID:
            return _error(-14004, f"Invalid secret key {secret}")
        if form.get("grant_type") == "authorization_code":
            code = self._codes.pop(form.get("code", ""), None)
            digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            given = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if code is None or code.until < self._clock.now() or code.challenge != given:
                return _error(-14010, "Authorization code is invalid")
        elif form.get("grant_type") != "refresh_token":
            return _error(-14001, "Invalid grant type")
        elif form.get("refresh_token") != self.refresh or self.refresh_until < self._clock.now():
            return _error(-14014, f"Invalid refresh token {form.get('refresh_token')}")
        else:
            self.renewals += 1
        self.pair()
        return {"access_token": self.access, "refresh_token": self.refresh, "expires_in": self.lives}


def _error(code: int, description: str) -> dict[str, Any]:
    return {"error": code, "error_name": "Invalid", "error_reason": description, "error_description": description}


def _cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()
