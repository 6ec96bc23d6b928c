"""One program on one database behind ill vendors: opened, stopped as it should be, or cut off in the middle."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select, update

from benchmarks.unlimited import lifted
from bot import delivery
from bot.app import App
from bot.clock import MovedClock
from bot.settings import load
from storage.accounts import account_usage, accounts
from storage.engine import Database
from storage.oa_tokens import oa_tokens
from storage.outbox import parcels
from tests.torture.district import database_file
from tests.torture.service import free_address
from tests.torture.vendors import Vendors

ILL = 0.01
"""Of all sends: a quarter each is cut before the vendor kept it, cut after, answered 502, answered 429."""
_TOO_FAST = {"telegram": "FLOOD", "zalo-bot": "TOO_FAST", "zalo-oa": "TOO_FAST"}
FAST = {"per_minute": 1_000_000}
"""An Official Account's speed is real time, which is not what is soaked."""


HURRIED = 0.02
"""Seconds."""
LOST_TOKENS = "the answer to a renewal of the tokens"


@dataclass(slots=True)
class Uncounted:
    """What cut-offs may have kept out of the months' books, by account: messages at the vendor, of which the answer
    was cut anyway, and events taken, since the last count before a cut-off."""

    out: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    came: Counter[str] = field(default_factory=Counter)


