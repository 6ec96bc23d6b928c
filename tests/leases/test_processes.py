"""Several processes on one PostgreSQL: they share the work, and one at a time sends for an account."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.accounts import webhook_secret
from bot.channels.telegram.channel import LIMITS, SECRET_HEADER
from bot.secrets import vault
from storage import addresses
from storage.schema import new_id
from storage.upgrade import downgrade
from storage.writing import apply
from tests.fakes.telegram import FREE, FakeTelegram
from tests.fakes.telegram_town import Town as Phone
from tests.fakes.telegram_town import Update
from tests.leases.cluster import LEASE, Cluster, Member

pytestmark = pytest.mark.process

SLACK = 4.0
"""Seconds that a busy machine may take to notice that a lease has run out."""


@pytest.fixture
async def cluster(tmp_path: Path, url: str) -> AsyncIterator[Cluster]:
    async with FakeTelegram(FREE) as telegram:
        made = Cluster(tmp_path, telegram, url)
        await made.found()
        yield made
        await made.end()
        for output in made.outputs:
            assert telegram.token.partition(":")[2] not in output.text
            assert "Traceback" not in output.text


async def chats(cluster: Cluster, number: int) -> list[int]:
    """People at Telegram who wrote to us once; the ids of their chats here."""
    found = []
    async with cluster.database.write() as connection:
        for user in range(5001, 5001 + number):
            cluster.telegram.person(user, f"Người {user}")
            found.append(new_id())
            account = cluster.town.channel.account_id
            opened = addresses.opened(found[-1], account, str(user), False, f"Người {user}", cluster.town.now)
            await apply(connection, [opened])
    return found


def heard(telegram: FakeTelegram) -> Counter[str]:
    return Counter(one.text for one in telegram.sent)


async def all_sent(cluster: Cluster) -> bool:
    return await cluster.ask("select count(*) from owed where state != 'sent'") == [(0,)]


async def declared(cluster: Cluster, telegram: FakeTelegram) -> None:
    """What came twice is no more than was under way, and was marked; nothing else was lost or doubled."""
    words = {row[0] for row in await cluster.ask("select words from owed")}
    came = heard(telegram)
    assert words == set(came)
    twice = {one for one, times in came.items() if times > 1}
    marked = await cluster.ask(
        "select part.words from parcel_parts part join parcels on parcels.id = part.parcel_id where maybe_twice"
    )
    assert twice <= {row[0] for row in marked}
    assert max(came.values()) <= 2


async def in_the_middle(cluster: Cluster, doors: list[int], wave: str, seconds: float = 40) -> None:
    """Much is owed at once; returns when a part of it has arrived and answers are awaited."""
    telegram = cluster.telegram
    before = len(telegram.sent)
    telegram.latency = lambda: 0.2
    await cluster.owes({door: f"{wave} {door}" for door in doors})
    await telegram.wait_for(lambda: len(telegram.sent) >= before + len(doors) // 2, seconds)
    assert not await all_sent(cluster)


async def test_a_frozen_holder_is_relieved_and_a_dead_one_too(cluster: Cluster) -> None:
    telegram, doors = cluster.telegram, await chats(cluster, 80)
    members = await cluster.members()
    first = await cluster.holder(members)
    (other,) = (one for one in members if one is not first)
    assert 'tocds_sending_lease{account="telegram"} 1.0' in await first.get("/metrics")
    assert 'tocds_sending_lease{account="telegram"} 0.0' in await other.get("/metrics")
    (account,) = json.loads(await cluster.commands("channel", "list", "--json"))
    assert f":{first.output.process.pid}:" in account["holder"]
    assert await other.sends_for() == []
    await in_the_middle(cluster, doors, "đợt một")
    assert telegram.refused == [], "one process asks for events, and not two"

    first.output.process.send_signal(signal.SIGSTOP)
    assert await relieved_within(cluster, other) < LEASE + SLACK
    await cluster.become(lambda: all_sent(cluster))
    await declared(cluster, telegram)
    assert sum(heard(telegram).values()) - len(heard(telegram)) <= LIMITS.in_flight
    before = len(telegram.sent)
    first.output.process.send_signal(signal.SIGCONT)
    await first.output.says("action=lease_lost account=telegram")
    await cluster.owes({doors[0]: "sau khi tỉnh"})
    await cluster.become(lambda: all_sent(cluster))
    assert [one.text for one in telegram.sent[before:]] == ["sau khi tỉnh"]
    assert (await first.sends_for(), await other.sends_for()) == ([], ["telegram"])

    await in_the_middle(cluster, doors, "đợt hai")
    doubles = sum(heard(telegram).values()) - len(heard(telegram))
    other.output.process.kill()
    assert await relieved_within(cluster, first) < LEASE + SLACK
    await cluster.become(lambda: all_sent(cluster))
    await declared(cluster, telegram)
    assert sum(heard(telegram).values()) - len(heard(telegram)) - doubles <= LIMITS.in_flight
    assert await cluster.stops(first.output) == 0


async def test_a_holder_frozen_in_the_middle_of_a_statement_is_relieved(cluster: Cluster) -> None:
    """It holds the lease's row just then, and the server takes it for active."""
    telegram, (door,) = cluster.telegram, await chats(cluster, 1)
    first = await cluster.member(FREEZES_BEFORE="UPDATE parcel_parts")
    assert await cluster.holder([first]) is first
    other = await cluster.member()
    await cluster.owes({door: "một tin"})
    await cluster.become(first.is_frozen)
    assert await relieved_within(cluster, other) < LEASE + SLACK
    await cluster.become(lambda: all_sent(cluster))
    await declared(cluster, telegram)
    assert heard(telegram) == {"một tin": 2}
    await other.output.says("action=silence sessions_ended=1")
    first.output.process.send_signal(signal.SIGCONT)
    await first.output.says("action=lease_lost account=telegram")


