"""One Telegram bot account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.channels import bot_token
from bot.channels.base import EventKey, Limits, Part, Payload, Pictures, SendFailed, Take, Why
from bot.channels.media_types import media_type
from bot.channels.patience import Patience
from bot.channels.telegram import incoming
from bot.channels.telegram.client import Client
from bot.channels.telegram.naming import Me
from bot.channels.telegram.outgoing import Picture, call
from bot.channels.telegram.polling import Polling
from bot.channels.telegram.refusals import explain
from bot.channels.telegram.transport import ANSWER
from bot.channels.webhook_secret import carries
from handlers.messages import Incoming, PictureRef

T = TypeVar("T")

API = "https://api.telegram.org"
SECRET_HEADER = "x-telegram-bot-api-secret-token"
WEBHOOK_CONNECTIONS = 40
POLL_WAIT = 25
"""Seconds that Telegram may keep a question for updates open."""

LIMITS = Limits(
    text=4096,
    caption=1024,
    buttons=10,
    button_label=40,
    pictures=Pictures.UPLOAD,
    in_flight=30,
    per_second=30,
    per_chat_interval=1.0,
    per_group_minute=20,
)
"""From https://core.telegram.org/bots/faq (broadcasting) and /bots/api; `buttons` and `button_label` are taste."""


def vendor_id(token: str) -> str:
    """The account's own id at Telegram, which renames and new tokens leave alone. Raises ValueError."""
    return bot_token.vendor_id(token, "Telegram")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class TelegramChannel:
    """Implements bot.channels.base.Channel and Acknowledges.

    `secret` and `username` are what storage remembers from the last `register` and `meet`; both may be empty.
    """

    name = "telegram"
    silence: timedelta | None = None

    def __init__(
        self,
        account: str,
        account_id: int,
        token: str,
        base_url: str = API,
        *,
        secret: str = "",
        username: str = "",
        now: Callable[[], datetime] = _utc_now,
        patience: Patience | None = None,
        answer_within: float = ANSWER,
        poll_wait: int = POLL_WAIT,
    ) -> None:
        self.account = account
        self.account_id = account_id
        self.limits = LIMITS
        self.secret = secret
        self._me = Me(vendor_id(token), username)
        self._now = now
        self._client = Client(base_url, token, answer_within)
        self._polling = Polling(self._client, patience or Patience(self.name, account), now, poll_wait)

    @property
    def username(self) -> str:
        """Our name at Telegram, without the @; "" until `meet` has asked for it."""
        return self._me.username

    async def open(self) -> None:
        """Make ready to send. Asks nothing of Telegram, which may be down."""
        await self._client.open()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def meet(self) -> str:
        """Ask Telegram for our user name, once; returns it. Raises SendFailed."""
        if not self._me.username:
            me = await self._asked(self._client.bot.get_me())
            self._me = Me(self._me.id, me.username or "")
        return self._me.username

    def profile_link(self, code: str) -> str:
        """A link that opens the chat and brings the code along; "" until our name is known."""
        return f"https://t.me/{self._me.username}?start={code}" if self._me.username else ""

    def identify(self, payload: Payload) -> EventKey | None:
        """(update_id, "chat:speaker")"""
        return incoming.identify(payload)

    def read(self, payload: Payload) -> Incoming | None:
        """The update in our own words."""
        return incoming.read(payload, self.account_id, self._me, self._now())

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the request carries the secret that was registered. Without one, nobody is believed."""
        return carries(headers, SECRET_HEADER, self.secret)

    async def send(self, part: Part) -> str:
        """Send one message; returns Telegram's message id. Raises SendFailed."""
        shown = call(part)
        try:
            if isinstance(shown, Picture):
                sent = await self._client.bot.send_photo(
                    shown.chat_id, shown.photo, caption=shown.caption, reply_markup=shown.reply_markup
                )
                return str(sent.message_id)
            return await self._client.write(shown.fields)
        except Exception as trouble:
            failed = explain(trouble, part.group)
        raise failed

    async def acknowledge(self, payloads: Sequence[Payload]) -> None:
        """Stop the waiting sign on buttons tapped in these updates. Best effort: a failure is nobody's concern."""
        taps = [tap for tap in map(incoming.tap_id, payloads) if tap]
        answers = (self._client.bot.answer_callback_query(tap) for tap in taps)
        await asyncio.gather(*answers, return_exceptions=True)

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        """A picture of at most 10 MB, from the API's own host only, and its media type. Raises SendFailed."""
        if not picture.file_id:
            raise SendFailed(Why.MALFORMED, "not a picture of this channel")
        path = await self._asked(self._client.file_path(picture.file_id))
        if not path:
            raise SendFailed(Why.MALFORMED, "the file has no place at the API")
        content = await self._asked(self._client.download(path))
        kind = media_type(content)
        if not kind:
            raise SendFailed(Why.MALFORMED, "the file is not a picture")
        return content, kind

    async def poll(self, take: Take) -> None:
        """Ask for updates for ever; see bot.channels.telegram.polling."""
        await self._polling.run(take, self._prepare_to_poll)

    async def register(self, url: str, secret: str) -> None:
        """Point Telegram's webhook at us; an empty url removes it. Raises SendFailed."""
        if not url:
            await self._asked(self._client.bot.delete_webhook())
            return
        await self._asked(
            self._client.bot.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=incoming.ALLOWED_UPDATES,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        )
        self.secret = secret

    async def _prepare_to_poll(self) -> None:
        if not self._me.username:
            self._me = Me(self._me.id, (await self._client.bot.get_me()).username or "")
        if (await self._client.bot.get_webhook_info()).url:
            await self._client.bot.delete_webhook()

    async def _asked(self, question: Awaitable[T]) -> T:
        try:
            return await question
        except Exception as trouble:
            failed = explain(trouble)
        raise failed
