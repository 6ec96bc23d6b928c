"""The composition root: opens, builds once, closes in reverse. Tests and the demo build the program with this file."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bot import scheduler, shelter
from bot.accounts import channel_of, seed
from bot.alarms import Alarms
from bot.channels.base import Acknowledges, Channel, Payload, Tended
from bot.channels.webchat import Demo, WebChat
from bot.channels.zalo_oa.channel import ZaloOaChannel
from bot.clock import Clock, SystemClock
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.firing import Firings
from bot.health import Health
from bot.history import history_of
from bot.holding import Holding
from bot.inbound import Inbound
from bot.keeping import Keeping
from bot.leasing import Lease, this_process
from bot.nursery import Nursery
from bot.outages import Outages
from bot.partitioning import Partitioning
from bot.pictures import Pictures
from bot.preparing import CannotStart, prepare
from bot.recorder import Recorder
from bot.secrets import Vault, vault
from bot.serving import Serving
from bot.settings import Settings, Switch
from bot.shelter import Shelter
from bot.silence import Silence
from bot.spool import SpoolUnwritable
from bot.surrounding import surroundings
from bot.tidying import Tidying
from bot.traffic import Traffic
from bot.trouble import DatabaseTrouble
from bot.web.chat import chat_app
from bot.web.pictures import PictureAddresses, routes
from bot.web.server import Server, application
from bot.web.webhooks import Webhooks
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
        self.leases: dict[int, Lease] = {}
        self.holder = this_process()
        self.nursery = Nursery()
        self.trouble = DatabaseTrouble(self.database.file or self.database.url.host or "the database")
        self.outages = Outages(self.database, self.clock, self.trouble)
        self.recorder = Recorder(self.database, self.trouble)
        self.around: Surroundings
        self.inbound = Inbound(self.database, self.channels, self.clock, self._around, self._wake_senders, self.senders)
        self.keeping = Keeping(self.inbound, self.trouble)
        self.clockwork = Firings(self.database, self.clock, self._around, self._wake_senders)
        self.tidying = Tidying(self.database, self.clock, self._around, self._wake_senders)
        self.traffic = Traffic(self.database, self.clock, self._around, self.inbound, self.senders)
        self.pictures = Pictures(self.database, self.channels, self.clock, self.recorder, self.holds)
        self.connecting = Connecting(settings, self.vault, self.database, self.keeping.take)
        self.alarms = Alarms(self.database, self.clock, self._around, self.senders, self.connecting, self._wake_senders)
        self.health = Health(
            self.database,
            self.channels,
            self.senders,
            self.inbound,
            self.connecting,
            self.trouble,
            self.clockwork,
            self.holds,
        )
        self.server: Server | None = None

    # Opening

    async def open(self) -> None:
        """Everything that must hold before the first event: schema, form, accounts, channels, links, the spool."""
        await prepare(self.database, self.clock.now())
        if self.database.shared:
            self.inbound.journal.shelter = await self._shelter()
        await self.refresh()
        for account in await seed(self.settings, self.vault, self.database, self.clock.now()):
            channel = channel_of(account, self.settings, self.vault, self.clock, self.database)
            if channel is not None:
                await self._open(channel)

    async def _shelter(self) -> Shelter:
        try:
            opened = shelter.opened(self.settings.data_dir / "spool", self.database, self.clock, self.trouble)
        except SpoolUnwritable as error:
            raise CannotStart(str(error)) from None
        await opened.adopt()
        return opened

    async def _open(self, channel: Channel) -> None:
        self.channels[channel.account_id] = channel
        await channel.open()
        address = self.addresses.address if self.settings.public_base_url else None
        holding, lease = Holding(self.database, self._around), self._lease(channel)
        self.senders[channel.account_id] = Sender(
            channel, self.database, self.clock, self.recorder, self.nursery, self.tidying.lost, address, holding, lease
        )
        given = self.settings.zalo_oa_refresh_token.get_secret_value()
        if isinstance(channel, ZaloOaChannel) and given:
            await channel.tokens.give(given)  # the first start takes it; later ones know that it was used up

    def _lease(self, channel: Channel) -> Lease | None:
        """What makes this process the account's only sender; None where there can be no other process."""
        if self.database.is_sqlite:
            return None
        lease = Lease(self.database, channel.account_id, channel.account, self.holder)
        self.leases[channel.account_id] = lease
        return lease

    def holds(self, account_id: int) -> bool:
        """Whether this process is the one that sends for an account."""
        lease = self.leases.get(account_id)
        return account_id in self.senders and (lease is None or lease.holds)

    async def refresh(self) -> None:
        """Read again what every turn depends on: the form in force, names, links."""
        self.around = await surroundings(self.settings, self.database, self.clock.now())

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
            self._connect(channel)
            if isinstance(channel, Tended):
                self.nursery.start(channel.tend(), f"tend {channel.account}")
        self.health.started = True

    def _connect(self, channel: Channel) -> None:
        """Every process gets to know the vendor; one at a time sends, asks for events, registers the webhook."""
        lease = self.leases.get(channel.account_id)
        if lease is None:
            self.nursery.start(self.connecting.connect(channel), f"connect {channel.account}")
            return
        sender = self.senders[channel.account_id]
        serving = Serving(lease, channel, sender, self.connecting, self.nursery)
        self.nursery.start(self.connecting.meet(channel), f"meet {channel.account}")
        self.nursery.start(serving.run(), f"hold {channel.account}")

    async def start_writers(self) -> None:
        """Start what everything else writes through."""
        self.nursery.start(self.recorder.run(), "recorder")
        self.nursery.start(self.inbound.journal.run(), "journal")
        self.nursery.start(self.inbound.journal.watch(), "journal's watch")
        if self.inbound.journal.shelter is not None:
            self.nursery.start(self.inbound.journal.shelter.run(), "shelter")
        for sender in self.senders.values():
            await sender.begin()

    def start_tasks(self) -> None:
        """Start turns, delivery, pictures and small duties; the vendors are asked nothing yet."""
        self.nursery.start(self.inbound.run(), "turns")
        for sender in self.senders.values():
            self.nursery.start(sender.run(), "sender")
        self.nursery.start(self.pictures.run(), "pictures")
        self.nursery.start(self.tidying.run(), "tidy")
        self.nursery.start(Partitioning(self.database, self.clock).run(), "partitions")
        if self.database.shared:
            self.nursery.start(Silence(self.database).run(), "silence")
        self.nursery.start(self._refreshed(), "refresh")
        self.nursery.start(self.traffic.run(), "count")
        self.nursery.start(self.outages.run(), "outages")
        self.nursery.start(self.alarms.run(), "alarms")

    async def listen(self, demo: Demo | None = None) -> None:
        """Open the web server. Raises CannotStart."""
        chat = next((one for one in self.channels.values() if isinstance(one, WebChat)), None)
        page = None
        if chat is not None:
            page = chat_app(
                chat,
                self.keeping.take,
                history_of(self.database, chat),
                self._picture,
                demo,
                public_url=self.settings.public_base_url,
                language=self.settings.default_locale,
            )
        webhooks = Webhooks(self.find, self.keeping.keep, self._acknowledge)
        app = application(
            webhooks,
            self.health.readiness,
            self.health.figures,
            page,
            routes(self.addresses, self._picture),
        )
        self.server = Server(app, webhooks, self.settings.http_host, self.settings.http_port)
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
        with suppress(Exception):  # what could not be written is still in the journal
            await self.inbound.close()
        with suppress(Exception):  # the database is still away: what is in the spool tells of it at the next start
            await self.outages.close()
        if self.inbound.journal.shelter is not None:
            self.inbound.journal.shelter.close()
        for lease in self.leases.values():  # when nobody of ours could take it again
            await lease.release()
        for channel in reversed(list(self.channels.values())):
            await channel.close()
        await self.database.close()
