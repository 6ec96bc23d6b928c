"""A pretend Official Account, a database that knows it, and a channel without patience."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.channels.zalo_oa.channel import OaApp, Where, ZaloOaChannel
from bot.channels.zalo_oa.plan import GROWTH, Plan
from bot.secrets import Vault
from storage import accounts
from storage.engine import Database
from tests.fakes.zalo_oa import APP_ID, APP_SECRET, OA_SECRET_KEY, FakeZaloOa
from tests.town import fresh_database

VAULT = Vault("a key of the tests")
APP = OaApp(APP_ID, APP_SECRET, OA_SECRET_KEY)


@pytest.fixture
async def server() -> AsyncIterator[FakeZaloOa]:
    async with FakeZaloOa() as fake:
        yield fake


@pytest.fixture
async def database(tmp_path: Path, server: FakeZaloOa, database_kind: str) -> AsyncIterator[Database]:
    """A database with the account in it."""
    known = await fresh_database(tmp_path)
    async with known.write() as connection:
        await accounts.seed(connection, [accounts.Seed("zalo-oa", APP_ID, "oa", None)], server.clock.now())
    yield known
    await known.close()


@pytest.fixture
async def account_id(database: Database) -> int:
    async with database.read() as connection:
        return (await accounts.every(connection))[0].id


@pytest.fixture
async def channel(server: FakeZaloOa, database: Database, account_id: int) -> AsyncIterator[ZaloOaChannel]:
    """A channel whose operator has given the refresh token."""
    oa = channel_to(server, database, account_id)
    await oa.open()
    await oa.tokens.give(server.oauth.refresh)
    yield oa
    await oa.close()


def channel_to(
    server: FakeZaloOa,
    database: Database,
    account_id: int,
    *,
    url: str = "",
    plan: Plan = GROWTH,
    vault: Vault = VAULT,
    app: OaApp = APP,
) -> ZaloOaChannel:
    """A channel that gives up after a second."""
    at = Where(url or server.url, url or server.url)
    return ZaloOaChannel("oa", account_id, app, database, vault, at, plan=plan, now=server.clock.now, answer_within=1.0)
