"""Which equal numbers tell of one session that two people reported."""

from __future__ import annotations

from collections.abc import Mapping

_FROM = {"buoi": 1, "nguoi": 5, "ho": 5}
_FROM_OTHERWISE = 10
"""Two people who each helped three with VNeID are the rule, so small numbers are often equal by chance: most reports
hold a number below ten. A village rarely holds two sessions on one day, so an equal session tells already."""


def telling(values: Mapping[str, int]) -> tuple[str, ...]:
    """The codes whose number, if a colleague has the same, is worth a question."""
    return tuple(code for code, number in values.items() if number >= _FROM.get(code, _FROM_OTHERWISE))
