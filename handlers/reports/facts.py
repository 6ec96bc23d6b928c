"""What the digests and reminders are told: small values that the clock and the conversations fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from locales import Text
from storage.tally import Tally


class Cause(StrEnum):
    """Why a village has sent no news, as far as anybody knows."""

    UNKNOWN = "unknown"
    NOBODY_JOINED = "nobody_joined"
    """No member of the village has enrolled yet."""
    ON_LEAVE = "on_leave"
    NO_SIGNAL = "no_signal"


@dataclass(frozen=True, slots=True)
class Contact:
    """The officer people may call. `address` is anh, chị… as colleagues call them; empty where unknown."""

    name: str
    address: str = ""
    phone: str = ""

    @property
    def called(self) -> str:
        """As people say it: "chị Hà"; the whole name where the form of address is not known."""
        return f"{self.address} {given_name(self.name)}" if self.address else self.name


def given_name(full: str) -> str:
    """The name a Vietnamese person is called by: the last word of the full one."""
    return (full.split() or [""])[-1]


@dataclass(frozen=True, slots=True)
class MissingVillage:
    """A village with a team and no news this week."""

    name: str
    weeks: int = 1
    """Weeks in a row without news, this one included; 1 is the first."""
    cause: Cause = Cause.UNKNOWN
    commune: str = ""
    """Where the list spans several communes; empty inside one's own."""


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What a commune lead reads on Monday. Labels are of the lead's language, by indicator code."""

    name: str
    """The lead's own full name."""
    tally: Tally
    labels: Mapping[str, str]
    missing: tuple[MissingVillage, ...] = ()
    silent_members: tuple[str, ...] = ()
    """Enrolled members without an entry this week (names; may be fewer than `silent_count`)."""
    silent_count: int = 0
    open_requests: int = 0
    provisional: bool = False
    paused_until: date | None = None
    """The day on which reminders and posts go on, where the place is paused."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a channel account has used of one limit. `what`: messages (of this month, both ways), people or groups."""

    account: str
    used: int
    limit: int
    what: str = "messages"


@dataclass(frozen=True, slots=True)
class Health:
    """What became of the messages of the week."""

    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unreachable: int = 0
    """People whose account refuses our messages."""
    notes: tuple[Text, ...] = ()
    """Anything else worth a line: a bot without rights, an account switched off."""


@dataclass(frozen=True, slots=True)
class AdminFacts:
    """What an admin reads on Monday. `site.units` are the communes, in the order of the tree."""

    site: Tally
    labels: Mapping[str, str]
    health: Health = field(default_factory=Health)
    unbound: tuple[str, ...] = ()
    """Communes and towns without a bound group."""
    open_requests: int = 0
    quotas: tuple[Quota, ...] = ()
    provisional: bool = False
