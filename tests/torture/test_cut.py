"""The vendor takes a message and cuts the line: replies come once more and say so, broadcasts never."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.outbox import Lane, owed, parcels
from tests.fakes.illness import Fault
from tests.torture.load import Written
from tests.torture.rounds import letter
from tests.torture.stage import Stage, stage

pytestmark = pytest.mark.process
SENDS = {"telegram": "sendmessage", "zalo-bot": "sendMessage", "zalo-oa": "/message/cs"}


async def test_a_reply_whose_answer_never_came_is_sent_once_more_and_marked(folder: Path, dice: random.Random) -> None:
    async with stage(folder, dice) as made:
        await made.starts()
        first = await _cut(made, times=1)
        assert [_copies(made, one) for one in first] == [2, 2, 2]
        second = await _cut(made, times=2)
        assert [_copies(made, one) for one in second] == [2, 2, 2], "nobody is written to three times"
        assert Counter(await _ends(made, Lane.REPLY)) == {
            ("sent", True, None): 3,
            ("failed", True, "network: ServerDisconnectedError"): 3,
        }
        found = await made.audited()
        assert not found.faults
        assert (found.marked, sum(found.duplicates.values())) == (6, 6)
        given_up = made.service.lines("something owed was given up")
        assert len(given_up) == 3, made.service.tail()
        assert await made.service.figure('tocds_owed{state="failed"}') == 3
        twice = [await made.service.figure(f'tocds_messages_maybe_twice{{account="{one}"}}') for one in made.accounts]
        assert twice == [1, 1, 1]


async def test_a_broadcast_whose_answers_never_came_is_sent_to_nobody_twice(folder: Path, dice: random.Random) -> None:
    async with stage(folder, dice) as made:
        await made.starts()
        made.vendors.suffers({"DROP_AFTER": 0.5}, dice, lambda: 0.0)
        async with made.flowing(0):
            await letter(made, 7)
        await made.settles()
        found = await made.audited()
        assert not found.faults
        others = [one for one in made.vendors.landed() if one.chat != made.district.admin.chat]
        assert set(Counter(one.chat for one in others).values()) == {1}, "one letter each, and nothing else"
        ends = Counter(await _ends(made, Lane.BULK))
        assert ends.total() == len(others)
        assert {state for state, _, _ in ends} == {"sent", "failed"}
        assert not any(marked for _, marked, _ in ends)


async def _cut(made: Stage, times: int) -> list[Written]:
    """One person of each messenger writes, and so many answers to what is sent to them are cut off."""
    people = {one.vendor.channel: one for one in made.district.members}
    for channel, person in people.items():
        fake = person.vendor.fake
        fake.breaks(Fault.DROP_AFTER, SENDS[channel], times=times)
    written = [made.load.writes(person) for person in people.values()]
    await made.settles()
    return written


def _copies(made: Stage, written: Written) -> int:
    mark = f"“lan {written.number}”"
    return sum(mark in one.text for one in made.vendors.landed())


async def _ends(made: Stage, lane: Lane) -> list[tuple[str, bool, str | None]]:
    async with made.database() as database, database.read() as connection:
        asked = (
            select(owed.c.state, parcels.c.maybe_twice, owed.c.reason)
            .join(parcels, parcels.c.id == owed.c.parcel_id)
            .where(owed.c.lane == int(lane))
        )
        return [(row.state, row.maybe_twice, row.reason) for row in await connection.execute(asked)]
