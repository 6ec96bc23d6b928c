"""How the process is: whether it can do its work, what troubles it, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.channels.base import Channel
from bot.connecting import Connecting
from bot.delivery import Sender
from bot.inbound import Inbound
from bot.metrics import Metrics
from bot.web.server import Readiness
from storage import journal, outbox
from storage.engine import Database


class Health:
    """Asked by the web server. `started` is set once every task runs."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[int, Channel],
        senders: Mapping[int, Sender],
        inbound: Inbound,
        connecting: Connecting,
        holds: Callable[[int], bool],
    ) -> None:
        self._database, self._channels, self._senders = database, channels, senders
        self._inbound, self._connecting = inbound, connecting
        self._holds = holds
        self._metrics = Metrics()
        self.started = False

    async def readiness(self) -> Readiness:
        """Ready when the database can be written and every task runs; a vendor's trouble is only named."""
        troubles = self._vendors()
        try:
            async with self._database.write():
                pass
        except Exception as error:
            return Readiness(False, {**troubles, "database": type(error).__name__}, self._held())
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
            metrics.events.labels(name).set(self._inbound.came[account_id])
            metrics.holds.labels(name).set(self._holds(account_id))
        for end, number in self._inbound.ended.items():
            metrics.turns.labels(end).set(number)
        async with self._database.read() as connection:
            for state, number in (await outbox.counts(connection)).items():
                metrics.owed.labels(state).set(number)
            metrics.held.clear()
            for reason, number in (await outbox.held_counts(connection)).items():
                metrics.held.labels(reason).set(number)
            metrics.waiting.set(await journal.unhandled(connection))
        return metrics.text()
