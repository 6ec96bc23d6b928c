"""The service as operators and people know it: started, stopped, cut off, and in trouble with its neighbours."""

from __future__ import annotations

import asyncio
import json
import signal
import socket

import pytest
from aiohttp import ClientSession

from tests.fakes.telegram import FakeTelegram, Fault
from tests.service.conftest import House

pytestmark = pytest.mark.process


async def enrol(telegram: FakeTelegram, code: str, user: int = 1001, name: str = "Lò Văn An") -> None:
    """Somebody of the roster joins by a code, says yes, and is recognised by name."""
    telegram.person(user, name)
    await _answered(telegram, user, f"/start {code}")
    for _ in range(4):
        last = telegram.heard(user)[-1]
        if "ghi việc" in last.casefold() and "\n1." not in last:
            break
        await _answered(telegram, user, "1")


async def _answered(telegram: FakeTelegram, user: int, text: str, seconds: float = 20) -> str:
    before = len(telegram.heard(user))
    telegram.says(user, text)
    await telegram.wait_for(lambda: len(telegram.heard(user)) > before, seconds)
    return telegram.heard(user)[-1]


async def test_a_member_enrols_and_checks_in_while_the_operator_looks_on(house: House, telegram: FakeTelegram) -> None:
    """Polling, from nothing to the receipt; then a tally fired beside the running service reaches the group."""
    code = await house.settle()
    service = await house.runs()
    assert await house.get("/healthz") == (200, '{"status": "ok"}')
    status, body = await house.get("/readyz")
    assert (status, json.loads(body)) == (200, {"ready": True, "troubles": {}})
    await enrol(telegram, code)
    receipt = await _answered(telegram, 1001, "vneid 3 dvc 2")
    assert receipt.startswith("Đã ghi cho Bản Lềnh")
    assert house.rows("select count(*) from checkins") == [(1,)]
    status, figures = await house.get("/metrics")
    assert status == 200
    assert 'tocds_owed{state="sent"}' in figures
    assert 'tocds_turns{end="done"}' in figures
    assert await house.stops(service) == 0
    code_, said = await house.types("channel", "list", "--json")
    (account,) = json.loads(said)
    assert account["messages_in"] == len(telegram.heard(1001))
    assert account["messages_out"] == len(telegram.heard(1001))
    assert (account["people"], account["groups"], account["enabled"]) == (1, 0, True)


async def test_what_a_command_owes_beside_a_running_service_is_sent_within_seconds(
    house: House, telegram: FakeTelegram
) -> None:
    code, said = await house.types("roster", "sample", "s.csv")
    await house.settle()
    code, said = await house.types("invite", "--unit", "Tú Lệ", "--role", "commune_lead", "--json")
    await house.runs()
    telegram.group(-1001, "Tổ CĐS xã Tú Lệ")
    await enrol(telegram, json.loads(said)["code"], 2001, "Hoàng Thị Hà")
    telegram.says(2001, "/nhom", chat=-1001)
    await telegram.wait_for(lambda: bool(telegram.heard(-1001)), 20)
    before = len(telegram.heard(-1001))
    code, said = await house.types("job", "run", "weekly-tally", "--week", "2026-W40")
    assert code == 0, said
    await telegram.wait_for(lambda: len(telegram.heard(-1001)) > before, 5)
    again, said = await house.types("job", "run", "weekly-tally", "--week", "2026-W40")
    assert (again, "nothing posted" in said) == (0, True)


async def test_by_webhook_the_same_conversation(house: House, telegram: FakeTelegram) -> None:
    code = await house.settle()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = await house.runs(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port))
    await telegram.wait_for(lambda: bool(telegram.webhook), 20)
    assert telegram.webhook["url"] == f"http://127.0.0.1:{port}/webhook/telegram/telegram"
    await enrol(telegram, code)
    assert (await _answered(telegram, 1001, "vneid 3")).startswith("Đã ghi")
    assert set(telegram.webhook_answers) == {200}
    assert await house.stops(service) == 0

    # The next start need not register again; after a time of polling it must.
    calls = telegram.calls["setwebhook"]
    service = await house.runs(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port))
    assert (await _answered(telegram, 1001, "vneid 4")).startswith("Đã ghi")
    assert telegram.calls["setwebhook"] == calls
    await house.stops(service)
    service = await house.runs()
    assert (await _answered(telegram, 1001, "vneid 5")).startswith("Đã ghi")
    assert telegram.webhook == {}
    await house.stops(service)
    await house.runs(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port))
    await telegram.wait_for(lambda: telegram.calls["setwebhook"] > calls, 20)


