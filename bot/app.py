"""The composition root: opens, builds once, closes in reverse. Tests and the demo build the program with this file."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from bot import scheduler
from bot.accounts import channel_of, seed
from bot.channels.base import Acknowledges, Channel, Payload, Tended
from bot.channels.webchat import Demo, WebChat
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.clock import Clock, SystemClock
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.firing import Firings
from bot.health import Health
from bot.history import history_of
from bot.inbound import Inbound
from bot.nursery import Nursery
from bot.pictures import Pictures
from bot.preparing import CannotStart, prepare
from bot.recorder import Recorder
from bot.secrets import Vault, vault
from bot.settings import Settings, Switch
from bot.surrounding import surroundings
from bot.tidying import Tidying
from bot.traffic import Traffic
from bot.trouble import DatabaseTrouble
from bot.web.chat import chat_app
from bot.web.pictures import PictureAddresses, routes
from bot.web.server import Server, application
from handlers.turn import Surroundings
from storage import media
from storage.engine import Database

REFRESH_EVERY = 60.0
"""Seconds after which turns follow what an operator changed in the form."""
STOP_WITHIN = 10.0
"""Seconds that a sender gets to finish what is in flight."""


class App:
    """The program on one database. `open` builds it; `serve` runs every task; `close` ends them in reverse."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.database = Database(settings.database)
        self.vault: Vault = vault(settings.secret_key.get_secret_value(), settings.data_dir)
        self.addresses = PictureAddresses(self.vault, settings.public_base_url, self.clock.now)
        self.channels: dict[int, Channel] = {}
        self.senders: dict[int, Sender] = {}
        self.nursery = Nursery()
        self.trouble = DatabaseTrouble(self.database.file or self.database.url.host or "the database")
        self.recorder = Recorder(self.database, self.trouble)
        self.around: Surroundings
        self.inbound = Inbound(self.database, self.channels, self.clock, self._around, self._wake_senders)
        self.clockwork = Firings(self.database, self.clock, self._around, self._wake_senders)
        self.tidying = Tidying(self.database, self.clock, self._around, self._wake_senders)
        self.traffic = Traffic(self.database, self.clock, self._around, self.inbound, self.senders)
        self.pictures = Pictures(self.database, self.channels, self.clock, self.recorder)
        self.connecting = Connecting(settings, self.vault, self.database, self.inbound)
        self.health = Health(
            self.database, self.channels, self.senders, self.inbound, self.connecting, self.trouble, self.clockwork
        )
        self.server: Server | None = None

    # Opening

    async def open(self) -> None:
        """Everything that must hold before the first event: schema, form, accounts, channels, links."""
        await prepare(self.database, self.clock.now())
        await self.refresh()
        for account in await seed(self.settings, self.vault, self.database, self.clock.now()):
            channel = channel_of(account, self.settings, self.vault, self.clock, self.database)
            if channel is not None:
                await self._open(channel)

    async def _open(self, channel: Channel) -> None:
        self.channels[channel.account_id] = channel
        await channel.open()
        address = self.addresses.address if self.settings.public_base_url else None
        self.senders[channel.account_id] = Sender(
            channel, self.database, self.clock, self.recorder, self.nursery, self.tidying.lost, address
        )
        given = self.settings.zalo_oa_refresh_token.get_secret_value()
        if isinstance(channel, ZaloOaChannel) and given:
            await channel.tokens.give(given)  # the first start takes it; later ones know that it was used up

    async def refresh(self) -> None:
        """Read again what every turn depends on: the form in force, names, links."""
        read = await surroundings(self.settings, self.database, self.clock.now())
        self.around = replace(read, unwritable=timedelta(seconds=self.trouble.seconds))

    def _around(self) -> Surroundings:
        return self.around

    # Serving

    async def serve(self, demo: Demo | None = None) -> None:
        """Start every task and the web server; returns at once. Raises CannotStart where the port is taken."""
        await self.start_writers()
        self.start_tasks()
        if self.settings.jobs is Switch.ON and demo is None:
            self.nursery.start(scheduler.run(self.clockwork.tick), "clock")
        await self.listen(demo)
        for channel in self.channels.values():
            self.nursery.start(self.connecting.connect(channel), f"connect {channel.account}")
            if isinstance(channel, Tended):
                self.nursery.start(channel.tend(), f"tend {channel.account}")
        self.health.started = True

    async def start_writers(self) -> None:
        """Start what everything else writes through."""
        self.nursery.start(self.recorder.run(), "recorder")
        self.nursery.start(self.inbound.journal.run(), "journal")
        for sender in self.senders.values():
            await sender.begin()

    def start_tasks(self) -> None:
        """Start turns, delivery, pictures and small duties; the vendors are asked nothing yet."""
        self.nursery.start(self.inbound.run(), "turns")
        for sender in self.senders.values():
            self.nursery.start(sender.run(), "sender")
        self.nursery.start(self.pictures.run(), "pictures")
        self.nursery.start(self.tidying.run(), "tidy")
        self.nursery.start(self._refreshed(), "refresh")
        self.nursery.start(self.traffic.run(), "count")

    async def listen(self, demo: Demo | None = None) -> None:
        """Open the web server. Raises CannotStart."""
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
        app = application(
            self.find,
            self.health.keep,
            self._acknowledge,
            self.health.readiness,
            self.health.figures,
            page,
            routes(self.addresses, self._picture),
        )
        self.server = Server(app, self.settings.http_host, self.settings.http_port)
        try:
            await self.server.start()
        except OSError as error:
            address = f"{self.settings.http_host}:{self.settings.http_port}"
            raise CannotStart(f"HTTP_PORT: cannot listen on {address} ({error.strerror})") from None

    def find(self, channel: str, account: str) -> Channel | None:
        """The channel of a webhook's path."""
        return next((one for one in self.channels.values() if (one.name, one.account) == (channel, account)), None)

    def _acknowledge(self, channel: Channel, payload: Payload) -> None:
        if "callback_query" in payload and isinstance(channel, Acknowledges):
            self.nursery.start(channel.acknowledge([payload]), "acknowledge")

    async def _picture(self, media_id: int) -> tuple[bytes, str] | None:
        async with self.database.read() as connection:
            return await media.content(connection, media_id)

    async def _refreshed(self) -> None:
        """An operator may have changed the form: turns follow within a minute."""
        while True:
            await asyncio.sleep(REFRESH_EVERY)
            with suppress(Exception):  # the database is away for a moment; other tasks say so
                await self.refresh()

    def _wake_senders(self) -> None:
        for sender in self.senders.values():
            sender.wake()

    # Without the tasks of `serve`: the demo, whose clock is moved

    async def settle(self) -> None:
        """Live everything that waits, and send everything that may go now."""
        await self.inbound.drain()
        await self._sent()
        await self.tidying.tidy()
        await self._sent()

    async def _sent(self) -> None:
        for sender in self.senders.values():
            await sender.drain()

    # Closing

    async def close(self) -> None:
        """Stop taking, finish what is in flight, put back what has not left."""
        self.health.started = False
        if self.server is not None:
            await self.server.stop()
        for sender in self.senders.values():
            with suppress(TimeoutError):
                await asyncio.wait_for(sender.stop(), STOP_WITHIN)
        with suppress(Exception):  # figures only; the database may be away
            await self.traffic.count()
        await self.nursery.close()
        for channel in reversed(list(self.channels.values())):
            await channel.close()
        await self.database.close()
