"""One Zalo Official Account."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.base import EventKey, Part, Payload, SendFailed, Take, Why
from bot.channels.fields import thing, words
from bot.channels.zalo_oa import incoming, outgoing, pictures
from bot.channels.zalo_oa.books import Books
from bot.channels.zalo_oa.client import Client, Data, Refused
from bot.channels.zalo_oa.fields import identity
from bot.channels.zalo_oa.groups import Groups
from bot.channels.zalo_oa.oauth import Oauth
from bot.channels.zalo_oa.plan import GROWTH, Plan, limits
from bot.channels.zalo_oa.refusals import ATTACHMENT_DEAD
from bot.channels.zalo_oa.signature import Signature
from bot.channels.zalo_oa.tokens import Tokens
from bot.channels.zalo_oa.uploads import Uploads
from bot.channels.zalo_oa.wire import ANSWER, Wire
from bot.secrets import Vault
from handlers.messages import Incoming, PictureRef
from locales import local
from storage.engine import Database
from storage.oa_ledger import CLOSED_AFTER

log = logging.getLogger(__name__)

API = "https://openapi.zalo.me"
OAUTH = "https://oauth.zaloapp.com"
TO_PERSON, TO_GROUP = "/v3.0/oa/message/cs", "/v3.0/oa/group/message"


@dataclass(frozen=True, slots=True)
class OaApp:
    """Our app at developers.zalo.me. `oa_secret_key` signs webhook events; some accounts sign with the app secret,
    which stands in where no other key is given. `signed_first`: what the sum begins with, if not the app id."""

    id: str
    secret: str = field(repr=False)
    oa_secret_key: str = field(default="", repr=False)
    signed_first: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """Where Zalo is."""

    api: str = API
    oauth: str = OAUTH


def _utc_now() -> datetime:
    return datetime.now(UTC)


class ZaloOaChannel:
    """Implements bot.channels.base.Channel, Discards and Tended.

    `oa_id` is what storage remembers from the last `meet`; it may be empty. `tokens`, `groups` and `books` are for the
    commands of an operator.
    """

    name = "zalo-oa"
    silence: timedelta | None = CLOSED_AFTER

    def __init__(
        self,
        account: str,
        account_id: int,
        app: OaApp,
        database: Database,
        vault: Vault,
        at: Where = Where(),
        *,
        plan: Plan = GROWTH,
        oa_id: str = "",
        now: Callable[[], datetime] = _utc_now,
        answer_within: float = ANSWER,
    ) -> None:
        self.account = account
        self.account_id = account_id
        self.limits = limits(plan)
        self._now = now
        self._me = incoming.Me(oa_id)
        self._signature = Signature(app.signed_first or app.id, app.oa_secret_key or app.secret)
        self._wire = Wire(answer_within)
        self._origins = () if at.api == API else (at.api.rstrip("/"),)
        self.tokens = Tokens(account, account_id, database, vault, Oauth(at.oauth, app.id, app.secret, self._wire), now)
        self._client = Client(at.api, self._wire, self.tokens, plan.per_minute, now)
        self._uploads = Uploads(self._client)
        self.groups = Groups(self._client)
        self.books = Books(account_id, database, plan, now)

    @property
    def oa_id(self) -> str:
        """The account's own id at Zalo; "" until `meet` has asked for it."""
        return self._me.id

    async def open(self) -> None:
        """Make ready to send. Asks nothing of Zalo, which may be down."""
        await self._wire.open()

    async def close(self) -> None:
        """Hear a renewal of the tokens to its end, then close the connections."""
        await self.tokens.close()
        await self._wire.close()

    async def tend(self) -> None:
        """Keep the tokens alive; see bot.channels.zalo_oa.tokens."""
        await self.tokens.tend()

    async def meet(self) -> str:
        """Ask Zalo for our id and name, once; returns the id. Raises SendFailed."""
        if not self._me.name:
            me = thing(await self._client.get("/v2.0/oa/getoa"), "data")
            self._me = incoming.Me(identity(me, "oa_id") or self._me.id, words(me, "name"))
        return self._me.id

    def profile_link(self, code: str) -> str:
        """A link that opens the chat; "" until our id is known. A code cannot ride along: it is typed."""
        return f"https://zalo.me/{self._me.id}" if self._me.id else ""

    def identify(self, payload: Payload) -> EventKey | None:
        """("event name:message id", "chat:speaker")"""
        return incoming.identify(payload)

    def read(self, payload: Payload) -> Incoming | None:
        """The event in our own words."""
        return incoming.read(payload, self.account_id, self._me, self._now())

    def discards(self, payload: Payload) -> bool:
        """Echoes, receipts, phone numbers, and all that people of a group say to each other."""
        return incoming.discards(payload, self._me, local(self._now()).date())

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the request was signed with our key, not long ago. Without a key, nobody is believed."""
        return self._signature.holds(headers, body, self._now())

    async def send(self, part: Part) -> str:
        """Send one message; returns Zalo's message id. Raises SendFailed."""
        if part.picture is not None:
            sent = await self._send_picture(part, part.picture)
        elif part.text.strip() or part.picture_url:
            sent = await self._post(part)
        else:
            raise SendFailed(Why.MALFORMED, "a message of nothing")
        if not part.group:
            await self.books.note(part.chat, thing(sent, "quota"))
        return identity(sent, "message_id")

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        """A picture somebody sent, from Zalo's own hosts only. Raises SendFailed."""
        return await pictures.fetch(self._wire, picture.url, self._origins)

    async def poll(self, take: Take) -> None:
        """An Official Account cannot be asked for events: it waits, having said so."""
        log.warning("account %s: events come by webhook only; set PUBLIC_BASE_URL to hear anybody", self.account)
        await asyncio.get_running_loop().create_future()

    async def register(self, url: str, secret: str) -> None:
        """Zalo takes the webhook's address only in its console: the operator is told which."""
        if url:
            log.info("account %s: the webhook's address, for the console at developers.zalo.me: %s", self.account, url)

    async def _send_picture(self, part: Part, picture: bytes) -> Data:
        try:
            return await self._post(part, await self._uploads.attachment(picture))
        except Refused as refused:
            if refused.code not in ATTACHMENT_DEAD:
                raise
        self._uploads.forget(picture)
        try:
            return await self._post(part, await self._uploads.attachment(picture))
        except Refused as refused:
            if refused.code not in ATTACHMENT_DEAD:
                raise
        raise SendFailed(Why.MALFORMED, "Zalo does not take this picture")

    async def _post(self, part: Part, attachment_id: str = "") -> Data:
        return await self._client.post(TO_GROUP if part.group else TO_PERSON, outgoing.body(part, attachment_id))