async def test_a_second_service_on_the_same_file_is_refused(house: House) -> None:
    service = await house.runs()
    code, said = await house.types("run")
    assert code == 1
    assert len(said.splitlines()) == 1
    assert "another tocds is running" in said
    assert (await house.get("/readyz"))[0] == 200
    assert await house.stops(service) == 0
    assert await house.stops(await house.runs()) == 0


async def test_a_service_that_is_killed_in_a_burst_loses_nothing_and_does_nothing_twice(
    house: House, telegram: FakeTelegram
) -> None:
    code = await house.settle()
    service = await house.runs()
    await enrol(telegram, code)
    enrolled = house.rows("select count(*) from journal")[0][0]
    for number in range(60):
        telegram.says(1001, f"vneid {number % 9 + 1} ghi chú: lần {number}")
    await house.until(lambda: house.rows("select count(*) from journal")[0][0] > enrolled)
    await house.stops(service, signal.SIGKILL)
    acknowledged = house.rows("select count(*) from journal")[0][0]
    assert acknowledged > enrolled
    service = await house.runs()
    await house.until(lambda: house.rows("select count(*) from checkins where kind = 'report'")[0][0] >= 60)
    assert house.rows("select count(*) from checkins") == [(60,)]
    assert house.rows("select count(*) from journal") == [(enrolled + 60,)]
    assert house.rows("select count(distinct journal_id) from checkins") == [(60,)]
    assert house.rows("select state, count(*) from journal group by state") == [("done", enrolled + 60)]
    # Stopped while replies are still owed: the next start sends them.
    assert await house.stops(service) == 0
    await house.runs()
    await house.until(lambda: house.rows("select count(*) from owed where state = 'owed'") == [(0,)])


async def test_a_service_that_is_stopped_in_the_middle_loses_nothing(house: House, telegram: FakeTelegram) -> None:
    code = await house.settle()
    service = await house.runs()
    await enrol(telegram, code)
    for number in range(30):
        telegram.says(1001, f"vneid {number % 9 + 1}")
    assert await house.stops(service) == 0
    assert house.rows("select count(*) from parcels where state = 'sending'") == [(0,)]
    await house.runs()
    await house.until(lambda: house.rows("select count(*) from checkins") == [(30,)])
    assert house.rows("select count(*) from parcels where maybe_twice") == [(0,)]


async def test_telegram_is_down_at_the_start_and_comes_back(house: House, telegram: FakeTelegram) -> None:
    telegram.breaks(Fault.BAD_GATEWAY)
    await house.runs()
    await telegram.wait_for(lambda: telegram.calls["getme"] > 0, 20)
    async with asyncio.timeout(10):
        while True:
            status, body = await house.get("/readyz")
            if json.loads(body)["troubles"]:
                break
            await asyncio.sleep(0.05)
    assert (status, json.loads(body)["ready"], list(json.loads(body)["troubles"])) == (200, True, ["telegram"])
    telegram.says(1001, "xin chào")
    telegram.mends()
    await telegram.wait_for(lambda: bool(telegram.heard(1001)), 10)
    assert json.loads((await house.get("/readyz"))[1])["troubles"] == {}


@pytest.mark.parametrize("fault", [Fault.GARBAGE, Fault.FLOOD, Fault.INDISCREET, Fault.UNAUTHORISED, Fault.DROP_BEFORE])
async def test_an_ill_telegram_is_lived_through_without_a_word_of_the_token(
    house: House, telegram: FakeTelegram, fault: Fault
) -> None:
    telegram.breaks(fault)
    service = await house.runs(LOG_FORMAT="json")
    await telegram.wait_for(lambda: telegram.calls["getme"] > 1, 20)
    assert (await house.get("/readyz"))[0] == 200
    assert await house.stops(service) == 0
    assert all(json.loads(line) for line in service.lines)


