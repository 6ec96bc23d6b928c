"""Figures for Prometheus, gathered when they are asked for."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest


class Metrics:
    """One registry a process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "tocds_events_total", "Events journaled, by account.", ["account"], registry=self.registry
        )
        self.turns = Counter("tocds_turns_total", "Turns lived, by how they ended.", ["end"], registry=self.registry)
        self.sent = Gauge("tocds_messages_sent", "Messages sent since the start.", ["account"], registry=self.registry)
        self.failures = Gauge("tocds_send_failures", "Sends that failed.", ["account"], registry=self.registry)
        self.waiting = Gauge("tocds_events_waiting", "Journaled events not handled yet.", registry=self.registry)
        self.owed = Gauge("tocds_owed", "Messages owed, by state.", ["state"], registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
