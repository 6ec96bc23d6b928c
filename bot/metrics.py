"""Figures for Prometheus, gathered when they are asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest


class Metrics:
    """One registry a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Gauge(
            "tocds_events", "Events journaled since the start, by account.", ["account"], registry=self.registry
        )
        self.turns = Gauge("tocds_turns", "Events handled since the start, by how.", ["end"], registry=self.registry)
        self.sent = Gauge("tocds_messages_sent", "Messages sent since the start.", ["account"], registry=self.registry)
        self.failures = Gauge("tocds_send_failures", "Sends that failed.", ["account"], registry=self.registry)
        self.holds = Gauge(
            "tocds_sending_lease", "1 where this process sends for the account.", ["account"], registry=self.registry
        )
        self.waiting = Gauge("tocds_events_waiting", "Journaled events not handled yet.", registry=self.registry)
        self.owed = Gauge("tocds_owed", "Messages owed, by state.", ["state"], registry=self.registry)
        self.held = Gauge("tocds_held", "Messages held just now, by reason.", ["reason"], registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
