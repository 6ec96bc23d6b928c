"""Every table, so that the metadata is whole: for migrations and tests."""

from storage import (  # noqa: F401
    accounts,
    addresses,
    broadcasts,
    checkins,
    conversations,
    forms,
    invites,
    journal,
    leases,
    media,
    oa_ledger,
    oa_tokens,
    occurrences,
    outbox,
    people,
    tutorials,
    units,
)
from storage.schema import metadata

__all__ = ["metadata"]
