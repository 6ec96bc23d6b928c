"""Fixtures that every floor shares."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.databases import KINDS, POSTGRESQL, apart, databases
from tests.town import Town, make_town


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("both", *KINDS), default="both", help="where tests that touch a database run"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything that touches a database runs on each kind, unless it is marked `only("postgresql")`."""
    if "database_kind" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        only = metafunc.definition.get_closest_marker("only")
        kinds = [kind for kind in KINDS if asked in ("both", kind) and (only is None or kind in only.args)]
        metafunc.parametrize("database_kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def database_kind(request: pytest.FixtureRequest) -> Iterator[str]:
    """What `tests.databases` makes for the tests that ask for this: "sqlite" or "postgresql"."""
    kind: str = request.param
    if kind == POSTGRESQL:
        try:
            postgres.started()
        except postgres.Missing as missing:
            pytest.skip(str(missing))
    before, databases.kind = databases.kind, kind
    yield kind
    databases.kind = before


@pytest.fixture(autouse=True)
def _databases_dropped() -> Iterator[None]:
    """Set up first, so that it comes last, when whoever used a database has closed it."""
    yield
    if databases.made:
        apart(databases.drop())


@pytest.fixture
async def town(tmp_path: Path, database_kind: str) -> AsyncIterator[Town]:
    """Tú Lệ on Wednesday of week 47, empty of people until a test invites them."""
    town = await make_town(tmp_path)
    yield town
    await town.database.close()
