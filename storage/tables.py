"""Every table, so that the metadata is whole: for migrations and tests."""

from storage import (  # noqa: F401
    accounts,
    addresses,
    alarms,
    broadcasts,
    calendar,
    checkins,
    conversations,
    forms,
    invites,
    journal,
    leases,
    media,
    moves,
    oa_ledger,
    oa_tokens,
    occurrences,
    outages,
    outbox,
    pauses,
    people,
    seats,
    tutorials,
    units,
)
from storage.schema import metadata

__all__ = ["metadata"]
