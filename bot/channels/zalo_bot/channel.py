"""One Zalo bot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.channels import bot_token
from bot.channels.base import EventKey, Limits, Part, Payload, Pictures, SendFailed, Take, Why
from bot.channels.patience import Patience
from bot.channels.zalo_bot import incoming
from bot.channels.zalo_bot.answers import Refused
from bot.channels.zalo_bot.client import Client
from bot.channels.zalo_bot.fetching import PICTURE_HOSTS
from bot.channels.zalo_bot.fetching import Pictures as PictureDoor
from bot.channels.zalo_bot.fields import identity
from bot.channels.zalo_bot.judging import Judge
from bot.channels.zalo_bot.naming import Me
from bot.channels.zalo_bot.outgoing import ANSWER, LONGEST, Call, call
from bot.channels.zalo_bot.polling import PAUSE, WAIT, Polling
from bot.channels.zalo_bot.refusals import explain
from bot.channels.zalo_bot.webhook import Webhook
from handlers.messages import Incoming, PictureRef

API = "https://bot-api.zaloplatforms.com"
log = logging.getLogger(__name__)

PROFILE = "https://zalo.me"

LIMITS = Limits(
    text=LONGEST,
    caption=LONGEST,
    buttons=0,
    button_label=0,
    pictures=Pictures.URL,
    in_flight=1,
)
"""Zalo publishes no rates. One send at a time, so that a crash makes one duplicate at most."""


def vendor_id(token: str) -> str:
    """The number in the token, which new tokens leave alone. Whether it is the bot's id is not promised. Raises
    ValueError."""
    return bot_token.vendor_id(token, "Zalo")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ZaloBotChannel:
    """Implements bot.channels.base.Channel and Probed.

    `secret` and `remembered` are what storage keeps from the last `register` and `meet`; both may be empty, and
    `remembered` may be just a name. `picture_hosts`: where pictures may be fetched from.
    """

    name = "zalo-bot"
    silence: timedelta | None = None

    def __init__(
        self,
        account: str,
        account_id: int,
        token: str,
        base_url: str = API,
        *,
        secret: str = "",
        remembered: str = "",
        now: Callable[[], datetime] = _utc_now,
        patience: Patience | None = None,
        answer_within: float = ANSWER,
        poll_wait: int = WAIT,
        poll_pause: float = PAUSE,
        picture_hosts: Sequence[str] = PICTURE_HOSTS,
    ) -> None:
        vendor_id(token)
        self.account = account
        self.account_id = account_id
        self.limits = LIMITS
        self._me = Me.recalled(remembered)
        self._met = False
        self._now = now
        self._client = Client(base_url, token, answer_within)
        self._webhook = Webhook(self._client, account, secret, now)
        self._polling = Polling(self._client, patience or Patience(self.name, account), now, poll_wait, poll_pause)
        self._judge = Judge()
        self._pictures = PictureDoor(picture_hosts)

    @property
    def me(self) -> Me:
        """The bot's id, its name and whether it may join groups, as far as they are known."""
        return self._me

    @property
    def secret(self) -> str:
        """What a webhook request has to carry; "" where none was registered."""
        return self._webhook.secret

    async def open(self) -> None:
        """Make ready to send. Asks nothing of Zalo, which may be down."""
        await self._client.open()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def meet(self) -> str:
        """Ask Zalo who we are, once a process, since bots are renamed; returns what `remembered` wants. Raises
        SendFailed."""
        if not self._met:
            self._me = self._me.told(await self._asked(Call("getMe", {})))
            self._met = True
            if self._me.joins_groups is False:
                log.warning(
                    "action=no_groups channel=%s account=%s: Zalo lets no group add it", self.name, self.account
                )
        return self._me.remembered

    def profile_link(self, code: str) -> str:
        """A link that opens the chat; "" until our id is known. Zalo cannot bring the code along: people type it."""
        return f"{PROFILE}/{self._me.id}" if self._me.id else ""

    def identify(self, payload: Payload) -> EventKey | None:
        """(message_id, "chat:speaker")"""
        return incoming.identify(payload)

    def read(self, payload: Payload) -> Incoming | None:
        """The event in our own words."""
        return incoming.read(payload, self.account_id, self._me, self._now())

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the request carries the secret that was registered. Without one, nobody is believed."""
        return self._webhook.believes(headers)

    def is_probe(self, body: bytes) -> bool:
        """Zalo tries an address with an empty body before it keeps it."""
        return not body.strip()

    async def send(self, part: Part) -> str:
        """Send one message; returns Zalo's message id ("" where its answer has none). Raises SendFailed.

        A text refused without a reason is looked into: see bot.channels.zalo_bot.judging.
        """
        shown = call(part)
        code = 0
        try:
            result = await self._client.call(shown.method, shown.fields, shown.wait)
        except Exception as trouble:
            failed = explain(trouble, self._now())
            code = trouble.answer.code if isinstance(trouble, Refused) else 0
        else:
            self._judge.arrived()
            return identity(result, "message_id")
        if failed.why is Why.MALFORMED and shown.method == "sendMessage":
            failed = await self._judged(part, failed, code)
        raise failed

    async def _judged(self, part: Part, refused: SendFailed, code: int) -> SendFailed:
        """What a refused text means."""
        try:
            await self._asked(Call("sendChatAction", {"chat_id": part.chat, "action": "typing"}))
        except SendFailed as asked:
            if asked.why is not Why.MALFORMED:
                return self._judge.unclear(asked)
            return self._judge.lost(part.chat, part.group, str(refused))
        return self._judge.allowed(code, refused)

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        """A picture of at most 10 MB, from Zalo's picture hosts only, and its media type. Raises SendFailed."""
        if not picture.url:
            raise SendFailed(Why.MALFORMED, "not a picture of this channel")
        return await self._pictures.fetch(picture.url)

    async def poll(self, take: Take) -> None:
        """Ask for events for ever; see bot.channels.zalo_bot.polling."""
        await self._polling.run(take, self._prepare_to_poll)

    async def register(self, url: str, secret: str) -> None:
        """Point Zalo's webhook at us; an empty url removes it. Not on each start: it is capped a day. Raises
        SendFailed."""
        if url:
            await self._webhook.point(url, secret)
        else:
            await self._webhook.remove()

    async def _prepare_to_poll(self) -> None:
        if not self._me.name:
            await self.meet()
        if await self._webhook.is_set():
            await self._webhook.remove()

    async def _asked(self, question: Call) -> object:
        try:
            return await self._client.call(question.method, question.fields, question.wait)
        except Exception as trouble:
            failed = explain(trouble, self._now())
        raise failed
