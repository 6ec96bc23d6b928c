"""The composition root: opens, builds once, closes in reverse. Tests and the demo build the program with this file."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from bot import defaults, scheduler
from bot.accounts import channel_of, seed
from bot.channels.base import Acknowledges, Channel, Payload
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.webchat import Demo, WebChat
from bot.clock import Clock, SystemClock
from bot.delivery import Sender
from bot.firing import Firings
from bot.history import history_of
from bot.inbound import Inbound
from bot.metrics import Metrics
from bot.nursery import Nursery
from bot.pictures import Pictures
from bot.recorder import Recorder
from bot.secrets import Vault, vault
from bot.settings import Settings, Switch
from bot.tidying import Tidying
from bot.web.chat import chat_app
from bot.web.server import Readiness, Server, application
from handlers.turn import Surroundings
from storage import accounts, forms, journal, media, outbox, upgrade
from storage.engine import Database

log = logging.getLogger(__name__)

REFRESH_EVERY = 60.0
COUNT_EVERY = 5.0
MEET_AGAIN = 60.0


class CannotStart(Exception):
    """Why the service does not start, in one line that says what to do."""


class App:
    """The program on one database. `open` builds it; `serve` runs every task; `close` ends them in reverse."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database)
        self.vault: Vault = vault(settings.secret_key.get_secret_value(), settings.data_dir)
        self.channels: dict[int, Channel] = {}
        self.senders: dict[int, Sender] = {}
        self.nursery = Nursery()
        self.metrics = Metrics()
        self.recorder = Recorder(self.database)
        self.inbound = Inbound(self.database, self.channels, self.clock, lambda: self.around, self._wake_senders)
        self.clockwork = Firings(self.database, self.clock, lambda: self.around, self._wake_senders)
        self.tidying = Tidying(self.database, self.clock, lambda: self.around, self._wake_senders)
        self.pictures = Pictures(self.database, self.channels, self.clock, self.recorder)
        self.around: Surroundings
        self.server: Server | None = None
        self.ready = False
        self._unreached: dict[str, str] = {}
        """Accounts whose vendor has not answered since the start, and why."""
        self._counted: dict[int, tuple[int, int]] = {}

    # Opening

    async def open(self) -> None:
        """Everything that must hold before the first event: schema, form, accounts, channels, links."""
        await prepare(self.database, self.clock.now())
        await self.refresh()
        for account in await seed(self.settings, self.vault, self.database, self.clock.now()):
            channel = channel_of(account, self.settings, self.vault, self.clock)
            if channel is not None:
                self.channels[account.id] = channel
                await channel.open()
                self.senders[account.id] = Sender(
                    channel, self.database, self.clock, self.recorder, self.nursery, self.tidying.lost
                )

    async def refresh(self) -> None:
        """Read again what every turn depends on: the form in force, names, links."""
        self.around = await surroundings(self.settings, self.database, self.clock.now())

    # Serving

    async def start_writers(self) -> None:
        """Start what everything else writes through."""
        self.nursery.start(self.recorder.run(), "recorder")
        self.nursery.start(self.inbound.journal.run(), "journal")
        for sender in self.senders.values():
            await sender.begin()

    def start_tasks(self) -> None:
        """Start turns, delivery, pictures and the clock; the vendors are asked nothing yet."""
        self.nursery.start(self.inbound.run(), "turns")
        for sender in self.senders.values():
            self.nursery.start(sender.run(), "sender")
        self.nursery.start(self.pictures.run(), "pictures")
        self.nursery.start(self.tidying.run(), "tidy")
        self.nursery.start(self._refreshed(), "refresh")
        self.nursery.start(self._counting(), "count")

    async def serve(self, demo: Demo | None = None) -> None:
        """Start every task and the web server; returns at once."""
        await self.start_writers()
        self.start_tasks()
        if self.settings.jobs is Switch.ON and demo is None:
            self.nursery.start(scheduler.run(self.clockwork.tick), "clock")
        await self.listen(demo)
        for channel in self.channels.values():
            self.nursery.start(self._connect(channel), f"connect {channel.account}")
        self.ready = True

    async def listen(self, demo: Demo | None = None) -> None:
        """Open the web server."""
        chat = next((one for one in self.channels.values() if isinstance(one, WebChat)), None)
        page = None
        if chat is not None:
            page = chat_app(
                chat,
                self.inbound.take,
                history_of(self.database, chat),
                self._picture,
                demo,
                public_url=self.settings.public_base_url,
                language=self.settings.default_locale,
            )
        app = application(self.find, self.inbound.keep, self._acknowledge, self.readiness, self.figures, page)
        self.server = Server(app, self.settings.http_host, self.settings.http_port)
        try:
            await self.server.start()
        except OSError as error:
            address = f"{self.settings.http_host}:{self.settings.http_port}"
            raise CannotStart(f"HTTP_PORT: cannot listen on {address} ({error.strerror})") from None

    async def _connect(self, channel: Channel) -> None:
        """Point the vendor at us (webhook) or ask the vendor (polling); try again for as long as it takes."""
        for wait in _growing(MEET_AGAIN):
            try:
                if isinstance(channel, TelegramChannel):
                    await self._remember_name(channel, await channel.meet())
                await self._register(channel)
                break
            except Exception as error:  # the vendor, or the database for a moment
                if self._unreached.get(channel.account) != str(error):
                    log.warning("account %s cannot be reached (%s); trying again", channel.account, error)
                self._unreached[channel.account] = str(error)
                await asyncio.sleep(wait)
        self._unreached.pop(channel.account, None)
        if not self.settings.public_base_url:
            await channel.poll(lambda raw: self._polled(channel, raw))

    async def _polled(self, channel: Channel, raw: list[bytes]) -> None:
        await self.inbound.take(channel, raw)

    async def _register(self, channel: Channel) -> None:
        """Tell the vendor where our webhook is, if that is news. Asking for events takes the webhook away, so with
        polling the note of it goes too."""
        if isinstance(channel, WebChat):
            return
        url = secret = ""
        if self.settings.public_base_url:
            url = f"{self.settings.public_base_url}/webhook/{channel.name}/{channel.account}"
            secret = self.vault.derive(f"webhook {channel.name} {channel.account_id}")
        async with self.database.read() as connection:
            known = next(one for one in await accounts.every(connection) if one.id == channel.account_id)
        if (known.webhook_url, known.webhook_secret) == (url, secret):
            return
        if url:
            await channel.register(url, secret)
            log.info("account %s: webhook registered", channel.account)
        async with self.database.write() as connection:
            await accounts.registered(connection, channel.account_id, url, secret)

    async def _remember_name(self, channel: Channel, username: str) -> None:
        async with self.database.write() as connection:
            await accounts.met(connection, channel.account_id, username)

    def _acknowledge(self, channel: Channel, payload: Payload) -> None:
        if "callback_query" in payload and isinstance(channel, Acknowledges):
            self.nursery.start(channel.acknowledge([payload]), "acknowledge")

    async def _refreshed(self) -> None:
        """An operator may have changed the form: turns follow within a minute."""
        while True:
            await asyncio.sleep(REFRESH_EVERY)
            with suppress(Exception):  # the database is away for a moment; other tasks say so
                await self.refresh()

    async def _counting(self) -> None:
        """Messages in and out are counted a month, for `channel list` and for quotas."""
        while True:
            await asyncio.sleep(COUNT_EVERY)
            with suppress(Exception):
                await self.count()

    async def count(self) -> None:
        """Add what came and went since the last count to each account's month."""
        traffic = {one: (self.inbound.came[one], sender.sent) for one, sender in self.senders.items()}
        grown = _since(self._counted, traffic)
        if grown:
            month = f"{self.clock.now().astimezone(self.around.zone):%Y-%m}"
            async with self.database.write() as connection:
                await accounts.count(connection, month, grown)
            self._counted = traffic

    async def settle(self) -> None:
        """Live everything that waits, and send everything that may go now (the demo, whose clock is moved)."""
        await self.inbound.drain()
        await self._sent()
        await self.tidying.tidy()
        await self._sent()

    async def _sent(self) -> None:
        for sender in self.senders.values():
            await sender.drain()

    # What others ask

    def find(self, channel: str, account: str) -> Channel | None:
        """The channel of a webhook's path."""
        return next((one for one in self.channels.values() if (one.name, one.account) == (channel, account)), None)

    async def readiness(self) -> Readiness:
        troubles = dict(self._unreached)
        troubles |= {
            self.channels[one].account: str(sender.trouble)
            for one, sender in self.senders.items()
            if sender.trouble is not None
        }
        try:
            async with self.database.write():
                pass
        except Exception as error:
            return Readiness(False, {**troubles, "database": type(error).__name__})
        return Readiness(self.ready, troubles)

    async def figures(self) -> bytes:
        for account_id, sender in self.senders.items():
            name = self.channels[account_id].account
            self.metrics.sent.labels(name).set(sender.sent)
            self.metrics.failures.labels(name).set(sender.failed)
            self.metrics.events.labels(name).set(self.inbound.came[account_id])
        for end, number in self.inbound.ended.items():
            self.metrics.turns.labels(end).set(number)
        async with self.database.read() as connection:
            for state, number in (await outbox.counts(connection)).items():
                self.metrics.owed.labels(state).set(number)
            self.metrics.waiting.set(await journal.unhandled(connection))
        return self.metrics.text()

    async def _picture(self, media_id: int) -> tuple[bytes, str] | None:
        async with self.database.read() as connection:
            return await media.content(connection, media_id)

    def _wake_senders(self) -> None:
        for sender in self.senders.values():
            sender.wake()

    # Closing

    async def close(self) -> None:
        """Stop taking, finish what is in flight, put back what has not left."""
        self.ready = False
        if self.server is not None:
            await self.server.stop()
        for sender in self.senders.values():
            with suppress(TimeoutError):
                await asyncio.wait_for(sender.stop(), 10.0)
        with suppress(Exception):
            await self.count()
        await self.nursery.close()
        for channel in reversed(list(self.channels.values())):
            await channel.close()
        await self.database.close()


