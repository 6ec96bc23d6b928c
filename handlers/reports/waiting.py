"""Villages still waited for: since when, and why as far as anybody knows. Never "has not done it"."""

from __future__ import annotations

from handlers.reports.facts import Cause, MissingVillage
from handlers.reports.room import clip
from locales import Text, _


def with_cause(village: MissingVillage, name: int = 40) -> Text:
    """ "Bản Lềnh (3 tuần, chưa ai tham gia)"."""
    values = {"village": clip(village.name, name), "since": _since(village.weeks)}
    cause = _why(village.cause)
    if cause is None:
        return _("{village} ({since})", **values)
    return _("{village} ({since}, {cause})", **values, cause=cause)


def _since(weeks: int) -> Text:
    return _("{weeks} weeks", weeks=weeks) if weeks > 1 else _("first week")


def _why(cause: Cause) -> Text | None:
    match cause:
        case Cause.NOBODY_JOINED:
            return _("nobody has joined yet")
        case Cause.ON_LEAVE:
            return _("on leave")
        case Cause.NO_SIGNAL:
            return _("no signal")
        case Cause.UNKNOWN:
            return None
