"""Telegram, a Zalo bot and an Official Account as local servers that outlive the service and keep all they were sent.

They do not bring events themselves: `tests.torture.load` posts them to the registered webhooks, so that it knows what
was acknowledged. Some illnesses are drawn at random (`ills`), each counted in `cuts` where the message was kept and
the sender cannot know it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Self

from aiohttp import web

from bot.channels.telegram.channel import LIMITS as TELEGRAM_LIMITS
from bot.channels.zalo_bot.channel import LIMITS as ZALO_BOT_LIMITS
from bot.channels.zalo_oa.plan import GROWTH, limits
from bot.clock import Clock
from tests.fakes.illness import Fault
from tests.fakes.telegram import FREE as FREE_TELEGRAM
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo_bot import FREE as FREE_ZALO
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_SECRET_KEY, FakeZaloOa, Package, Switches
from tests.fakes.zalo_oa_post import sign
from tests.fakes.zalo_oa_town import raw

Ills = Mapping[str, float]
"""How often a send meets an illness, by the name of the Fault; 0.01 is one in a hundred."""

_KEPT_UNTOLD = {"DROP_AFTER", "GATEWAY_TIMEOUT"}
"""Illnesses after which the message is at the vendor and the sender has no answer."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One message that reached a vendor."""

    account: str
    chat: str
    message_id: str
    text: str
    picture: bool = False