async def test_a_port_that_is_taken_is_named(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, said = await house.types("run", HTTP_PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert said.splitlines()[-1].startswith("tocds: HTTP_PORT: ")


@pytest.mark.parametrize(("name", "value"), [("TIMEZONE", "Asia/Tu_Le"), ("TELEGRAM_BOT_TOKEN", "secret-part")])
async def test_a_wrong_setting_is_named(house: House, name: str, value: str) -> None:
    code, said = await house.types("run", **{name: value})
    assert code == 1
    assert said.count("\n") == 1
    assert said.startswith(f"tocds: {name}: ")
    assert "secret-part" not in said


async def test_an_older_schema_is_upgraded_after_a_backup(house: House) -> None:
    service = await house.runs()
    await house.stops(service)
    newest = house.rows("select version_num from alembic_version")
    data = house.folder / "data"
    assert list(data.glob("*-before-*.db")) == []
    for (table,) in house.rows("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"):
        if table != "alembic_version":
            house.rows(f"drop table {table}")
    house.rows("delete from alembic_version")
    house.rows("create table keepsake (id integer)")
    house.rows("insert into alembic_version values ('base0')")
    code, said = await house.types("run")
    assert code == 1, "a revision that this program does not know is not guessed at"
    assert said.splitlines()[-1].startswith("tocds: ")
    assert "newer" in said
    assert house.rows("select count(*) from keepsake") == [(0,)]
    assert newest != []


async def test_the_secret_key_is_made_once_and_is_its_owners_alone(house: House) -> None:
    await house.stops(await house.runs())
    key = house.folder / "data" / "secret.key"
    made = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    await house.stops(await house.runs())
    assert key.read_text() == made
    token = house.rows("select token from accounts")[0][0]
    assert house.telegram.token.encode() not in token


# The door


async def test_the_door_checks_in_a_fixed_order_and_keeps_nothing_it_refuses(
    house: House, telegram: FakeTelegram
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    await house.runs(PUBLIC_BASE_URL=f"http://127.0.0.1:{port}", HTTP_PORT=str(port))
    await telegram.wait_for(lambda: bool(telegram.webhook), 20)
    secret = telegram.webhook["secret_token"]
    big, small = b"x" * ((1 << 20) + 1), b"not json"
    good = {"X-Telegram-Bot-Api-Secret-Token": secret}

    async def pieces(body: bytes):  # type: ignore[no-untyped-def]
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    async def post(account: str, body: object, headers: dict[str, str] | None = None) -> int:
        url = f"http://127.0.0.1:{port}/webhook/{account}"
        async with ClientSession() as session, session.post(url, data=body, headers=headers or {}) as answer:
            return answer.status

    assert await post("telegram/nobody", big) == 404
    assert await post("zalo-bot/telegram", small, good) == 404
    assert await post("telegram/telegram", big) == 413
    assert await post("telegram/telegram", pieces(big)) == 413
    assert await post("telegram/telegram", small) == 401
    assert await post("telegram/telegram", small, {"X-Telegram-Bot-Api-Secret-Token": f"{secret}x"}) == 401
    assert await post("telegram/telegram", b" " * (1 << 20)) == 401
    assert await post("telegram/telegram", small, good) == 400
    assert await post("telegram/telegram", b"", good) == 400
    assert await post("telegram/telegram", b"[" * 100_000, good) == 400
    assert await post("telegram/telegram", b"\xff\xfe\x00", good) == 400
    assert house.rows("select count(*) from journal") == [(0,)]
    for odd in (b"[1, 2]", b"null", b'"x"', b'{"update_id": "x"}', b'{"update_id": 1, "poll": {}}', b"[1, 2]"):
        assert await post("telegram/telegram", odd, good) == 200
    assert house.rows("select state, count(*) from journal group by state") == [("ignored", 5)]
    assert (await house.get("/readyz"))[0] == 200
