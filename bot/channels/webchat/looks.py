"""How another messenger would show the same: the demo's page can be looked at as Telegram and as Zalo.

Only limits differ; what they do to a reply is done by the fitting that serves the real messengers.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.channels.base import Limits, Pictures
from bot.channels.telegram.channel import LIMITS as TELEGRAM
from bot.channels.zalo_bot.channel import LIMITS as ZALO_BOT

_AT_ONCE = 64


class Look(StrEnum):
    """A messenger whose limits the page takes on."""

    TELEGRAM = "telegram"
    ZALO = "zalo"


def limits(look: Look) -> Limits:
    """The messenger's own limits on what can be shown. Its pace is left out, and pictures come from this house."""
    theirs = ZALO_BOT if look is Look.ZALO else TELEGRAM
    return replace(
        theirs,
        pictures=Pictures.UPLOAD,
        in_flight=_AT_ONCE,
        per_second=None,
        per_chat_interval=0.0,
        per_group_minute=None,
    )


def hears(look: Look | None, *, group: bool, called: bool) -> bool:
    """Whether a message reaches the bot: on Zalo, in a group, only one that calls it by name does."""
    return look is not Look.ZALO or not group or called
