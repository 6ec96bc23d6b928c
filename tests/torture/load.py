"""People who write, and vendors that bring it: again until acknowledged, sometimes twice, sometimes out of order."""

from __future__ import annotations

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.torture.district import District, Person
from tests.torture.service import Service

TWICE = 0.05
"""How often an event that was taken is brought once more."""
AGAIN_AFTER = 0.4
"""Seconds until an event that was not taken comes again, at most."""
MOST_WAITING = 120
"""Events that wait for the door; beyond that people hold their breath."""
REPORTED = ("vneid", "dvc", "cks", "etax", "bdhv")
UNUSUAL = 500
"""Of one thing in a day; more of it is asked once more, and people go on with the next."""
MARK = re.compile(r"lan (\d+)")
"""What tells one check-in from all others, in the words of people and of receipts."""


@dataclass(slots=True)
class Written:
    """One thing that somebody wrote. `value`: how many people it reports; 0 where it is no check-in."""

    number: int
    person: Person
    value: int
    body: bytes
    tries: int = 0


@dataclass
class Load:
    """`written`: by number; `acknowledged`: numbers for which the door said 200; `answers`: all statuses (0: none)."""

    district: District
    dice: random.Random
    services: list[Service]
    written: dict[int, Written] = field(default_factory=dict)
    acknowledged: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    """Numbers that the door turned away for good: an event of an Official Account that had grown old."""
    answers: Counter[int] = field(default_factory=Counter)
    _waiting: list[Written] = field(default_factory=list)
    _reported: Counter[int] = field(default_factory=Counter)

    def writes(self, person: Person, words: str = "", value: int = 0) -> Written:
        """Somebody writes; it waits to be brought. Without words: a check-in."""
        number = len(self.written) + 1
        value = value or (0 if words else self.dice.randint(1, 4))
        text = words or f"{self._thing(person, value)} {value} ghi chú: lan {number}"
        one = Written(number, person, value, person.vendor.write(person.chat, text))
        self.written[number] = one
        self._waiting.append(one)
        return one

    def _thing(self, person: Person, value: int) -> str:
        """What somebody reports today."""
        self._reported[person.person_id] += value
        return REPORTED[self._reported[person.person_id] // UNUSUAL]

    async def flows(self, rate: float, stop: asyncio.Event) -> None:
        """People write so many check-ins a second until told to stop; what they wrote is brought all the time, also
        with a rate of 0."""
        async with asyncio.TaskGroup() as group:
            carriers = [group.create_task(self._carry()) for _ in range(12)]
            while not stop.is_set():
                if rate and len(self._waiting) < MOST_WAITING:
                    self.writes(self.dice.choice(self.district.members))
                await asyncio.sleep(self.dice.expovariate(rate) if rate else 0.02)
            for one in carriers:
                one.cancel()

    async def arrives(self, within: float = 120.0) -> None:
        """Bring what still waits, until everything is acknowledged. Raises TimeoutError."""
        async with asyncio.timeout(within), asyncio.TaskGroup() as group:
            carriers = [group.create_task(self._carry()) for _ in range(12)]
            while self.unacknowledged:
                await asyncio.sleep(0.02)
            for one in carriers:
                one.cancel()

    @property
    def unacknowledged(self) -> set[int]:
        return self.written.keys() - self.acknowledged - self.refused

    async def _carry(self) -> None:
        """One of the vendors' postmen."""
        async with ClientSession(timeout=ClientTimeout(total=5)) as session:
            while True:
                if not self._waiting:
                    await asyncio.sleep(0.01)
                    continue
                one = self._waiting.pop(self.dice.randrange(min(3, len(self._waiting))))
                try:
                    await self._bring(session, one)
                except asyncio.CancelledError:
                    self._keep(one)
                    raise

    async def _bring(self, session: ClientSession, one: Written) -> None:
        one.tries += 1
        status = await self._post(session, one)
        self.answers[status] += 1
        if status == 200:
            self.acknowledged.add(one.number)
            if self.dice.random() < TWICE:
                self.answers[await self._post(session, one)] += 1
        elif status == 401 and one.person.vendor.channel == "zalo-oa":
            self.refused.add(one.number)
        else:
            await asyncio.sleep(self.dice.uniform(0.02, AGAIN_AFTER))
            self._keep(one)

    def _keep(self, one: Written) -> None:
        if one.number in self.unacknowledged and one not in self._waiting:
            self._waiting.append(one)

    async def _post(self, session: ClientSession, one: Written) -> int:
        vendor = one.person.vendor
        service = self.dice.choice(self.services)
        url = f"{service.url}/webhook/{vendor.channel}/{vendor.account}"
        try:
            async with session.post(url, data=one.body, headers=vendor.headers(one.body)) as answer:
                return answer.status
        except (ClientError, TimeoutError, OSError):
            return 0


def number_in(text: str | bytes) -> int | None:
    """The number of the check-in that somebody's words or a receipt is about."""
    found: Any = MARK.search(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
    return int(found.group(1)) if found else None
