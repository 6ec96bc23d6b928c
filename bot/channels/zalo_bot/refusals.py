"""Why a call failed, from Zalo's codes to our own words.

Only codes are looked at, never texts, which are not promised. Zalo publishes none for "this person deleted the bot":
a text that breaks no rule of ours and is refused may mean that, which is for bot.channels.zalo_bot.judging.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot.channels.base import SendFailed, Why
from bot.channels.zalo_bot.answers import Answer, Refused, Unreachable
from locales.dates import ZONE

UNAUTHORISED_WAIT = 60.0
"""Nothing is wrong with the messages: they wait until the operator has mended the token."""
TOO_FAST_WAIT = 10.0
"""Seconds to wait when the gate before the API says that we are too fast, and not how long."""
MORNING = time(7, 0)
"""When a quota is tried again: Zalo does not say when it begins anew, and nobody wants an old answer at midnight."""

REFUSALS = (400, 403, 404)
"""The message or its chat is refused; 403 is documented as an internal error."""
_UNKNOWN_OUTCOME = (408, 504)
"""Somebody behind the answer did not finish in time, so that the message may have been sent all the same."""


def explain(trouble: Exception, now: datetime) -> SendFailed:
    """The failure in our words. `now`: an aware time, from which a quota waits until the next morning."""
    if isinstance(trouble, Refused):
        return _spoken(trouble.answer, now) if trouble.answer.spoken else _unspoken(trouble.answer)
    if isinstance(trouble, Unreachable):
        return SendFailed(Why.NETWORK, str(trouble), retryable=True, maybe_sent=trouble.written)
    return SendFailed(Why.VENDOR, "an answer of an unknown shape", retryable=True, maybe_sent=True)


def until_morning(now: datetime) -> float:
    """Seconds until the next morning where the people are."""
    local = now.astimezone(ZONE)
    morning = local.replace(hour=MORNING.hour, minute=MORNING.minute, second=0, microsecond=0)
    return ((morning if morning > local else morning + timedelta(days=1)) - local).total_seconds()


def _spoken(answer: Answer, now: datetime) -> SendFailed:
    detail = f"{answer.code}: {answer.description}"
    if answer.code == 401:
        return _unauthorised(detail)
    if answer.code in (426, 429):  # this chat's alone: a person over the fiftieth must not silence the others
        return SendFailed(Why.QUOTA, detail, retryable=True, retry_after=until_morning(now))
    if answer.code in REFUSALS:
        return SendFailed(Why.MALFORMED, detail)
    return SendFailed(Why.VENDOR, detail, retryable=True, maybe_sent=answer.code in _UNKNOWN_OUTCOME)


def _unspoken(answer: Answer) -> SendFailed:
    detail = f"{answer.code}: {answer.description}"
    if answer.code == 401:
        return _unauthorised(detail)
    if answer.code == 429:
        wait = TOO_FAST_WAIT if answer.retry_after is None else answer.retry_after
        return SendFailed(Why.RATE, detail, retryable=True, retry_after=wait, whole_account=True)
    accepted = 200 <= answer.code < 300 and not answer.page
    maybe = accepted or answer.code in _UNKNOWN_OUTCOME
    asked = answer.retry_after
    return SendFailed(
        Why.VENDOR, detail, retryable=True, retry_after=asked, whole_account=asked is not None, maybe_sent=maybe
    )


def _unauthorised(detail: str) -> SendFailed:
    return SendFailed(Why.UNAUTHORISED, detail, retryable=True, retry_after=UNAUTHORISED_WAIT, whole_account=True)
