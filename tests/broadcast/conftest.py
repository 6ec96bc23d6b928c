"""A commune with a lead, some teams and a group."""

from __future__ import annotations

import pytest

from tests.broadcast.office import Office, open_office
from tests.town import Town


@pytest.fixture
async def office(town: Town) -> Office:
    return await open_office(town)
