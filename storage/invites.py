"""Invite codes: six digits that let a person in, or bind a group."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from storage.schema import Moment, key, metadata, refers

invites = Table(
    "invites",
    metadata,
    key(),
    Column("code", String(6), nullable=False, unique=True),
    Column("purpose", String(8), nullable=False),
    refers("unit_id", "units"),
    refers("team_id", "teams", nullable=True),
    Column("role", String(16)),
    refers("person_id", "persons", nullable=True),
    Column("uses", Integer, nullable=False),
    Column("used", Integer, nullable=False),
    refers("created_by", "persons", nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
"""`purpose`: enrol, or group (binds a group to the unit). `person_id`: a code meant for one known person."""
