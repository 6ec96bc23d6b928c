"""When a broadcast will go, where it is not at once: said before its author decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.clock.sending import BadRule, may_send_at, rules_of
from handlers.turn import Thinking, Turn, ask
from locales import Text, _
from storage.calendar import EveryMovedDay


@dataclass(frozen=True, slots=True)
class Waits:
    """Until when; None: until an operator has mended the rules of sending."""

    at: datetime | None


def goes_at(turn: Turn) -> Thinking[Waits | None]:
    """How long a broadcast confirmed now would wait; None where it goes at once."""
    moved = yield from ask(EveryMovedDay())
    try:
        verdict = may_send_at(turn.now, rules_of(turn.around, moved), "broadcast")
    except BadRule:
        return Waits(None)
    return Waits(verdict.at) if verdict.reason else None


def told(turn: Turn, waits: Waits) -> Text:
    """ "Giờ này bà con nghỉ, em gửi sáng mai lúc 6 giờ 30"."""
    if waits.at is None:
        return _("I cannot send to many just now. It waits with me, and the administrator knows.")
    return _("People are resting now, so it goes {when}.", when=when(turn, waits.at))


def when(turn: Turn, moment: datetime) -> Text:
    """A moment to come as people say it."""
    at = moment.astimezone(turn.around.zone)
    hour = _("{hour}:{minute}", hour=str(at.hour), minute=f"{at.minute:02d}")
    if at.date() == turn.today:
        return _("today at {hour}", hour=hour)
    if at.date() == turn.today + timedelta(days=1):
        return _("tomorrow at {hour}", hour=hour) if at.hour >= _NOON else _("tomorrow morning at {hour}", hour=hour)
    return _("on {day} at {hour}", day=at.date(), hour=hour)


_NOON = 12