class _Ill:
    """Draws illnesses for sends, and says when a message was kept and not yet answered."""

    ills: Ills = {}
    dice = random.Random(0)
    pause: Callable[[], float] = staticmethod(lambda: 0.0)  # type: ignore[assignment]
    on_kept: Callable[[], None] = staticmethod(lambda: None)  # type: ignore[assignment]
    cuts = 0

    def _is_send(self, request: web.Request) -> bool:
        return "message" in request.path.lower() or "photo" in request.path.lower()

    async def call(self, request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await super().call(request)  # type: ignore[misc]
        if self._is_send(request):
            self.on_kept()
            await asyncio.sleep(self.pause())
        return answer

    def ails(self, call: str) -> Fault | None:
        chosen: Fault | None = super().ails(call)  # type: ignore[misc]
        if chosen is None and ("message" in call.lower() or "photo" in call.lower()):
            chosen = next((Fault[name] for name, odds in self.ills.items() if self.dice.random() < odds), None)
        if chosen is not None and chosen.name in _KEPT_UNTOLD:
            self.cuts += 1
        return chosen


class _Telegram(_Ill, FakeTelegram):
    clock: Clock

    def push(self, update: dict[str, Any]) -> dict[str, Any]:
        if "message" in update:
            update["message"]["date"] = int(self.clock.now().timestamp())
        return super().push(update)

    async def _deliver(self, url: str, secret: str) -> None:
        """Events are brought by the load."""


class _ZaloBot(_Ill, FakeZaloBot):
    clock: Clock

    def push(self, event: dict[str, Any]) -> dict[str, Any]:
        event["message"]["date"] = int(self.clock.now().timestamp() * 1000)
        return super().push(event)

    async def _set_webhook(self, fields: Mapping[str, str]) -> dict[str, Any]:
        self.webhook = {"url": fields["url"], "secret_token": fields["secret_token"]}
        return {"url": fields["url"], "updated_at": 1, "verification": {"ok": True, "status_code": 200}}


class _Oa(_Ill, FakeZaloOa):
    pass


class Vendor(ABC):
    """One messenger: people who write, and all that reached them. `account`: as the settings name it."""

    channel = ""
    account = ""
    in_flight = 1
    fake: Any

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    @abstractmethod
    def settings(self) -> dict[str, str]: ...

    @abstractmethod
    def person(self, number: int) -> str:
        """Somebody; returns the chat."""

    @abstractmethod
    def group(self, number: int, title: str) -> str: ...

    @abstractmethod
    def write(self, chat: str, text: str) -> bytes:
        """Somebody writes: the body of the webhook's request."""

    @abstractmethod
    def headers(self, body: bytes) -> dict[str, str]:
        """What goes with a body now: the secret that was registered last, or a signature."""

    @abstractmethod
    def landed(self) -> list[Landing]: ...


class TelegramVendor(Vendor):
    channel = account = "telegram"
    in_flight = TELEGRAM_LIMITS.in_flight

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.fake = _Telegram(FREE_TELEGRAM)
        self.fake.clock = clock

    def settings(self) -> dict[str, str]:
        return {"TELEGRAM_BOT_TOKEN": self.fake.token, "TELEGRAM_API_BASE_URL": self.fake.url}

    def person(self, number: int) -> str:
        return self.fake.person(1_000_000 + number, f"Người {number}").id

    def group(self, number: int, title: str) -> str:
        return self.fake.group(-1_000_000 - number, title).id

    def write(self, chat: str, text: str) -> bytes:
        update = self.fake.says(chat, text)
        self.fake.updates.clear()
        return json.dumps(update, ensure_ascii=False).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": self.fake.webhook.get("secret_token", "")}

    def landed(self) -> list[Landing]:
        return [
            Landing(self.account, one.chat, str(one.message_id), one.text, one.photo is not None)
            for one in self.fake.sent
        ]


class ZaloBotVendor(Vendor):
    channel = "zalo-bot"
    account = "tule1"
    in_flight = ZALO_BOT_LIMITS.in_flight

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.fake = _ZaloBot(FREE_ZALO)
        self.fake.clock = clock

    def settings(self) -> dict[str, str]:
        return {"ZALO_BOT_TOKENS": f"{self.account}={self.fake.token}", "ZALO_BOT_API_BASE_URL": self.fake.url}

    def person(self, number: int) -> str:
        return self.fake.person(f"zalo-{number}", f"Người {number}").id

    def group(self, number: int, title: str) -> str:
        return self.fake.group(f"zgr-{number}", title).id

    def write(self, chat: str, text: str) -> bytes:
        event = self.fake.says(chat, text)
        self.fake.events.clear()
        return json.dumps({"ok": True, "result": event}, ensure_ascii=False).encode()

    def headers(self, body: bytes) -> dict[str, str]:
        return {"X-Bot-Api-Secret-Token": self.fake.webhook.get("secret_token", "")}

    def landed(self) -> list[Landing]:
        return [
            Landing(self.account, one.chat, one.message_id, one.text, bool(one.photo_url)) for one in self.fake.sent
        ]


class OaVendor(Vendor):
    channel = account = "zalo-oa"
    in_flight = limits(GROWTH).in_flight

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        steps = itertools.count()
        self.fake = _Oa(Switches(package=Package.WHOLE), rate_clock=lambda: float(next(steps)))
        self.fake.clock = self.fake.oauth._clock = clock
        self.fake.oauth.pair()

    def settings(self) -> dict[str, str]:
        return {
            "ZALO_OA_APP_ID": APP_ID,
            "ZALO_OA_APP_SECRET": APP_SECRET,
            "ZALO_OA_SECRET_KEY": OA_SECRET_KEY,
            "ZALO_OA_REFRESH_TOKEN": self.fake.oauth.refresh,
            "ZALO_OA_API_BASE_URL": self.fake.url,
            "ZALO_OA_OAUTH_BASE_URL": self.fake.url,
        }

    def person(self, number: int) -> str:
        chat: str = self.fake.person(f"Người {number}")
        return chat

    def group(self, number: int, title: str) -> str:
        group: str = self.fake.group(title)
        return group

    def write(self, chat: str, text: str) -> bytes:
        event = self.fake.says(chat, text)
        self.fake.events.clear()
        return raw(event)

    def headers(self, body: bytes) -> dict[str, str]:
        return sign(self.fake, json.loads(body), body)

    def landed(self) -> list[Landing]:
        return [
            Landing(self.account, one.chat, one.message_id, one.text, bool(one.picture or one.picture_url))
            for one in self.fake.sent
        ]


class Vendors:
    """All messengers of one torture, open while it lasts."""

    def __init__(self, clock: Clock, *, only: tuple[str, ...] = ("telegram", "zalo-bot", "zalo-oa")) -> None:
        every = (TelegramVendor, ZaloBotVendor, OaVendor)
        self.all: list[Vendor] = [kind(clock) for kind in every if kind.channel in only]
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for one in self.all:
            await self._open.enter_async_context(one.fake)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def settings(self) -> dict[str, str]:
        return {name: value for one in self.all for name, value in one.settings().items()}

    def landed(self) -> list[Landing]:
        return [landing for one in self.all for landing in one.landed()]

    def suffers(self, ills: Ills, dice: random.Random, pause: Callable[[], float]) -> None:
        """From now on sends meet these illnesses, and answers to sends take so long."""
        for one in self.all:
            one.fake.ills, one.fake.dice, one.fake.pause = ills, dice, pause

    def on_kept(self, told: Callable[[], None]) -> None:
        """Call this whenever a message was kept and its sender has no answer yet."""
        for one in self.all:
            one.fake.on_kept = told

    def heals(self) -> None:
        """Be well, and quick."""
        self.suffers({}, random.Random(0), lambda: 0.0)

    @property
    def cuts(self) -> dict[str, int]:
        """By account: messages kept whose sender was told nothing."""
        return {one.account: one.fake.cuts for one in self.all}
