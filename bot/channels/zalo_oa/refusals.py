"""Why a call failed, from Zalo's answers to our own words. Codes: the error appendix of the OA pages; errors come
under HTTP 200, with a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.channels.base import SendFailed, Why
from bot.channels.fields import words
from bot.channels.zalo_oa.fields import document, number
from bot.channels.zalo_oa.wire import Answer, TooLarge, Unreachable

RATE_LIMIT = -32
TOKEN_DEAD = (-216, -220)
ATTACHMENT_DEAD = (-100, -214)
NIGHT = -234

ALARM_WAIT = 60.0
"""Nothing is wrong with the messages: they wait until the operator has mended the account."""
HOUR = 3600.0
VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class _Rule:
    why: Why
    retryable: bool = False
    wait: float | None = None
    everybody: bool = False


_ALARM = _Rule(Why.UNAUTHORISED, True, ALARM_WAIT, everybody=True)
_MISTAKE = _Rule(Why.MALFORMED)
_RULES: Mapping[int, _Rule] = {
    -100: _MISTAKE,
    -200: _Rule(Why.VENDOR, True),
    -201: _MISTAKE,
    -202: _ALARM,  # proof of the app secret
    -204: _ALARM,  # the Official Account is closed,
    -205: _ALARM,  # or not there
    -207: _ALARM,  # app and account are not connected
    -208: _ALARM,
    -209: _ALARM,
    -210: _MISTAKE,
    -211: _Rule(Why.QUOTA, True, HOUR),
    -212: _ALARM,
    -213: _Rule(Why.BLOCKED),
    -214: _Rule(Why.VENDOR, True),
    -215: _ALARM,
    -216: _ALARM,
    -217: _Rule(Why.BLOCKED),
    -218: _Rule(Why.QUOTA, True, HOUR),
    -220: _ALARM,
    -221: _ALARM,  # the Official Account is not verified
    -222: _Rule(Why.BLOCKED),
    -224: _ALARM,  # the package has no OpenAPI
    -227: _Rule(Why.BLOCKED),
    -230: _Rule(Why.WINDOW),
    -232: _Rule(Why.WINDOW),
    -233: _MISTAKE,
    -235: _MISTAKE,
    -237: _Rule(Why.CHAT_GONE),
    -238: _MISTAKE,
    -240: _MISTAKE,
    -241: _MISTAKE,
    -242: _ALARM,
    -244: _Rule(Why.BLOCKED),
    -248: _MISTAKE,
    -249: _MISTAKE,
    -305: _Rule(Why.WINDOW),
    -311: _Rule(Why.QUOTA, True, HOUR),
    -320: _Rule(Why.QUOTA, True, HOUR, everybody=True),
    -321: _Rule(Why.QUOTA, True, HOUR, everybody=True),
    -403: _Rule(Why.CHAT_GONE),
}
"""A code that is not here is taken for a refusal for good: asking again for three days would use up the rate."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of Zalo with a number that is not 0."""

    code: int
    message: str


def refusal(answer: Answer, hidden: tuple[str, ...] = ()) -> Refusal | None:
    """What Zalo refuses; None where it refuses nothing, or something else answered. `hidden`: never repeated."""
    said = document(answer.body)
    code = number(said, "error")
    if not code:
        return None
    message = words(said, "message") or words(said, "error_description") or words(said, "error_name")
    for secret in filter(None, hidden):
        message = message.replace(secret, "hidden")
    return Refusal(code, message[:200])


def explain(found: Refusal, now: datetime) -> SendFailed:
    """A refusal in our words."""
    detail = f"{found.code}: {found.message}"
    if found.code == RATE_LIMIT:
        return SendFailed(Why.RATE, detail, retryable=True, retry_after=_next_minute(now), whole_account=True)
    if found.code == NIGHT:
        return SendFailed(Why.RATE, detail, retryable=True, retry_after=_morning(now))
    rule = _RULES.get(found.code, _MISTAKE)
    return SendFailed(rule.why, detail, retryable=rule.retryable, retry_after=rule.wait, whole_account=rule.everybody)


_ADVICE: Mapping[int, str] = {
    -224: "the Official Account's package is too small for this: buy Tăng trưởng or Toàn diện at oa.zalo.me",
    -237: "the group is disabled or has expired: renew it at oa.zalo.me, or make another",
    -238: "this place for a group is used already: buy another at oa.zalo.me",
    -241: "this place for a group is not valid (any more): buy another at oa.zalo.me",
    -403: "the Official Account is not in this group: it reaches only groups that it made itself",
    -217: "somebody on the list takes no invitations: leave them out, they join by the link",
    -201: "Zalo does not take one of the values: a name of 1 to 30 letters, and people who follow or wrote lately",
}


def advice(failed: SendFailed) -> str:
    """One line for the operator of a command: what Zalo said, and what to do about it."""
    code = number({"code": str(failed).partition(": ")[2].partition(":")[0]}, "code")
    known = _ADVICE.get(code or 0)
    return f"{known} (Zalo: {code})" if known else f"Zalo: {failed}"


def not_spoken(answer: Answer, now: datetime) -> SendFailed:
    """Something answered that is not Zalo's API: a page of a proxy, garbage."""
    detail = f"{answer.status}: a page that is not Zalo's"
    if answer.status == 429:
        return SendFailed(Why.RATE, detail, retryable=True, retry_after=_next_minute(now), whole_account=True)
    # A proxy that gave up waiting does not know whether the message went, and an odd object may mean that it did.
    unknown = answer.status in (500, 504) or bool(document(answer.body))
    return SendFailed(Why.VENDOR, detail, retryable=True, maybe_sent=unknown)


def unreachable(trouble: Unreachable | TooLarge) -> SendFailed:
    """No answer came, or one without end."""
    if isinstance(trouble, Unreachable):
        return SendFailed(Why.NETWORK, str(trouble), retryable=True, maybe_sent=trouble.written)
    return SendFailed(Why.VENDOR, "an answer without end", retryable=True, maybe_sent=True)


def _next_minute(now: datetime) -> float:
    return 60.0 - now.second - now.microsecond / 1e6


def _morning(now: datetime) -> float:
    """Seconds until six o'clock in Vietnam."""
    here = now.astimezone(VIETNAM)
    six = here.replace(hour=6, minute=0, second=0, microsecond=0)
    return ((six if six > here else six + timedelta(days=1)) - here).total_seconds()
