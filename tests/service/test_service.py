"""The whole service in this process, put together by the same file: webhooks, health, trouble with Telegram."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import preparing
from bot.preparing import CannotStart, prepare
from storage import upgrade
from storage.engine import Database
from tests.fakes.telegram import FakeTelegram, Fault
from tests.service.conftest import House, answer, enrol


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def until(met: Callable[[str], bool], house: House, path: str) -> str:
    async with asyncio.timeout(10):
        while True:
            _, body = await house.get(path)
            if met(body):
                return body
            await asyncio.sleep(0.02)


async def test_operators_see_that_it_lives_and_what_it_does(house: House, telegram: FakeTelegram) -> None:
    code = await house.settle()
    async with house.lives():
        assert await house.get("/healthz") == (200, '{"status": "ok"}')
        status, body = await house.get("/readyz")
        assert (status, json.loads(body)["ready"]) == (200, True)
        await enrol(telegram, code)
        await until(lambda figures: 'tocds_owed{state="sent"} 4.0' in figures, house, "/metrics")
        _, figures = await house.get("/metrics")
        for line in (
            'tocds_events{account="telegram"} 4.0',
            'tocds_turns{end="done"} 4.0',
            'tocds_messages_sent{account="telegram"} 4.0',
            "tocds_events_waiting 0.0",
        ):
            assert line in figures
        assert (await house.get("/nowhere"))[0] == 404
    (account,) = json.loads(await house.commands("channel", "list", "--json"))
    assert (account["messages_in"], account["messages_out"]) == (4, 4)
    assert (account["people"], account["groups"], account["enabled"]) == (1, 0, True)


async def test_by_webhook_and_by_polling_and_back_the_same_conversation_goes_on(
    house: House, telegram: FakeTelegram
) -> None:
    code, port = await house.settle(), free_port()
    webhook = {"PUBLIC_BASE_URL": f"http://127.0.0.1:{port}", "HTTP_PORT": port}
    async with house.lives(**webhook):
        await enrol(telegram, code)
        assert (await answer(telegram, 1001, "vneid 3")).startswith("Đã ghi")
        assert telegram.webhook["url"] == f"http://127.0.0.1:{port}/webhook/telegram/telegram"
        assert set(telegram.webhook_answers) == {200}
    registered = telegram.calls["setwebhook"]
    async with house.lives(**webhook):
        assert (await answer(telegram, 1001, "vneid 4")).startswith("Đã ghi")
    assert telegram.calls["setwebhook"] == registered, "nothing has changed, so nothing is registered"
    async with house.lives():
        assert (await answer(telegram, 1001, "vneid 5")).startswith("Đã ghi")
        assert telegram.webhook == {}
    async with house.lives(**webhook):
        assert (await answer(telegram, 1001, "vneid 6")).startswith("Đã ghi")
        assert telegram.webhook != {}


async def test_telegram_is_down_at_the_start_and_comes_back(house: House, telegram: FakeTelegram) -> None:
    telegram.breaks(Fault.BAD_GATEWAY)
    async with house.lives():
        body = await until(lambda body: json.loads(body)["troubles"] != {}, house, "/readyz")
        assert json.loads(body)["ready"] is True
        assert list(json.loads(body)["troubles"]) == ["telegram"]
        telegram.says(1001, "xin chào")
        telegram.mends()
        await telegram.wait_for(lambda: bool(telegram.heard(1001)), 10)
        await until(lambda body: json.loads(body)["troubles"] == {}, house, "/readyz")


async def test_an_account_that_an_operator_disabled_stays_out_of_service(house: House, telegram: FakeTelegram) -> None:
    async with house.lives():
        pass
    await house.commands("channel", "disable", "telegram")
    async with house.lives() as service:
        assert service.channels == {}
        assert (await house.get("/readyz"))[0] == 200
        async with ClientSession() as session:
            url = f"http://127.0.0.1:{house.port}/webhook/telegram/telegram"
            assert (await session.post(url, data=b"{}")).status == 404


async def test_the_secret_key_is_made_once_and_is_its_owners_alone(house: House, telegram: FakeTelegram) -> None:
    async with house.lives():
        pass
    key = house.folder / "data" / "secret.key"
    made = key.read_text()
    assert len(made) == 64
    assert key.stat().st_mode & 0o777 == 0o600
    async with house.lives():
        assert key.read_text() == made
    assert telegram.token.encode() not in house.rows("select token from accounts")[0][0]
    assert list(key.parent.glob("secret*")) == [key]


@pytest.mark.only("sqlite")  # while PostgreSQL is away, events are kept in a spool: tests/torture/test_postgres.py
async def test_without_a_database_events_stay_with_the_vendor(house: House, telegram: FakeTelegram) -> None:
    port = free_port()
    async with house.lives(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=port) as service:
        await telegram.wait_for(lambda: bool(telegram.webhook), 10)
        real = service.database.turn_at_writing

        def away():  # type: ignore[no-untyped-def]
            raise OSError("disk full")

        service.database.turn_at_writing = away  # type: ignore[method-assign]
        telegram.says(1001, "xin chào")
        await telegram.wait_for(lambda: 503 in telegram.webhook_answers, 10)
        assert (await house.get("/healthz"))[0] == 200
        status, body = await house.get("/readyz")
        assert (status, json.loads(body)["troubles"]["database"]) == (503, "OSError")
        service.database.turn_at_writing = real  # type: ignore[method-assign]
        await telegram.wait_for(lambda: bool(telegram.heard(1001)), 10)
        assert (await house.get("/readyz"))[0] == 200
    assert house.rows("select count(*) from journal") == [(1,)]


# The door


async def test_the_door_checks_in_a_fixed_order_and_keeps_nothing_it_refuses(
    house: House, telegram: FakeTelegram
) -> None:
    port = free_port()
    big, small = b"x" * ((1 << 20) + 1), b"not json"

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * (1 << 16)

    async def post(account: str, body: object, headers: dict[str, str] | None = None) -> int:
        url = f"http://127.0.0.1:{port}/webhook/{account}"
        async with ClientSession() as session, session.post(url, data=body, headers=headers or {}) as answered:
            return answered.status

    async with house.lives(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=port):
        await telegram.wait_for(lambda: bool(telegram.webhook), 20)
        await until(lambda _body: bool(house.rows("select webhook_url from accounts")[0][0]), house, "/healthz")
        secret = telegram.webhook["secret_token"]
        good = {"X-Telegram-Bot-Api-Secret-Token": secret}
        assert await post("telegram/nobody", io.BytesIO(big)) == 404
        assert await post("zalo-bot/telegram", small, good) == 404
        assert await post("telegram/telegram", io.BytesIO(big)) == 413
        assert await post("telegram/telegram", pieces()) == 413
        assert await post("telegram/telegram", small) == 401
        assert await post("telegram/telegram", small, {"X-Telegram-Bot-Api-Secret-Token": f"{secret}x"}) == 401
        assert await post("telegram/telegram", io.BytesIO(b" " * (1 << 20))) == 401
        assert await post("telegram/telegram", small, good) == 400
        assert await post("telegram/telegram", b"", good) == 400
        assert await post("telegram/telegram", b"[" * 100_000, good) == 400
        assert await post("telegram/telegram", b"\xff\xfe\x00", good) == 400
        assert house.rows("select count(*) from journal") == [(0,)]
        for odd in (b"[1, 2]", b"null", b'"x"', b'{"update_id": "x"}', b'{"update_id": 1, "poll": {}}', b"[1, 2]"):
            assert await post("telegram/telegram", odd, good) == 200
        assert house.rows("select state, count(*) from journal group by state") == [("ignored", 5)]
        assert (await house.get("/readyz"))[0] == 200
    assert telegram.sent == []


# The schema


def databases(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.glob("*.db"))


async def test_an_older_schema_is_upgraded_after_a_backup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "tocds.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    await prepare(database, now)
    await prepare(database, now)
    assert databases(tmp_path) == ["tocds.db"], "a new database needs no backup"

    async def older(_database: Database) -> str:
        return "an older one"

    monkeypatch.setattr(preparing.upgrade, "current", older)
    monkeypatch.setattr(preparing.upgrade, "knows", lambda _revision: True)
    await prepare(database, now)
    copy, _ = databases(tmp_path)
    assert copy.startswith("tocds-before-")
    with sqlite3.connect(tmp_path / copy) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [(upgrade.newest(),)]
    await database.close()


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tocds.db"
    database = Database(f"sqlite+aiosqlite:///{file}")
    await prepare(database, datetime.now(UTC))
    with sqlite3.connect(file) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(CannotStart, match="made by a newer tocds"):
        await prepare(database, datetime.now(UTC))
    assert databases(tmp_path) == ["tocds.db"]
    await database.close()