async def surroundings(settings: Settings, database: Database, now: datetime) -> Surroundings:
    """What every turn and every firing depends on: the form in force, and some settings."""
    zone = ZoneInfo(settings.timezone)
    async with database.read() as connection:
        form = await forms.current(connection, now.astimezone(zone).date())
    return Surroundings(
        form=form,
        language=settings.default_locale,
        zone=zone,
        team_name=settings.team_name,
        site_name=settings.site_name,
    )


async def prepare(database: Database, now: datetime) -> None:
    """A schema this program understands, and a form to check in with."""
    if database.is_sqlite:
        await _upgrade_sqlite(database, now)
    elif await upgrade.current(database) != upgrade.newest():
        raise CannotStart("the database's schema is behind this program: run `tocds db upgrade` first")
    async with database.write() as connection:
        try:
            await forms.current(connection, now.date())
        except LookupError:
            await forms.keep(connection, defaults.default_fields(), date(2025, 1, 1))


async def _upgrade_sqlite(database: Database, now: datetime) -> None:
    file = database.file
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    revision = await upgrade.current(database)
    if revision == upgrade.newest():
        return
    if revision is not None and not upgrade.knows(revision):
        raise CannotStart(f"the database was made by a newer tocds (its schema is {revision}): install that one")
    if revision is not None and file is not None:
        copy = file.with_name(f"{file.stem}-before-{upgrade.newest()}-{now:%Y%m%d%H%M%S}.db")
        await database.copy_to(copy)
        log.info("the schema is upgraded; a backup is in %s", copy.name)
    await upgrade.upgrade(database)


def _growing(longest: float) -> Iterator[float]:
    """Seconds to wait after each failure in a row."""
    wait = 1.0
    while True:
        yield min(wait, longest)
        wait *= 2


def _since(before: dict[int, tuple[int, int]], now: dict[int, tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """What was counted since the last count, where there is any."""
    grown = {
        one: (came - before.get(one, (0, 0))[0], went - before.get(one, (0, 0))[1]) for one, (came, went) in now.items()
    }
    return {one: figures for one, figures in grown.items() if any(figures)}


class OneProcess:
    """At most one service on a SQLite file, held by a lock that the system lets go when the process ends."""

    def __init__(self, database: Database) -> None:
        self._file = database.file
        self._held: IO[str] | None = None

    def __enter__(self) -> OneProcess:
        if self._file is None:
            return self
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._held = Path(f"{self._file}.lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"another tocds is running on {self._file}: stop it first") from None
        self._held.write(f"{socket.gethostname()} {os.getpid()}\n")
        self._held.flush()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._held is not None:
            self._held.close()
