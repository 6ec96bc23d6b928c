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

        self.twice = Gauge(
            "tocds_messages_maybe_twice",
            "Messages sent that may have arrived twice.",
            ["account"],
            registry=self.registry,
        )
        self.skipped = Gauge(
            "tocds_firings_skipped_late", "Places that a job skipped as too late.", ["job"], registry=self.registry
        )
        self.writable = Gauge(
            "tocds_database_writable", "1 while the database can be written, else 0.", registry=self.registry
        )
        self.unwritable = Gauge(
            "tocds_database_unwritable_seconds", "Seconds without a writable database.", registry=self.registry
        )
        self.refused = Gauge(
            "tocds_events_refused", "Events turned away since they could not be kept.", registry=self.registry
        )
        self.sheltered = Gauge(
            "tocds_events_sheltered", "Events kept in the spool while the database was away.", registry=self.registry
        )

    def text(self) -> bytes:
        return generate_latest(self.registry)
