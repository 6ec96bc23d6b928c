"""What a change of the bot's own membership means to us."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from bot.channels.fields import thing, words
from handlers.messages import Kind


class Standing(Enum):
    """What the bot may do in a chat."""

    AWAY = 0
    SILENT = 1
    WRITES = 2


def membership(change: Mapping[str, Any], group: bool) -> Kind | None:
    """The event in a `my_chat_member` update; None where nothing changed that we care about (a promotion).

    In a group that lets the bot write again after a silence, the bot counts as added: it is there and may write.
    """
    before, after = _standing(thing(change, "old_chat_member")), _standing(thing(change, "new_chat_member"))
    if after is None or before is after:
        return None
    if not group:
        return Kind.BLOCKED if after is Standing.AWAY else Kind.UNBLOCKED
    if after is Standing.AWAY:
        return Kind.BOT_REMOVED
    return Kind.BOT_ADDED if after is Standing.WRITES else Kind.BOT_SILENCED


def _standing(member: Mapping[str, Any]) -> Standing | None:
    """None for a status that we do not know."""
    status = words(member, "status")
    if status in ("creator", "administrator", "member"):
        return Standing.WRITES
    if status in ("left", "kicked"):
        return Standing.AWAY
    if status != "restricted":
        return None
    if member.get("is_member") is False:
        return Standing.AWAY
    return Standing.WRITES if member.get("can_send_messages") is True else Standing.SILENT
