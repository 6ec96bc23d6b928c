"""May a message go to somebody now? One function decides for everything that nobody asked for; replies never ask.

Delivery asks it for every message before it takes it in hand (bot.holding), so no caller can forget; whoever wants to
say beforehand when something will go (a firing, a broadcast's preview) asks the same function.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.calendar.days import Calendar, calendar_of
from handlers.calendar.quiet import USUAL, QuietHours, quiet_hours
from handlers.turn import Surroundings
from locales import ZONE
from storage.calendar import MovedDays

BELIEVABLE = timedelta(days=60)
"""The longest that hours and holidays may hold a message; beyond that a rule must be wrong."""

URGENT = frozenset({"alarm", "urgent"})
"""Kinds that wait for no morning: an admin's alarm, a broadcast that its author declared urgent (a flood at night)."""
AWAITED = frozenset({"question", "answer"})
"""Kinds in which one person writes to another, who waits: the weeks around Tết do not hold them, holidays do."""
REMINDERS = frozenset({"remind-members", "lead-reminder"})
"""Kinds that somebody on leave is spared."""
PAUSABLE = frozenset({"remind-members", "remind-groups", "weekly-tally"})
"""Kinds that a pause of the place holds: what the clock says to members and groups. Its lead still gets the digest."""

_QUIET = "quiet hours"


class BadRule(ValueError):
    """The rules of sending cannot be right: what is not a reply is held until an operator has mended them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for everybody."""

    quiet: QuietHours = field(default_factory=lambda: quiet_hours(USUAL))
    calendar: Calendar = field(default_factory=Calendar)
    zone: ZoneInfo = ZONE


@dataclass(frozen=True, slots=True)
class Hearer:
    """What matters of the one who would hear it."""

    stopped: bool = False
    door_state: str = "open"
    away_until: date | None = None
    """The last day of a leave."""
    paused_until: datetime | None = None
    """When reminders go again at the place that it is about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """When it may go; None: not at all. `reason`: why not at once, in the operator's words; empty: at once."""

    at: datetime | None
    reason: str = ""


def rules_of(around: Surroundings, moved: MovedDays) -> Rules:
    """The rules by the settings and the table of moved days."""
    return Rules(around.quiet, calendar_of(moved, public=around.holidays), around.zone)


def may_send_at(when: datetime, rules: Rules, kind: str = "", hearer: Hearer | None = None) -> Verdict:
    """The first moment at or after `when` at which an unprompted message may go, and why not sooner.

    Never to somebody who said "dừng nhắn tin", nor to a door that refuses us. Lateness counts from the time given.
    Raises BadRule.
    """
    if hearer is not None and (refused := _never(hearer)):
        return Verdict(None, refused)
    at, reason, held = when, "", timedelta(0)
    while (step := _personal(at, rules, kind, hearer) or _general(at, rules, kind)) is not None:
        later, why, general = step
        held += (later - at) if general else timedelta(0)
        if held > BELIEVABLE:
            raise BadRule(f"nothing could be sent from {when:%Y-%m-%d} for {BELIEVABLE.days} days ({why})")
        reason = why if reason in ("", _QUIET) else reason  # a day that is closed says more than the night before it
        at = later
    return Verdict(at, reason)


def why_late(at: datetime, now: datetime, rules: Rules, allowed: timedelta, kind: str) -> str:
    """Why a firing of a time is not sent any more, in the operator's words; empty where it still is in time.

    It is due when it may first be sent, and that must not be later than allowed either: a reminder of Thursday evening
    that could go on Friday morning only is none any more.
    """
    due, goes = may_send_at(at, rules, kind), may_send_at(now, rules, kind)
    assert due.at is not None
    assert goes.at is not None
    if due.at - at > allowed:
        return f"{due.reason}: could go {_long(due.at - at)} late only"
    if now - due.at > allowed:
        return f"late by {_long(now - due.at)}"
    if goes.at - due.at > allowed:
        return f"late by {_long(now - due.at)}, and then {goes.reason}"
    return ""


def _never(hearer: Hearer) -> str:
    if hearer.stopped:
        return "stopped"
    return "" if hearer.door_state == "open" else hearer.door_state


def _personal(at: datetime, rules: Rules, kind: str, hearer: Hearer | None) -> tuple[datetime, str, bool] | None:
    """Past a pause or a leave that lies over a moment."""
    if hearer is None:
        return None
    if kind in PAUSABLE and hearer.paused_until is not None and at < hearer.paused_until:
        return hearer.paused_until, "paused", False
    if kind in REMINDERS and hearer.away_until is not None and at.astimezone(rules.zone).date() <= hearer.away_until:
        return _midnight_after(hearer.away_until, rules.zone, at), "on leave", False
    return None


def _general(at: datetime, rules: Rules, kind: str) -> tuple[datetime, str, bool] | None:
    """Past a day or an hour that is closed for everybody."""
    if kind in URGENT:
        return None
    if rules.calendar.broken:
        raise BadRule(rules.calendar.broken)
    local = at.astimezone(rules.zone)
    if closed := rules.calendar.closed(local.date(), awaited=kind in AWAITED):
        return _midnight_after(local.date(), rules.zone, at), closed, True
    ends = rules.quiet.ends(local)
    return None if ends is None else (ends.astimezone(at.tzinfo), _QUIET, True)


def _midnight_after(day: date, zone: ZoneInfo, like: datetime) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(like.tzinfo)


def _long(stretch: timedelta) -> str:
    hours = int(stretch.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
