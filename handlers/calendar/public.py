"""Vietnam's public holidays, as the library `holidays` knows them: the only place that asks it.

It has no subdivisions for Vietnam: the days are the same in every province. Days off that the government moved are in
it only once they were published and it was updated; what is missing goes into the table of moved days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import holidays

_COUNTRY = "VN"
_DAY_ONE = "Lunar New Year"


@cache
def holidays_of(year: int) -> Mapping[date, str]:
    """The public holidays of a year, with their names in the operator's language (Labour Code 2019, Article 112;
    Resolution 80-NQ/TW), days off in lieu among them."""
    return dict(holidays.country_holidays(_COUNTRY, years=year, language="en_US"))


@cache
def made_up(year: int) -> frozenset[date]:
    """Saturdays and Sundays of a year that the government made working days, as far as they were published."""
    found = holidays.country_holidays(_COUNTRY, years=year).weekend_workdays
    return frozenset(day for day in found if day.year == year)


@cache
def tet(year: int) -> date:
    """The first day of the first lunar month, computed for UTC+7 (2030: 2 February, a day before China's)."""
    return next(day for day, name in holidays_of(year).items() if name == _DAY_ONE)