class Town:
    """`app`: the program that is open now, if any. `in_hand`: parcels that cut-offs left in a hand, by account."""

    def __init__(self, folder: Path, vendors: Vendors, clock: MovedClock, dice: random.Random) -> None:
        self.vendors, self.clock, self.dice = vendors, clock, dice
        self.app: App | None = None
        host, port = free_address()
        self.url = f"http://{host}:{port}"
        self.settings = {
            **vendors.settings(),
            "SECRET_KEY": "soak",
            "JOBS": "off",
            "DATA_DIR": str(folder / "data"),
            "HTTP_HOST": host,
            "HTTP_PORT": str(port),
            "PUBLIC_BASE_URL": self.url,
            "TIMEZONE": "Asia/Ho_Chi_Minh",
            "DEFAULT_LOCALE": "vi",
        }
        self.database_url = f"sqlite+aiosqlite:///{database_file(folder)}"
        self.starts = self.cut_offs = self.stops = self.helped = 0
        self.in_hand: Counter[str] = Counter()
        self.uncounted = Uncounted()
        self.taken = Counter[str]()
        """Events that the doors took, by account: whoever brings them counts."""
        self._counted: tuple[Counter[str], Counter[str], Counter[str]] = (Counter(), Counter(), Counter())

    async def prepare(self) -> None:
        """Once, when the district is built."""
        async with self.database() as database, database.write() as connection:
            await connection.execute(update(accounts).where(accounts.c.channel == "zalo-oa").values(limits=FAST))

    @contextlib.contextmanager
    def hurries(self) -> Iterator[None]:
        """A vendor in trouble is left alone for a moment only: that pause is real time, unlike the wait of what could
        not be sent, which passes on the moved clock."""
        usual, delivery.PAUSE = delivery.PAUSE, HURRIED
        try:
            yield
        finally:
            delivery.PAUSE = usual

    def suffers(self) -> None:
        """Vendors fail one send in a hundred from now on."""
        for one in self.vendors.all:
            names = ("DROP_BEFORE", "DROP_AFTER", "BAD_GATEWAY", _TOO_FAST[one.channel])
            one.fake.ills = dict.fromkeys(names, ILL / len(names))
            one.fake.dice = self.dice

    @contextlib.asynccontextmanager
    async def database(self):  # type: ignore[no-untyped-def]
        database = Database(self.database_url)
        try:
            yield database
        finally:
            await database.close()

    # Its life

    async def open(self) -> None:
        """As `tocds run` does, but that turns, sends and firings happen when the soak says so."""
        given = {name.lower(): value for name, value in self.settings.items()}
        with lifted():  # how fast one may write is real time
            app = App(load(_env_file=None, **given), self.clock)
            await app.open()
        await app.start_writers()
        await app.listen()
        for channel in app.channels.values():
            await app.connecting.connect(channel)
        self.app = app
        self.starts += 1
        self._note()

    async def stop(self) -> None:
        """As SIGTERM does."""
        assert self.app is not None
        await self.app.close()
        self.app = None
        self.stops += 1

    async def live(self) -> None:
        """Turns, the clock, everything that may go; then the months are counted."""
        assert self.app is not None
        await self.app.settle()
        await self.app.clockwork.tick()
        await self.app.settle()
        await self.app.traffic.count()
        await self._help()
        self._note()

    async def _help(self) -> None:
        """An administrator does what the log asks for: where a cut-off lost the only working refresh token of the
        Official Account, only a new one from Zalo's console helps (docs/decisions/0003)."""
        assert self.app is not None
        asked = select(oa_tokens.c.account_id).where(oa_tokens.c.trouble.like(f"%{LOST_TOKENS}%"))
        async with self.app.database.read() as connection:
            lost = (await connection.execute(asked)).scalars().all()
        for account_id in lost:
            oa = next(one for one in self.vendors.all if one.channel == "zalo-oa")
            await self.app.channels[account_id].tokens.give(oa.fake.oauth.pair())  # type: ignore[attr-defined]
            self.helped += 1

    async def cut_off(self, after: int, *, first: Callable[[], Awaitable[None]]) -> None:
        """Live, and be cut off when the vendors have kept so many messages more (or when all is done): every task ends
        where it is, and nothing is put back."""
        assert self.app is not None
        reached, left = asyncio.Event(), [after]

        def kept() -> None:
            left[0] -= 1
            if left[0] <= 0:
                reached.set()

        await first()
        self.vendors.on_kept(kept)
        living = asyncio.ensure_future(self.live())
        waiting = asyncio.ensure_future(reached.wait())
        await asyncio.wait((living, waiting), return_when=asyncio.FIRST_COMPLETED)
        self.vendors.on_kept(lambda: None)
        for one in (living, waiting):
            one.cancel()
        await self._fall(living, waiting)

    async def _fall(self, *ending: asyncio.Future[object]) -> None:
        app, self.app = self.app, None
        assert app is not None
        await app.nursery.close()
        await asyncio.gather(*ending, return_exceptions=True)
        assert app.server is not None
        await app.server.stop()
        for channel in app.channels.values():
            await channel.close()
        await app.database.close()
        self.cut_offs += 1
        self.in_hand.update(await self.sending())
        out, cut, came = self._counted
        self.uncounted.out.update(self._landed() - out)
        self.uncounted.cut.update(Counter(self.vendors.cuts) - cut)
        self.uncounted.came.update(Counter(self.taken) - came)

    # Counting

    def _note(self) -> None:
        self._counted = (self._landed(), Counter(self.vendors.cuts), Counter(self.taken))

    def _landed(self) -> Counter[str]:
        return Counter({one.account: len(one.fake.sent) for one in self.vendors.all})

    async def sending(self) -> Counter[str]:
        """Parcels in a sender's hand, by account."""
        asked = (
            select(accounts.c.name, func.count())
            .join(parcels, parcels.c.account_id == accounts.c.id)
            .where(parcels.c.state == "sending")
            .group_by(accounts.c.name)
        )
        async with self.database() as database, database.read() as connection:
            return Counter({row[0]: row[1] for row in await connection.execute(asked)})

    async def booked(self) -> dict[str, tuple[int, int]]:
        """Messages (in, out) of all months, by account, as the program's books say."""
        asked = (
            select(accounts.c.name, func.sum(account_usage.c.messages_in), func.sum(account_usage.c.messages_out))
            .join(account_usage, account_usage.c.account_id == accounts.c.id)
            .group_by(accounts.c.name)
        )
        async with self.database() as database, database.read() as connection:
            return {row[0]: (row[1], row[2]) for row in await connection.execute(asked)}
