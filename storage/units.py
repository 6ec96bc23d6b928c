"""Places and their teams: names, parents, kinds and official codes, each with its dates."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Index, String, Table, UniqueConstraint

from storage.schema import Json, Moment, key, metadata, refers

units = Table("units", metadata, key(), Column("created_at", Moment, nullable=False))

unit_versions = Table(
    "unit_versions",
    metadata,
    key(),
    refers("unit_id", "units", index=True),
    refers("parent_id", "units", nullable=True, index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("unit_id", "valid_from"),
)
"""What a place was called, was, and belonged to; valid_to is the first day on which it no longer holds."""

unit_codes = Table(
    "unit_codes",
    metadata,
    key(),
    refers("unit_id", "units", index=True),
    Column("scheme", String(16), nullable=False),
    Column("code", String(16), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    UniqueConstraint("scheme", "code", "valid_from"),
)
"""Official codes are reused for other places (domain.md §0.2): never join on a bare code."""

unit_successions = Table(
    "unit_successions",
    metadata,
    key(),
    refers("from_id", "units", index=True),
    refers("to_id", "units", index=True),
    Column("kind", String(16), nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("legal_ref", String(100), nullable=False),
)

teams = Table(
    "teams",
    metadata,
    key(),
    refers("unit_id", "units", index=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Index("uq_teams_place", "unit_id", "kind", "name", unique=True),
)
"""A team of a place: "village", "commune" or "club"; a village without a row here has no team."""

unit_settings = Table(
    "unit_settings",
    metadata,
    key(),
    refers("unit_id", "units"),
    Column("name", String(40), nullable=False),
    Column("value", Json, nullable=False),
    Column("changed_at", Moment, nullable=False),
    UniqueConstraint("unit_id", "name"),
)
"""What a place wants otherwise than the default: its officer's name and number in texts, villages unnamed, pauses."""
