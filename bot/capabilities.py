"""What each messenger can and cannot do, as its channel declares it: a table for docs/channels.md and the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.accounts import ZALO_BOT_BASIC
from bot.channels.base import Limits, Pictures
from bot.channels.telegram.channel import LIMITS as TELEGRAM
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.webchat.channel import LIMITS as WEBCHAT
from bot.channels.webchat.channel import WebChat
from bot.channels.zalo_bot.channel import LIMITS as ZALO_BOT
from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.channels.zalo_oa.plan import GROWTH, limits

NO_LIMIT = "–"
_PICTURES = {
    Pictures.UPLOAD: "sent along",
    Pictures.URL: "fetched from PUBLIC_BASE_URL; without it, words only",
    Pictures.NONE: "no",
}


@dataclass(frozen=True, slots=True)
class Capable:
    """One messenger: what its channel declares, and what a month of one account allows."""

    name: str
    limits: Limits
    silence: timedelta | None
    month: Mapping[str, int]


ALL = (
    Capable(ZaloBotChannel.name, ZALO_BOT, ZaloBotChannel.silence, ZALO_BOT_BASIC),
    Capable(ZaloOaChannel.name, limits(GROWTH), ZaloOaChannel.silence, {}),
    Capable(TelegramChannel.name, TELEGRAM, TelegramChannel.silence, {}),
    Capable(WebChat.name, WEBCHAT, WebChat.silence, {}),
)
"""In the order in which a newcomer should try them."""


def table() -> str:
    """A Markdown table, one column a messenger."""
    rows = [_row("", [one.name for one in ALL]), _row("---", ["---"] * len(ALL))]
    columns = [_cells(one) for one in ALL]
    rows += [_row(name, [column[name] for column in columns]) for name in columns[0]]
    return "\n".join(rows) + "\n"


def _cells(one: Capable) -> dict[str, str]:
    declared = one.limits
    return {
        "longest text, in UTF-16 units": str(declared.text),
        "longest words beside a picture": str(declared.caption) if declared.caption else "a picture goes alone",
        "buttons under a message": str(declared.buttons) if declared.buttons else "none: numbers are typed",
        "pictures": _PICTURES[declared.pictures],
        "sends under way at once (so many may come twice after a crash)": str(declared.in_flight),
        "messages a second": NO_LIMIT if declared.per_second is None else f"{declared.per_second:g}"[:4],
        "seconds between two messages to one chat": _or_none(declared.per_chat_interval),
        "messages a minute into one group": _or_none(declared.per_group_minute),
        "days of silence after which a person must write first": str(one.silence.days) if one.silence else NO_LIMIT,
        "people of one account": _or_none(one.month.get("people")),
        "groups of one account": _or_none(one.month.get("groups")),
        "messages a month of one account, both ways": _or_none(one.month.get("messages")),
    }


def _or_none(number: float | None) -> str:
    return f"{number:g}" if number else NO_LIMIT


def _row(name: str, cells: list[str]) -> str:
    return f"| {' | '.join((name, *cells))} |"
