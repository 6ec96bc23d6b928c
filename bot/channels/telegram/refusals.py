"""Why a send failed, from Telegram's answers to our own words. The descriptions are those of the Bot API server."""

from __future__ import annotations

from telegram.error import TelegramError

from bot.channels.base import SendFailed, Why
from bot.channels.telegram.transport import Answer, Refused, Unreachable

UNASKED_WAIT = 5.0
"""Seconds to wait after a 429 that does not say how long."""
UNAUTHORISED_WAIT = 60.0
"""Nothing is wrong with the messages: they wait until the operator has mended the token."""

_BLOCKED = (
    "bot was blocked",
    "user is deactivated",
    "initiate conversation",
    "user_is_blocked",
    "input_user_deactivated",
)
_GONE = (
    "chat not found", "kicked", "not a member", "chat was deactivated", "group is deactivated", "user not found",
    "peer_id_invalid", "chat was deleted", "channel_private",
)  # fmt: skip
_NO_RIGHTS = (
    "no rights", "not enough rights", "need administrator rights", "chat_write_forbidden", "chat_restricted",
    "_forbidden", "topic_closed", "can't write in", "chat_admin_required",
)  # fmt: skip


def explain(trouble: Exception, group: bool = False) -> SendFailed:
    """The failure in our words. An exception that is not the transport's means: answered well, and not understood."""
    if isinstance(trouble, Refused):
        return _refused(trouble.answer, group)
    if isinstance(trouble, Unreachable):
        return SendFailed(Why.NETWORK, str(trouble), retryable=True, maybe_sent=trouble.written)
    if isinstance(trouble, TelegramError):
        return SendFailed(Why.VENDOR, type(trouble).__name__, retryable=True)
    return SendFailed(Why.VENDOR, "an answer of an unknown shape", retryable=True, maybe_sent=True)


def _refused(answer: Answer, group: bool) -> SendFailed:
    detail = f"{answer.status}: {answer.description}"
    if answer.status == 429:
        wait = UNASKED_WAIT if answer.retry_after is None else answer.retry_after
        return SendFailed(Why.RATE, detail, retryable=True, retry_after=wait, whole_account=True)
    if answer.moved_to:
        return SendFailed(Why.MOVED, detail, moved_to=answer.moved_to)
    if answer.status == 413:
        return SendFailed(Why.MALFORMED, detail)
    if not answer.spoken or answer.status >= 500 or answer.status < 400 or answer.status == 409:
        return SendFailed(Why.VENDOR, detail, retryable=True, retry_after=answer.retry_after)
    if answer.status in (401, 404):
        return SendFailed(Why.UNAUTHORISED, detail, retryable=True, retry_after=UNAUTHORISED_WAIT, whole_account=True)
    if "temporarily unavailable" in answer.description:
        return SendFailed(Why.VENDOR, detail, retryable=True)
    return SendFailed(_refusal(answer, group), detail)


def _refusal(answer: Answer, group: bool) -> Why:
    said = answer.description.casefold()
    for why, signs in ((Why.BLOCKED, _BLOCKED), (Why.NO_RIGHTS, _NO_RIGHTS), (Why.CHAT_GONE, _GONE)):
        if any(sign in said.removeprefix("forbidden: ").removeprefix("bad request: ") for sign in signs):
            return why
    if answer.status == 403:
        return Why.CHAT_GONE if group else Why.BLOCKED
    return Why.MALFORMED
