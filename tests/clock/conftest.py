"""A clock for the town."""

from __future__ import annotations

import pytest

from tests.clock.clockwork import Clockwork
from tests.town import Town


@pytest.fixture
def clock(town: Town) -> Clockwork:
    return Clockwork(town)
