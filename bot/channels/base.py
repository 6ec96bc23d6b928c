"""What a channel is: two pure translators, a client, and limits written as data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from handlers.messages import Incoming, PictureRef, make_storable

Payload = Mapping[str, Any]


class Pictures(StrEnum):
    """How a picture reaches this messenger."""

    UPLOAD = "upload"
    URL = "url"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a messenger can show and how fast it may be written to. Times are seconds."""

    text: int
    """Longest text, in UTF-16 units."""
    caption: int
    """Longest text beside a picture; 0 where a picture travels alone."""
    buttons: int
    """Most buttons under one message; 0 where there are none."""
    button_label: int
    pictures: Pictures
    in_flight: int
    """Sends under way at once: as many duplicates a crash can make at most."""
    per_second: float | None = None
    """Messages a second over the whole account; None where nothing is published."""
    per_chat_interval: float = 0.0
    """Least time between two messages to one chat."""
    per_group_minute: int | None = None


@dataclass(frozen=True, slots=True)
class EventKey:
    """What the journal needs to know of a payload before anything else is read."""

    event_id: str
    conversation: str
    """Chat and speaker: events with the same key are handled in order."""

    def __post_init__(self) -> None:
        make_storable(self, "event_id", "conversation")


class Why(StrEnum):
    """Why a send failed, in words of our own."""

    BLOCKED = "blocked"
    """The person stopped the bot, or the account is gone: not tried again until they write."""
    CHAT_GONE = "chat_gone"
    """The chat does not exist, or the bot is no longer in the group."""
    NO_RIGHTS = "no_rights"
    MOVED = "moved"
    """The group has another id now."""
    RATE = "rate"
    QUOTA = "quota"
    WINDOW = "window"
    """The person has been silent for too long: held until they write, since only that opens the window again."""
    UNAUTHORISED = "unauthorised"
    MALFORMED = "malformed"
    """The vendor refuses this message for good: our mistake."""
    VENDOR = "vendor"
    """The vendor is down or talks garbage."""
    NETWORK = "network"


class SendFailed(Exception):
    """A send that did not succeed.

    `retryable`: trying again later may help. `retry_after`: seconds the vendor asks for; `whole_account` says the
    wait is for every chat. `maybe_sent`: the request left and no answer came, so the message may have arrived.
    `told`: the channel has told the operator already, in a line that says what to do.
    """

    def __init__(
        self,
        why: Why,
        detail: str = "",
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        whole_account: bool = False,
        maybe_sent: bool = False,
        moved_to: str = "",
        told: bool = False,
    ) -> None:
        super().__init__(f"{why}: {detail}" if detail else str(why))
        self.why = why
        self.retryable = retryable
        self.retry_after = retry_after
        self.whole_account = whole_account
        self.maybe_sent = maybe_sent
        self.moved_to = moved_to
        self.told = told


@dataclass(frozen=True, slots=True)
class Button:
    """`data` comes back with a tap: "<question token>:<choice key>"."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Part:
    """One message as it goes over the wire, already fitted to the channel's limits."""

    chat: str
    group: bool
    text: str = ""
    buttons: tuple[Button, ...] = ()
    picture: bytes | None = None
    picture_type: str = "image/png"
    picture_url: str = ""


Take = Callable[[list[bytes]], Awaitable[None]]
"""Hands raw events to the journal; returns when they are durable there."""


class Channel(Protocol):
    """One account at one messenger. Built by the composition root, opened once, closed in reverse."""

    name: str
    """telegram, webchat, zalo-bot, zalo-oa"""
    account: str
    """The account's name in the settings."""
    account_id: int
    limits: Limits
    silence: timedelta | None
    """How long after a person's last message they may still be written to; None where there is no such window."""

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    def identify(self, payload: Payload) -> EventKey | None:
        """Name an event for the journal; None for a shape we do not know (journaled as ignored)."""

    def read(self, payload: Payload) -> Incoming | None:
        """A payload in our own words; None where there is nothing to handle. Never raises on odd shapes."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether a webhook request really comes from the vendor (secret or signature, constant time)."""

    async def send(self, part: Part) -> str:
        """Send one message; returns the vendor's message id. Raises SendFailed and nothing else."""

    async def fetch(self, picture: PictureRef) -> tuple[bytes, str]:
        """The bytes and media type of a picture somebody sent. Raises SendFailed."""

    async def poll(self, take: Take) -> None:
        """Ask for events for ever, handing each batch to `take` and moving on only after it returned."""

    async def register(self, url: str, secret: str) -> None:
        """Point the vendor's webhook at us; an empty url removes it. Raises SendFailed."""

    def profile_link(self, code: str) -> str:
        """An address that opens a chat with this account and brings an invite code along; "" where there is none."""


@runtime_checkable
class Acknowledges(Protocol):
    """A channel whose buttons show that they wait until the vendor hears of the tap."""

    async def acknowledge(self, payloads: Sequence[Payload]) -> None:
        """Called beside the path of a message, once a batch is journaled; gates nothing and never raises."""


@runtime_checkable
class Discards(Protocol):
    """A channel whose vendor tells more than anybody should keep: all that is said in a group, our own echoes."""

    def discards(self, payload: Payload) -> bool:
        """Whether a verified event is acknowledged and kept nowhere, not even in the journal. Never raises."""


@runtime_checkable
class Tended(Protocol):
    """A channel that needs care of its own while nobody writes, such as keys that die unless they are renewed."""

    async def tend(self) -> None:
        """Runs for ever beside everything else; waits out trouble and never raises."""


@runtime_checkable
class Probed(Protocol):
    """A channel whose vendor tries a webhook address with a request that is no event."""

    def is_probe(self, body: bytes) -> bool:
        """Whether a body is such a try: answered with 200 before any other check, and stored nowhere."""


@runtime_checkable
class Meets(Channel, Protocol):
    """A channel whose account has a public name at the vendor, which has to be asked for."""

    async def meet(self) -> str:
        """Ask for the name; returns what `accounts.met` is to remember. Raises SendFailed."""
