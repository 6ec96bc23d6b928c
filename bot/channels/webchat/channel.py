"""The web chat as a channel: one account, no vendor."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bot.channels.base import EventKey, Limits, Part, Payload, Pictures, SendFailed, Take, Why
from bot.channels.webchat import incoming, looks, outgoing
from bot.channels.webchat.frames import MOST_TEXT
from bot.channels.webchat.hub import Connection, Hub
from bot.channels.webchat.looks import Look
from bot.channels.webchat.pictures import NotAPicture, PictureLinks, from_data_url
from bot.channels.webchat.shown import Shown
from handlers.messages import Incoming, PictureRef

LIMITS = Limits(
    text=MOST_TEXT,
    caption=MOST_TEXT,
    buttons=10,
    button_label=80,
    pictures=Pictures.UPLOAD,
    in_flight=64,
)


class WebChat:
    """A messenger of our own.

    `now` is the clock of the house (the demo moves it). `base_url` is where the page is found from outside, for
    invite links; empty means that there is no such address.
    """

    name = "webchat"
    account = "webchat"
    silence: timedelta | None = None

    def __init__(self, account_id: int, now: Callable[[], datetime], base_url: str = "") -> None:
        self.account_id = account_id
        self.now = now
        self.limits = LIMITS
        self.look: Look | None = None
        self.links = PictureLinks()
        self.hub = Hub(self.links)
        self._base_url = base_url.rstrip("/")

    async def open(self) -> None:
        """Nothing to open: phones come by themselves."""

    async def close(self) -> None:
        self.hub.close()

    def show_as(self, look: Look) -> None:
        """Show everything from now on as another messenger would (the demo)."""
        self.look, self.limits = look, looks.limits(look)

    def identify(self, payload: Payload) -> EventKey | None:
        return incoming.identify(payload)

    def read(self, payload: Payload) -> Incoming | None:
        """What reaches the bot; None also for what a messenger that the page looks like would keep from it."""
        return None if payload.get("unheard") is True else self.said(payload)

    def said(self, payload: Payload) -> Incoming | None:
        """What a person said, whether it reaches the bot or not."""
        return incoming.read(payload, self.account_id)

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """There is no webhook, so no request can be a true one."""
        return False

    async def send(self, part: Part) -> str:
        """Show it on the phones that look. Nobody looking is no failure: the page reads its history when it opens."""
        message_id = f"m{secrets.token_hex(10)}"
        self.hub.show(part.chat, outgoing.bubble(part, message_id, self.now()))
        return message_id

    def echo(self, payload: Payload, besides: Connection | None = None) -> None:
        """What a person said, on the chat's other phones (and in the demo, what a simulated member said)."""
        said = self.said(payload)
        if said is None:
            return
        bubble = Shown(
            id=said.event_id,
            mine=True,
            name=said.speaker_name,
            text=str(payload.get("text", "")),
            at=said.sent_at,
            picture_url=said.pictures[0].url if said.pictures else "",
            speaker=said.speaker,
        )
        self.hub.show(said.chat, bubble, besides)

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        """The picture came with the payload. Raises SendFailed where it is none."""
        try:
            return from_data_url(picture.url)
        except NotAPicture as error:
            raise SendFailed(Why.MALFORMED, str(error)) from error

    async def poll(self, take: Take) -> None:
        """Nothing to ask for: events come in by the page. Waits until cancelled."""
        await asyncio.Event().wait()

    async def register(self, url: str, secret: str) -> None:
        """No webhook to point."""

    def profile_link(self, code: str) -> str:
        return f"{self._base_url}/chat?{urlencode({'code': code})}" if self._base_url else ""
