"""The weeks around Tết by the lunar calendar at UTC+7: from the 23rd of the twelfth month to the 7th of the first.

Day 1 comes from `holidays` (handlers.calendar.public). It does not tell whether the twelfth month has 29 or 30 days, so
the new moon before is computed. Calendars made for China are computed at UTC+8 and differ (2030: one day).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from math import radians, sin

from handlers.calendar.public import tet

_HANOI = timezone(timedelta(hours=7))
_MONTH = 29.530588861
"""Days of a mean lunar month."""
_FIRST = date(2000, 1, 6)
"""The new moon that Meeus counts from."""
_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)
_EPOCH_JULIAN = 2451545.0
_UNIVERSAL = timedelta(seconds=70)
"""Dynamical time is ahead of the clock by about so much in these decades."""

KITCHEN_GODS = 23
"""The day of the twelfth month on which the Kitchen Gods leave and people begin to prepare."""
LAST_DAY = 7
"""The day of the first month on which the poles are taken down."""


@cache
def tet_weeks(year: int) -> tuple[date, date]:
    """The first and the last day of the weeks around the Tết of a year (that of day 1)."""
    first = tet(year)
    twelfth = new_moon_day(round((first - _FIRST).days / _MONTH) - 1)
    return twelfth + timedelta(days=KITCHEN_GODS - 1), first + timedelta(days=LAST_DAY - 1)


def in_tet_weeks(day: date) -> bool:
    """Whether a day lies in the weeks around a Tết; all of them lie between January and March."""
    first, last = tet_weeks(day.year)
    return first <= day <= last


def new_moon_day(number: int) -> date:
    """The day in Vietnam on which a lunar month begins; 0 is that of 6 January 2000.

    J. Meeus, Astronomical Algorithms (2nd ed.), chapter 49, with the terms above 0.0005 days: good to a minute or two.
    """
    century = number / 1236.85
    eccentricity = 1 - 0.002516 * century
    sun = radians(2.5534 + 29.10535670 * number)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * century**2)
    latitude = radians(160.7108 + 390.67050284 * number - 0.0016118 * century**2)
    julian = 2451550.09766 + _MONTH * number + 0.00015437 * century**2
    julian += -0.40720 * sin(moon) + 0.01608 * sin(2 * moon) + 0.01039 * sin(2 * latitude)
    julian += eccentricity * (0.17241 * sin(sun) + 0.00739 * sin(moon - sun) - 0.00514 * sin(moon + sun))
    julian += eccentricity**2 * 0.00208 * sin(2 * sun)
    julian += -0.00111 * sin(moon - 2 * latitude) - 0.00057 * sin(moon + 2 * latitude)
    return (_EPOCH + timedelta(days=julian - _EPOCH_JULIAN) - _UNIVERSAL).astimezone(_HANOI).date()
