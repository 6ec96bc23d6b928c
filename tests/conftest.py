"""Fixtures that every floor shares."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.town import Town, make_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Tú Lệ on Wednesday of week 47, empty of people until a test invites them."""
    town = await make_town(tmp_path)
    yield town
    await town.database.close()
