"""How hard the machine tries: a little and always the same in the suite, `make fuzz` as long as one likes."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

TIMES = int(os.environ.get("FUZZ", "1"))
"""Multiplies the examples of every test here. Above 1 they are new ones each time."""


def effort(examples: int, **more: int) -> settings:
    """So many examples in the suite, with the same dice; a failure prints its example, to be kept as `@example`."""
    return settings(
        max_examples=examples * TIMES,
        deadline=None,
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        **more,
    )
