"""The hours of a day at which nobody is written to unasked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Stretches of the day, each from one time up to (not including) another, over midnight where it ends earlier."""

    spans: tuple[tuple[time, time], ...] = ()

    def ends(self, local: datetime) -> datetime | None:
        """When the stretch ends in which a moment on people's clock lies; None where it lies in none."""
        now = local.time()
        for begins, ends in self.spans:
            over_midnight = ends <= begins
            inside = (now >= begins or now < ends) if over_midnight else begins <= now < ends
            if inside:
                day = local.date() + timedelta(days=1 if over_midnight and now >= begins else 0)
                return datetime.combine(day, ends, tzinfo=local.tzinfo)
        return None


def quiet_hours(text: str) -> QuietHours:
    """ "20:30-06:30,11:30-13:30"; empty: none. Raises ValueError, with what would do."""
    spans = []
    for one in (one.strip() for one in text.split(",") if one.strip()):
        found = _SPAN.fullmatch(one)
        if found is None or found.group(1, 2) == found.group(3, 4):
            raise ValueError(f"{one!r} must look like 20:30-06:30 (several with commas between; empty: none)")
        begins, ends = (time(int(found.group(at)), int(found.group(at + 1))) for at in (1, 3))
        spans.append((begins, ends))
    if sum(map(_minutes, spans)) >= _DAY:
        raise ValueError("leaves no hour of the day at which anything may be sent")
    return QuietHours(tuple(spans))


def _minutes(span: tuple[time, time]) -> int:
    begins, ends = (60 * one.hour + one.minute for one in span)
    return (ends - begins) % _DAY


USUAL = "20:30-06:30,11:30-13:30"
"""At night, and while people rest at noon (domain.md §6)."""