async def relieved_within(cluster: Cluster, by: Member) -> float:
    """Seconds until the other process sends."""
    began = time.monotonic()

    async def sends() -> bool:
        return bool(await by.sends_for())

    await cluster.become(sends)
    return time.monotonic() - began


async def test_the_clock_strikes_in_two_processes_and_once_for_a_group(cluster: Cluster) -> None:
    """Both start in the second in which the weekly tally is due, and both fire."""
    telegram, groups = cluster.telegram, [-1000 - number for number in range(8)]
    for number, group in enumerate(groups):
        await bound(cluster, group, f"Xã {number}")
    cluster.moment = "2026-11-23T07:30:01+07:00"
    members = await cluster.members(JOBS="on")
    for one in members:
        await one.output.says("action=fired job=weekly-tally period=2026-W47")
    done = [int((await one.output.says(r"action=fired .* done=(\d+)")).group(1)) for one in members]
    assert sum(done) == len(groups)
    await cluster.become(lambda: all_sent(cluster))
    for number, group in enumerate(groups):
        (text,) = [one for one in telegram.heard(group) if one]
        assert f"XÃ {number}" in text.upper()
    posts = "select count(*), count(distinct address_id) from owed where lane = 1"
    assert await cluster.ask(posts) == [(len(groups), len(groups))]
    assert await cluster.ask("select count(*) from media") == [(len(groups),)]
    assert await cluster.ask("select count(*), count(distinct unit_id) from occurrences where state = 'done'") == [
        (8, 8)
    ]
    assert await cluster.ask(
        "select count(*) from media where not exists (select 1 from occurrences o where o.media_id = media.id)"
    ) == [(0,)], "no picture is left over by whoever came second"
    for one in members:
        assert await cluster.stops(one.output) == 0


async def bound(cluster: Cluster, group: int, commune: str) -> None:
    """A group at Telegram that belongs to a commune with one village."""
    town = cluster.town
    cluster.telegram.group(group, f"Tổ CĐS {commune}")
    unit, address = await town.place(commune), new_id()
    an = await town.person(f"An ở {commune}", f"{commune}/Thôn 1")
    cluster.telegram.person(an.vendor_id)
    await an.says("vneid 3 dvc 2")
    account, now = town.channel.account_id, town.now
    async with cluster.database.write() as connection:
        opened = addresses.opened(address, account, str(group), True, commune, now)
        await apply(connection, [opened, *addresses.bound(new_id(), address, unit, None, now)])


MESSAGES = 10


async def says(cluster: Cluster, doors: list[Member], user: str, updates: list[Update]) -> None:
    """Somebody writes one message after another; the balancer brings them now to one process, now to the other."""
    keys = vault(cluster.settings["SECRET_KEY"], cluster.folder)
    secret = webhook_secret(keys, "telegram", cluster.town.channel.account_id)
    async with ClientSession(headers={SECRET_HEADER: secret}) as session:
        for number, update in enumerate(updates):
            url = f"http://127.0.0.1:{doors[(int(user) + number) % len(doors)].port}/webhook/telegram/telegram"
            async with session.post(url, json=update) as answered:
                assert answered.status == 200


async def test_what_comes_in_through_both_doors_is_answered_once_and_in_order(cluster: Cluster) -> None:
    vendor, people = Phone("8101", "tocds_test_bot"), []
    for number in range(20):
        people.append(await cluster.town.person("Lò Văn An", f"Tú Lệ/Thôn {number + 1}"))
        cluster.telegram.person(people[-1].vendor_id)
        vendor.person(people[-1].vendor_id)
    members = await cluster.members(PUBLIC_BASE_URL="http://127.0.0.1:9")
    said = {
        one.vendor_id: [vendor.says(one.vendor_id, f"người {number}") for number in range(1, MESSAGES + 1)]
        for one in people
    }
    await asyncio.gather(*(says(cluster, members, user, updates) for user, updates in said.items()))

    async def all_lived() -> bool:
        return await cluster.ask("select count(*) from journal where state = 'new'") == [(0,)]

    await cluster.become(all_lived)
    await cluster.become(lambda: all_sent(cluster))
    for user in said:
        receipts = re.findall(r"Đã ghi cho [^:]*: lượt người (\d+)", "\n".join(cluster.telegram.heard(user)))
        assert [int(number) for number in receipts] == list(range(1, MESSAGES + 1))
    assert await cluster.ask("select count(*), count(distinct journal_id) from checkins") == [(200, 200)]
    assert await cluster.ask("select distinct state from journal") == [("done",)]


async def test_a_service_whose_database_is_behind_does_not_start(cluster: Cluster) -> None:
    await downgrade(cluster.database, "0001")
    code, said = await cluster.types("run")
    assert code == 1
    assert said == "tocds: the database's schema is behind this program: run `tocds db upgrade` first\n"
