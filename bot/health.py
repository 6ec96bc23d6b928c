"""How the process is: whether it can do its work, what troubles it, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from bot.channels.base import Channel
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.firing import Firings
from bot.inbound import Inbound
from bot.metrics import Metrics
from bot.trouble import DatabaseTrouble
from bot.web.server import Readiness
from storage import health, journal, outbox
from storage.engine import Connection, Database


class Health:
    """Asked by the web server. `started` is set once every task runs."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        senders: Mapping[int, Sender],
        inbound: Inbound,
        connecting: Connecting,
        trouble: DatabaseTrouble,
        firings: Firings,
        holds: Callable[[int], bool],
    ) -> None:
        self._database, self._channels, self._senders = database, channels, senders
        self._inbound, self._connecting, self._trouble = inbound, connecting, trouble
        self._firings, self._holds = firings, holds
        self._metrics = Metrics()
        self.started = False

    async def readiness(self) -> Readiness:
        """Ready when the database can be written and every task runs; a vendor's trouble is only named."""
        troubles = self._vendors()
        try:
            async with self._database.write() as connection:
                await health.touch(connection)
        except Exception as error:
            self._trouble.failed(error)
            return Readiness(False, {**troubles, "database": type(error).__name__}, self._held())
        if self._trouble.failing:  # a small write went through; what people send did not, a moment ago
            return Readiness(False, {**troubles, "database": self._trouble.kind}, self._held())
        self._trouble.worked()
        return Readiness(self.started, troubles, self._held())

    def _held(self) -> list[str]:
        return sorted(channel.account for one, channel in self._channels.items() if self._holds(one))

    def _vendors(self) -> dict[str, str]:
        sending = {
            self._channels[one].account: str(sender.trouble)
            for one, sender in self._senders.items()
            if sender.trouble is not None
        }
        return {**self._connecting.unreached, **sending}

    async def figures(self) -> bytes:
        """The figures in Prometheus' text format."""
        metrics = self._metrics
        for account_id, sender in self._senders.items():
            name = self._channels[account_id].account
            metrics.sent.labels(name).set(sender.sent)
            metrics.failures.labels(name).set(sender.failed)
            metrics.twice.labels(name).set(sender.twice)
            metrics.events.labels(name).set(self._inbound.came[account_id])
            metrics.holds.labels(name).set(self._holds(account_id))
        for end, number in self._inbound.ended.items():
            metrics.turns.labels(end).set(number)
        for job, number in self._firings.skipped_late.items():
            metrics.skipped.labels(job).set(number)
        metrics.writable.set(not self._trouble.kind)
        metrics.refused.set(self._trouble.refused)
        metrics.sheltered.set(self._trouble.sheltered)
        metrics.unwritable.set(self._trouble.seconds)
        with suppress(Exception):  # the database is away: its figures stay what they were, ours are told all the same
            async with self._database.read() as connection:
                await self._count(connection)
        return metrics.text()

    async def _count(self, connection: Connection) -> None:
        metrics = self._metrics
        for state, number in (await outbox.counts(connection)).items():
            metrics.owed.labels(state).set(number)
        metrics.held.clear()
        for reason, number in (await health.held_counts(connection)).items():
            metrics.held.labels(reason).set(number)
        metrics.waiting.set(await journal.unhandled(connection))
